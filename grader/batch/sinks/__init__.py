"""Writes grades, one module per format; `open_sink` chooses by the ending of the output."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Any

from grader.batch.job import Layout
from grader.batch.sinks.base import Sink
from grader.errors import InputError

# Ending -> "module:Class", imported when chosen.
_KINDS = {
    ".csv": "grader.batch.sinks.csv_file:CsvSink",
    ".tsv": "grader.batch.sinks.csv_file:TsvSink",
    ".jsonl": "grader.batch.sinks.jsonl:JsonlSink",
    ".ndjson": "grader.batch.sinks.jsonl:JsonlSink",
    ".parquet": "grader.batch.sinks.parquet:ParquetSink",
    ".xlsx": "grader.batch.sinks.excel:ExcelSink",
}


def find_sink(output: str) -> type[Any]:
    """Return the writer for an output. Raises `InputError` for an ending that none writes."""
    ending = Path(output).suffix.lower()
    if ending not in _KINDS:
        raise InputError(f"{output} does not say a format", hint="end it in .csv, .jsonl, .xlsx or .parquet")
    module, _, name = _KINDS[ending].partition(":")
    found: type[Any] = getattr(importlib.import_module(module), name)
    return found


def open_sink(output: str, layout: Layout) -> Sink:
    """Make a writer. Raises `InputError`, and `MissingExtra` where a library for the format is not installed."""
    sink: Sink = find_sink(output)(layout)
    return sink
