"""Parquet, through pyarrow (extra `parquet`)."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

from grader.batch.extras import need
from grader.batch.job import Layout
from grader.batch.sinks import table
from grader.batch.sinks.spool import Spool, read_spool
from grader.batch.values import as_text

_ROWS = 4096
_NUMBERS = frozenset("score confidence weight probability p_met p_partial p_missed p_contradicted".split())
_FLAGS = frozenset({"needs_review", "core"})


class ParquetSink(Spool):
    """See `Sink`. Lists are lists; carried columns keep their kind where the input is Parquet, else they are text."""

    def __init__(self, layout: Layout) -> None:
        super().__init__(layout)
        self._arrow, self._parquet = need("pyarrow", "parquet"), need("pyarrow.parquet", "parquet")

    def convert(self, unfinished: Path, target: Path) -> None:
        """Write row groups of 4096 rows."""
        names = table.names(self._layout)
        ours = len(names) - len(self._layout.carried)
        kinds = [self._kind(name) for name in names[:ours]]
        kinds += [self._layout.kinds.get(column, "text") for column in self._layout.carried]
        arrow = self._arrow
        types = {
            "text": arrow.string(),
            "list": arrow.list_(arrow.string()),
            "float": arrow.float64(),
            "int": arrow.int64(),
            "bool": arrow.bool_(),
        }
        schema = arrow.schema([(name, types[kind]) for name, kind in zip(names, kinds, strict=True)])
        rows = read_spool(unfinished)
        with self._parquet.ParquetWriter(target, schema, compression="zstd") as writer:
            while group := list(itertools.islice(rows, _ROWS)):
                columns = zip(*group, strict=True)
                arrays = [
                    arrow.array([_value(value, kind) for value in column], types[kind])
                    for column, kind in zip(columns, kinds, strict=True)
                ]
                writer.write_table(arrow.Table.from_arrays(arrays, schema=schema))

    def _kind(self, name: str) -> str:
        if name in table.LISTS:
            return "list"
        if name in _NUMBERS:
            return "float"
        return "bool" if name in _FLAGS else "text"


def _value(value: Any, kind: str) -> Any:
    return as_text(value) if kind == "text" and value is not None else value
