"""What every sink offers."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from grader.batch.job import Outcome


class Sink(Protocol):
    """Turns outcomes into bytes that are appended to the unfinished file, each one whole.

    The bytes of an outcome depend on that outcome and the layout alone. Formats that cannot be appended to are kept as
    JSON Lines meanwhile and written by `convert` at the end.
    """

    @property
    def converts(self) -> bool:
        """Whether `convert` makes the output from the unfinished file."""
        ...

    def head(self) -> bytes:
        """Return what comes before the first row."""
        ...

    def encode(self, outcome: Outcome) -> bytes:
        """Return the row, or the rows, of one answer."""
        ...

    def convert(self, unfinished: Path, target: Path) -> None:
        """Write the output from the finished JSON Lines, the same bytes every time."""
        ...
