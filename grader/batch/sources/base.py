"""What every source offers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Protocol

from grader.batch.job import Record


class Source(Protocol):
    """The rows of one input, read once from the start to the end at constant memory."""

    @property
    def header(self) -> Sequence[str]:
        """The names of the columns, each one once."""
        ...

    @property
    def kinds(self) -> Mapping[str, str]:
        """Columns that hold something else than text: `int`, `float` or `bool`."""
        ...

    @property
    def digest(self) -> str:
        """The SHA-256 of the input."""
        ...

    @property
    def delimiter(self) -> str:
        """What a CSV output should use: as the input does, else a comma."""
        ...

    @property
    def bom(self) -> bool:
        """Whether a CSV output should begin with a byte-order mark, by which spreadsheets know UTF-8."""
        ...

    @property
    def note(self) -> str:
        """What the user should know of how the input was read; empty for nothing."""
        ...

    def records(self) -> Iterator[Record]:
        """Yield the rows."""
        ...

    def position(self) -> float:
        """Return how much has been read, from 0 to 1."""
        ...
