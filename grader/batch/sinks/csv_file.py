"""CSV: one row per answer, safe to open in a spreadsheet."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

from grader.batch.job import Layout, Outcome
from grader.batch.sinks import table
from grader.batch.values import as_text

# A spreadsheet takes a cell that begins so for a formula; with an apostrophe before it, for text.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


class CsvSink:
    """See `Sink`. Delimiter and byte-order mark are those of the input, so that the same program opens both."""

    converts = False

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self._buffer = io.StringIO(newline="")
        # With "\n" alone as line end, the module would leave a lone "\r" in a cell unquoted, and break the row there.
        self._writer = csv.writer(self._buffer, delimiter=self._delimiter(), lineterminator="\r\n")

    def _delimiter(self) -> str:
        return self._layout.delimiter

    def head(self) -> bytes:
        """Return the header line."""
        mark = "\ufeff" if self._layout.bom else ""
        return mark.encode() + self._lines([list(table.names(self._layout))])

    def encode(self, outcome: Outcome) -> bytes:
        """Return the lines of one answer."""
        return self._lines(table.rows(outcome, self._layout))

    def _lines(self, rows: list[list[Any]]) -> bytes:
        self._buffer.seek(0)
        self._buffer.truncate()
        self._writer.writerows([self._cell(value) for value in row] for row in rows)
        return self._buffer.getvalue().encode("utf-8")

    def _cell(self, value: Any) -> str:
        if isinstance(value, list):
            value = (" | " if any(" " in str(item) for item in value) else "; ").join(as_text(item) for item in value)
        elif isinstance(value, int | float):
            return as_text(value) if isinstance(value, bool) else repr(value)
        text = as_text(value)
        return f"'{text}" if text.startswith(_FORMULA) and not self._layout.raw_csv else text

    def convert(self, unfinished: Path, target: Path) -> None:
        """Do nothing: the unfinished file becomes the output."""


class TsvSink(CsvSink):
    """Tabs between the cells, whatever the input has."""

    def _delimiter(self) -> str:
        return "\t"
