"""CSV in, JSON Lines out: one line for each row, in input order."""

from __future__ import annotations

import contextlib
import csv
import json
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

from grader.errors import BankError, GraderError, InputError
from grader.grading import Grader

COLUMNS = ("id", "question", "answer")
# Python's csv module refuses fields of more than 128 KiB by default; one row must not stop the file.
_FIELD_LIMIT = 16 * 1024 * 1024


def grade_file(grader: Grader, source: str, output: str, *, overwrite: bool = False) -> tuple[int, int]:
    """Grade a file; return how many rows were graded and how many failed.

    `output` appears only when all rows are done. Raises `InputError` for a file that cannot be read, has not the
    columns, or would be overwritten; `BankError` when the bank has faults.
    """
    target = Path(output)
    if target.exists() and not overwrite:
        raise InputError(f"{output} exists already", hint="name another file or pass --overwrite")
    if target.exists() and Path(source).exists() and target.samefile(source):
        raise InputError(f"{output} is the input itself", hint="name another output file")
    faults = grader.bank.check()
    if faults:
        raise BankError(faults)
    graded = failed = 0
    rows = read_rows(source)
    first = next(rows, None)
    try:
        handle, temporary = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    except OSError as error:
        raise InputError(f"{output} cannot be written ({error.strerror})", hint="check the folder") from error
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            while first is not None:
                line, good = _grade_row(grader, first)
                graded, failed = graded + good, failed + (not good)
                file.write(line + "\n")
                first = next(rows, None)
        Path(temporary).chmod(0o644)
        os.replace(temporary, target)
    except BaseException as error:
        with contextlib.suppress(OSError):
            os.unlink(temporary)
        if isinstance(error, OSError):
            raise InputError(f"{output} cannot be written ({error.strerror})", hint="check the disk") from error
        raise
    return graded, failed


def _grade_row(grader: Grader, row: dict[str, str]) -> tuple[str, bool]:
    """Return one output line, and whether the row could be graded."""
    try:
        grade = grader.grade(row["question"].strip(), row["answer"])
    except GraderError as error:
        line = {"id": row["id"], "question": row["question"], "score": None, "error": str(error)}
        return json.dumps(line, ensure_ascii=False), False
    return json.dumps({"id": row["id"], **grade.model_dump(mode="json")}, ensure_ascii=False), True


def read_rows(source: str) -> Iterator[dict[str, str]]:
    """Yield the rows of a UTF-8 CSV file with the three columns; blank lines are skipped."""
    csv.field_size_limit(_FIELD_LIMIT)
    try:
        with open(source, encoding="utf-8-sig", newline="") as file:  # noqa: PTH123 - a name like "-" must fail as it is
            reader = csv.DictReader(file, strict=True)
            header = list(reader.fieldnames or [])
            absent = [column for column in COLUMNS if column not in header]
            if absent:
                found = ", ".join(header) or "none"
                raise InputError(
                    f"{source} has no column {' nor '.join(absent)} (found: {found})",
                    hint="the first line must name the columns id,question,answer",
                )
            for row in reader:
                if None in row:
                    raise InputError(
                        f"{source}, line {reader.line_num}: more fields than columns",
                        hint="put answers that contain commas in double quotes",
                    )
                yield {column: row[column] or "" for column in COLUMNS}
    except UnicodeDecodeError as error:
        raise InputError(f"{source} is not UTF-8 (byte {error.start + 1})", hint="save it as CSV UTF-8") from error
    except csv.Error as error:
        raise InputError(f"{source} is no readable CSV ({error})", hint="check the quotes near that line") from error
    except OSError as error:
        raise InputError(f"{source} cannot be read ({error.strerror})", hint="check the path") from error
