"""Parquet, through pyarrow (extra `parquet`)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from grader.batch.columns import unique
from grader.batch.encoding import file_digest
from grader.batch.extras import need
from grader.batch.job import Job, Record
from grader.batch.sources.given import Given
from grader.batch.values import plain
from grader.errors import InputError

_ROWS = 256


class ParquetSource:
    """See `Source`. Nested values are carried as JSON."""

    delimiter = ","
    bom = False
    note = ""

    def __init__(self, given: Given, job: Job) -> None:
        arrow, parquet = need("pyarrow", "parquet"), need("pyarrow.parquet", "parquet")
        self._error = arrow.ArrowException
        self._given = given
        self.digest = file_digest(given.path)
        try:
            self._file = parquet.ParquetFile(given.path, memory_map=False)
            schema = self._file.schema_arrow
        except (arrow.ArrowException, OSError) as error:
            raise InputError(f"{given.name} is no readable Parquet file", hint="write it again") from error
        self.header = unique(schema.names, given.name, job.columns)
        self._rows = max(1, int(self._file.metadata.num_rows))
        self._done = 0
        # Unsigned 64-bit numbers do not all fit what is written: they are carried as text.
        tests = {
            "int": lambda kind: arrow.types.is_integer(kind) and kind != arrow.uint64(),
            "float": arrow.types.is_floating,
            "bool": arrow.types.is_boolean,
        }
        self.kinds = {
            name: kind
            for name, inner in zip(self.header, schema.types, strict=True)
            for kind, test in tests.items()
            if test(inner)
        }

    def records(self) -> Iterator[Record]:
        """Yield the rows."""
        number = 0
        try:
            for batch in self._file.iter_batches(batch_size=_ROWS, use_threads=False):
                columns: list[list[Any]] = [column.to_pylist() for column in batch.columns]
                for values in zip(*columns, strict=True):
                    number += 1
                    self._done = number
                    yield Record({n: plain(v) for n, v in zip(self.header, values, strict=True)}, f"row {number}")
        except (self._error, OSError) as error:
            raise InputError(f"{self._given.name} is damaged after row {number}", hint="write it again") from error
        finally:
            self._file.close()

    def position(self) -> float:
        """Return how much has been read, from 0 to 1."""
        return self._done / self._rows
