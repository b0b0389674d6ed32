"""JSON Lines: one object a line."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from typing import Any, BinaryIO

from grader.batch.encoding import scan
from grader.batch.job import Job, Record
from grader.batch.sources.given import Given
from grader.batch.values import has_bad_bytes, plain
from grader.errors import InputError

_LINE_LIMIT = 16_000_000
_MOST_COLUMNS = 1000


class JsonlSource:
    """See `Source`. The file is read once beforehand for the names of the keys; a broken line becomes an error row."""

    delimiter = ","
    bom = False

    def __init__(self, given: Given, job: Job) -> None:
        self._given = given
        self._scan = scan(given.path, job.encoding)
        self.digest = self._scan.digest
        self.note = f"read as {self._scan.guessed} (--encoding names another)" if self._scan.guessed else ""
        self.kinds: dict[str, str] = {}
        self._raw: BinaryIO | None = None
        names: dict[str, None] = {}
        for record in self.records():
            if "array" in record.error and not names:
                raise InputError(f"{given.name} is a JSON array", hint="write one object a line: jq -c '.[]' FILE")
            names |= dict.fromkeys(record.values)
            if len(names) > _MOST_COLUMNS:
                raise InputError(
                    f"{given.name} has more than {_MOST_COLUMNS} different keys", hint="keep what varies in one object"
                )
        self.header = list(names)

    def records(self) -> Iterator[Record]:
        """Yield the objects; blank lines are skipped."""
        errors = "surrogateescape" if not self._scan.codec.startswith(("utf-16", "utf-32")) else "replace"
        with self._given.path.open("rb") as raw:
            self._raw = raw
            text = io.TextIOWrapper(raw, encoding=self._scan.codec, errors=errors, newline="\n")
            number = 0
            while line := text.readline(_LINE_LIMIT):
                number += 1
                if not line.endswith("\n") and len(line) >= _LINE_LIMIT:
                    while not line.endswith("\n") and (line := text.readline(_LINE_LIMIT)):
                        pass
                    yield Record({}, f"line {number}", f"a line of more than {_LINE_LIMIT:,} characters")
                elif line.strip():
                    yield _read(line, f"line {number}")

    def position(self) -> float:
        """Return how much of the file has been read, from 0 to 1."""
        return self._raw.tell() / max(1, self._scan.size) if self._raw and not self._raw.closed else 1.0


def _read(line: str, place: str) -> Record:
    try:
        found: Any = json.loads(line)
    except (ValueError, RecursionError) as error:
        reason = (
            f"{error.msg}, column {error.colno}" if isinstance(error, json.JSONDecodeError) else "nested too deeply"
        )
        return Record({}, place, f"no JSON object ({reason}){', but an array' if line.lstrip()[:1] == '[' else ''}")
    if not isinstance(found, dict):
        kind = "array" if isinstance(found, list) else type(found).__name__
        return Record({}, place, f"no JSON object, but {kind}")
    values = {str(plain(name)): plain(value) for name, value in found.items()}
    return Record(values, place, "bytes that are not UTF-8" if has_bad_bytes(line) else "")
