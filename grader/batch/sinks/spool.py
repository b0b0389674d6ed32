"""The unfinished file of formats that cannot be appended to: a table as JSON Lines, one array a row."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from grader.batch.job import Layout, Outcome
from grader.batch.sinks import table


class Spool:
    """Base of the sinks that convert at the end; see `Sink`."""

    converts = True

    def __init__(self, layout: Layout) -> None:
        self._layout = layout

    def head(self) -> bytes:
        """Return nothing: the columns follow from the layout."""
        return b""

    def encode(self, outcome: Outcome) -> bytes:
        """Return the rows of one answer."""
        rows = table.rows(outcome, self._layout)
        return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode("utf-8")


def read_spool(path: Path) -> Iterator[list[Any]]:
    """Yield the rows of a finished spool."""
    with path.open(encoding="utf-8", newline="\n") as file:
        for line in file:
            row: list[Any] = json.loads(line)
            yield row
