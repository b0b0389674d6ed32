"""Reads answers, one module per format; `open_source` chooses by ending, or by the first bytes."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Any

from grader.batch.job import Job
from grader.batch.sources.base import Source
from grader.batch.sources.given import Given
from grader.errors import InputError

# Ending -> "module:Class", imported when chosen.
_KINDS = {
    "csv": "grader.batch.sources.csv_file:CsvSource",
    "jsonl": "grader.batch.sources.jsonl:JsonlSource",
    "parquet": "grader.batch.sources.parquet:ParquetSource",
    "xlsx": "grader.batch.sources.excel:ExcelSource",
}
_ENDINGS = {
    ".csv": "csv",
    ".tsv": "csv",
    ".txt": "csv",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".json": "jsonl",
    ".parquet": "parquet",
    ".pq": "parquet",
    ".xlsx": "xlsx",
    ".xlsm": "xlsx",
}
_FOREIGN = (".xls", ".xlsb", ".ods", ".numbers")


def open_source(given: Given, job: Job) -> Source:
    """Open an input. Raises `InputError`, and `MissingExtra` where a library for the format is not installed."""
    ending = Path(given.name).suffix.lower()
    if ending in _FOREIGN:
        raise InputError(f"{given.name} is a kind of spreadsheet that is not read", hint="save it as .xlsx or .csv")
    kind = _ENDINGS.get(ending) or _sniff(given.path)
    if job.sheet is not None and kind != "xlsx":
        raise InputError(f"{given.name} has no sheets", hint="leave --sheet out")
    module, _, name = _KINDS[kind].partition(":")
    made: Any = getattr(importlib.import_module(module), name)
    source: Source = made(given, job)
    return source


def _sniff(path: Path) -> str:
    """Choose a format by the first bytes, for standard input and unknown endings."""
    with path.open("rb") as file:
        start = file.read(512)
    if start.startswith(b"PAR1"):
        return "parquet"
    if start.startswith(b"PK\x03\x04"):
        return "xlsx"
    return "jsonl" if start.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"{") else "csv"
