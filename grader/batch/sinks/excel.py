"""Excel workbooks, through XlsxWriter (extra `excel`)."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from grader.batch.extras import need
from grader.batch.job import Layout
from grader.batch.sinks import table
from grader.batch.sinks.spool import Spool, read_spool
from grader.batch.values import as_text

_SHEET_ROWS = 1_048_576
_CELL = 32_767
_CUT = " … [cut: a cell of Excel holds no more]"
_WIDTHS = {"answer": 60, "feedback": 60, "quote": 60, "review_reasons": 30, "missed": 24, "signature": 24, "error": 30}


class ExcelSink(Spool):
    """See `Sink`. Texts are written as texts, never as formulas; rows beyond Excel's limit go to further sheets."""

    def __init__(self, layout: Layout) -> None:
        super().__init__(layout)
        self._library = need("xlsxwriter", "excel")

    def convert(self, unfinished: Path, target: Path) -> None:
        """Write a sheet with a fixed header and filters, row by row."""
        options = {"constant_memory": True, "tmpdir": str(target.parent), "strings_to_urls": False}
        book = self._library.Workbook(str(target), options)
        # Without a fixed date the same grades would give other bytes a second later.
        book.set_properties({"created": datetime(2000, 1, 1, tzinfo=UTC)})
        try:
            self._fill(book, unfinished)
            book.close()
        except self._library.exceptions.XlsxWriterException as error:
            raise OSError(str(error)) from error

    def _fill(self, book: Any, unfinished: Path) -> None:
        names = table.names(self._layout)
        bold, wrapped = book.add_format({"bold": True}), book.add_format({"text_wrap": True, "valign": "top"})
        top = book.add_format({"valign": "top"})
        sheet, at = None, _SHEET_ROWS
        for row in _with_end(unfinished):
            if sheet is None or at >= _SHEET_ROWS:
                number = len(book.worksheets())
                sheet, at = book.add_worksheet(f"Grades {number + 1}" if number else "Grades"), 1
                sheet.freeze_panes(1, 0)
                for index, name in enumerate(names):
                    sheet.set_column(index, index, _WIDTHS.get(name, 14))
                    sheet.write_string(0, index, name, bold)
            if row is None:
                sheet.autofilter(0, 0, max(1, at - 1), len(names) - 1)
                continue
            for index, value in enumerate(row):
                _write(sheet, at, index, value, wrapped if names[index] in _WIDTHS else top)
            at += 1


def _with_end(unfinished: Path) -> Any:
    """Yield the rows, then None: a file without rows has a header all the same."""
    yield from read_spool(unfinished)
    yield None


def _write(sheet: Any, row: int, column: int, value: Any, style: Any) -> None:
    if isinstance(value, bool):
        sheet.write_boolean(row, column, value, style)
    elif isinstance(value, int | float) and abs(value) < 1e15:
        sheet.write_number(row, column, value, style)
    elif value is not None and value != "":
        lines = [as_text(item) for item in value] if isinstance(value, list) else [as_text(value)]
        text = "\n".join(lines)
        if len(text.encode("utf-16-le")) // 2 > _CELL:
            text = text[: _CELL // 2 - len(_CUT)] + _CUT
        sheet.write_string(row, column, text, style)
