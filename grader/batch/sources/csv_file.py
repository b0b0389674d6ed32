"""CSV with commas, semicolons, tabs or bars, in any encoding."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import BinaryIO

from grader.batch.columns import unique
from grader.batch.encoding import scan
from grader.batch.job import Job, Record
from grader.batch.sources.given import Given
from grader.batch.values import has_bad_bytes
from grader.errors import InputError
from grader.text import writable

_DELIMITERS = ",;\t|"
# A field of more characters is a quote that was never closed.
_FIELD_LIMIT = 1_000_000
_LINE_LIMIT = 16_000_000


class _Lines:
    """The lines of a file; those of the record being read can be put back and read again."""

    def __init__(self, file: io.TextIOBase) -> None:
        self._file = file
        self._again: list[str] = []
        self.record: list[str] = []
        self.number = 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._again.pop() if self._again else self._file.readline(_LINE_LIMIT)
        if not line:
            raise StopIteration
        if len(line) >= _LINE_LIMIT:
            raise csv.Error(f"line {self.number + 1} has more than {_LINE_LIMIT:,} characters")
        self.number += 1
        self.record.append(line)
        return line

    def put_back(self) -> None:
        """Give all lines of the record but its first one again."""
        self._again += reversed(self.record[1:])
        self.number -= len(self.record) - 1


class CsvSource:
    """See `Source`. A row with broken quotes becomes an error row, and reading goes on at the next line."""

    def __init__(self, given: Given, job: Job) -> None:
        csv.field_size_limit(_FIELD_LIMIT)
        self._given = given
        self._scan = scan(given.path, job.encoding)
        self.digest = self._scan.digest
        # Files of spreadsheets: their users open the output with the same program.
        self.bom = self._scan.bom or self._scan.codec not in {"utf-8-sig", "ascii"}
        self.note = f"read as {self._scan.guessed} (--encoding names another)" if self._scan.guessed else ""
        self.kinds: dict[str, str] = {}
        self._raw: BinaryIO | None = None
        self._size = max(1, self._scan.size)
        with given.path.open("rb") as raw:
            lines = _Lines(self._text(raw))
            self.delimiter, names = self._head(lines, job)
        if any(has_bad_bytes(name) for name in names):
            raise InputError(f"{given.name} is not {job.encoding or 'UTF-8'} in its header", hint="name its --encoding")
        self.header = unique(names, given.name, job.columns)

    def _text(self, raw: BinaryIO) -> io.TextIOWrapper:
        errors = "surrogateescape" if not self._scan.codec.startswith(("utf-16", "utf-32")) else "replace"
        return io.TextIOWrapper(raw, encoding=self._scan.codec, errors=errors, newline="")

    def _head(self, lines: _Lines, job: Job) -> tuple[str, list[str]]:
        """Return the delimiter and the header: the delimiter that shows most of the columns asked for."""
        columns = job.columns
        wanted = {name.casefold() for name in (columns.id, columns.question, columns.answer)}
        text, delimiters = "", _DELIMITERS
        try:
            for line in lines:
                stripped = line.lstrip("\ufeff").strip().strip('"')
                if not text and stripped[:4].casefold() == "sep=" and len(stripped) == 5:
                    delimiters = stripped[4]  # how Excel notes the delimiter
                elif text or stripped.strip(_DELIMITERS):
                    text += line if text else line.lstrip("\ufeff")
                    if text.count('"') % 2 == 0:
                        break
        except csv.Error as error:
            raise InputError(f"{self._given.name} is no CSV ({error})", hint="check its first line") from error
        self._skipped = lines.number
        best: tuple[int, int, str, list[str]] = (-1, -1, delimiters[0], [])
        for delimiter in delimiters:
            names = _split(text, delimiter)
            hits = len(wanted & {name.strip().casefold() for name in names})
            if (hits, len(names)) > best[:2]:
                best = (hits, len(names), delimiter, names)
        names = best[3]
        while names and not names[-1].strip():
            names.pop()
        return best[2], names

    def records(self) -> Iterator[Record]:
        """Yield the rows; blank lines are skipped."""
        with self._given.path.open("rb") as raw:
            self._raw = raw
            lines = _Lines(self._text(raw))
            for _ in range(self._skipped):
                next(lines)
            reader = csv.reader(lines, delimiter=self.delimiter, strict=True)
            while True:
                lines.record = []
                place = f"line {lines.number + 1}"
                try:
                    fields = next(reader)
                except StopIteration:
                    return
                except csv.Error as error:
                    # The reader starts afresh after an error. `1,q1,"it is` may have eaten hundreds of good lines
                    # in search of its closing quote: they are read again.
                    lines.put_back()
                    yield Record({}, place, f"no readable CSV ({error}): check the quotes")
                    continue
                if any(field.strip() for field in fields):
                    yield self._record(fields, place)

    def _record(self, fields: list[str], place: str) -> Record:
        names = self.header
        error = ""
        if len(fields) > len(names) and any(field.strip() for field in fields[len(names) :]):
            error = f"{len(fields)} fields for {len(names)} columns: put answers that contain {self._shown} in quotes"
        if any(has_bad_bytes(field) for field in fields):
            error = error or f"bytes that are not {self._scan.codec.removesuffix('-sig').upper()}"
            fields = [writable(field) for field in fields]
        return Record(dict(zip(names, fields, strict=False)), place, error)

    @property
    def _shown(self) -> str:
        return {",": "commas", ";": "semicolons", "\t": "tabs"}.get(self.delimiter, repr(self.delimiter))

    def position(self) -> float:
        """Return how much of the file has been read, from 0 to 1."""
        return self._raw.tell() / self._size if self._raw and not self._raw.closed else 1.0


def _split(line: str, delimiter: str) -> list[str]:
    """Split a header; one that begins `"id","question"` is no CSV with semicolons."""
    try:
        return next(csv.reader(io.StringIO(line, newline=""), delimiter=delimiter, strict=True), [])
    except csv.Error:
        return []
