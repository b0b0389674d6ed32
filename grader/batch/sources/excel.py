"""Excel workbooks, through openpyxl (extra `excel`)."""

from __future__ import annotations

import warnings
import zipfile
from collections.abc import Iterator, Sequence
from typing import Any, BinaryIO

from grader.batch.columns import unique
from grader.batch.encoding import file_digest
from grader.batch.extras import need
from grader.batch.job import Job, Record
from grader.batch.sources.given import Given
from grader.batch.values import as_text, plain
from grader.errors import InputError

_BROKEN = (zipfile.BadZipFile, KeyError, ValueError, OSError, EOFError, SyntaxError, TypeError, AttributeError)


class ExcelSource:
    """See `Source`. The first sheet unless one is named; its first row with text is the header; formulas by value."""

    delimiter = ","
    bom = True
    note = ""

    def __init__(self, given: Given, job: Job) -> None:
        self._given = given
        self._library = need("openpyxl", "excel")
        self._unescape = need("openpyxl.utils.escape", "excel").unescape
        self.digest = file_digest(given.path)
        self.kinds: dict[str, str] = {}
        self._sheet = job.sheet
        self._done, self._rows = 0, 1
        self._first = 0
        names: Sequence[str] = ()
        for number, cells in self._cells():
            names = [as_text(cell) for cell in cells]
            self._first = number
            break
        self._name = given.name if job.sheet is None else f"{given.name}, sheet {job.sheet},"
        while names and not names[-1].strip():
            names = names[:-1]
        self.header = unique(names, self._name, job.columns)

    def records(self) -> Iterator[Record]:
        """Yield the rows below the header; blank rows are skipped. A blank cell is the empty text."""
        width = len(self.header)
        for number, cells in self._cells():
            if number <= self._first:
                continue
            filled = [*("" if cell is None else cell for cell in cells), *[""] * (width - len(cells))]
            error = ""
            if any(as_text(cell).strip() for cell in filled[width:]):
                error = f"{len(cells)} cells for {width} columns: give every column a name"
            yield Record(dict(zip(self.header, filled, strict=False)), f"row {number}", error)

    def _cells(self) -> Iterator[tuple[int, list[Any]]]:
        """Yield the number and the values of every row with a value."""
        number = 0
        # Opened here: the library refuses names that do not end in .xlsx, as that of a copied pipe.
        with self._given.path.open("rb") as raw:
            book = self._open(raw)
            try:
                sheet = self._choose(book)
                self._rows = max(1, sheet.max_row or 1)
                sheet.reset_dimensions()  # some programs write a size that is not that of the sheet
                for number, cells in enumerate(sheet.iter_rows(values_only=True), 1):
                    self._done = number
                    if any(cell is not None and str(cell).strip() for cell in cells):
                        yield number, [self._value(cell) for cell in cells]
            except _BROKEN as error:
                raise InputError(f"{self._given.name} is damaged after row {number}", hint="save it again") from error
            finally:
                book.close()

    def _open(self, raw: BinaryIO) -> Any:
        try:
            with warnings.catch_warnings():
                # It warns of parts of a workbook that it leaves out, such as lists to choose from.
                warnings.simplefilter("ignore")
                return self._library.load_workbook(raw, read_only=True, data_only=True)
        except _BROKEN as error:
            raise InputError(
                f"{self._given.name} is no readable Excel workbook",
                hint="save it again as .xlsx, without a password",
            ) from error

    def _choose(self, book: Any) -> Any:
        titles = [sheet.title for sheet in book.worksheets]
        if self._sheet is None and titles:
            return book.worksheets[0]
        if self._sheet not in titles:
            shown = ", ".join(titles) or "none"
            raise InputError(
                f"{self._given.name} has no sheet {self._sheet or ''} (found: {shown})", hint="mend --sheet"
            )
        return book[self._sheet]

    def _value(self, cell: Any) -> Any:
        value = plain(cell)
        return self._unescape(value).replace("\r\n", "\n") if isinstance(value, str) else value

    def position(self) -> float:
        """Return how much has been read, from 0 to 1; 0 where the workbook does not say how long it is."""
        return min(1.0, self._done / self._rows) if self._rows > 1 else 0.0
