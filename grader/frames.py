"""Grades as a table for pandas or Polars (extra `frames`)."""

from __future__ import annotations

import importlib
from collections.abc import Iterable
from typing import Any, Literal

from grader.errors import InputError, MissingExtra
from grader.results import STATUSES, Grade

_GRADE = (
    "question answer score band needs_review review_reasons confidence missed contradicted flags feedback signature"
).split()
_CONCEPT = "concept status core weight probability".split()
_LISTS = ("review_reasons", "missed", "contradicted", "flags", "feedback")


def to_frame(grades: Iterable[Grade], library: Literal["pandas", "polars"] = "pandas", *, long: bool = False) -> Any:
    """Return a DataFrame with one row for each grade, or with `long` one for each concept of each grade.

    `grade`, the position in `grades` from 0, tells which rows of a long table belong together. Without grades the
    table has its columns and no row. Raises `MissingExtra`, and `InputError` for another library.
    """
    if library not in {"pandas", "polars"}:
        raise InputError(f"no data frames of {library!r}", hint="pass pandas or polars")
    try:
        module = importlib.import_module(library)
    except ImportError as error:
        raise MissingExtra(f"{library} is not installed", hint=f"pip install {library}") from error
    rows = [row for position, grade in enumerate(grades) for row in _rows(position, grade, long=long)]
    names = _names(long=long)
    if library == "pandas":
        return module.DataFrame(rows, columns=names)
    return module.DataFrame(rows, schema=_schema(module, names), orient="row")


def _names(*, long: bool) -> list[str]:
    if not long:
        return list(_GRADE)
    return ["grade", "question", *_CONCEPT, *(f"p_{status}" for status in STATUSES), "quote", "score", "signature"]


def _rows(position: int, grade: Grade, *, long: bool) -> list[list[Any]]:
    if not long:
        return [[list(value) if isinstance(value, tuple) else value for value in (getattr(grade, n) for n in _GRADE)]]
    return [
        [
            position,
            grade.question,
            *(getattr(verdict, name) for name in _CONCEPT),
            *(verdict.probabilities[status] for status in STATUSES),
            verdict.evidence[0].quote if verdict.evidence else None,
            grade.score,
            grade.signature,
        ]
        for verdict in grade.verdicts
    ]


def _schema(polars: Any, names: list[str]) -> dict[str, Any]:
    """Name the types: an empty table, or a column without values, would have none otherwise."""
    numbers = {"score", "confidence", "weight", "probability", *(f"p_{status}" for status in STATUSES)}
    kinds = dict.fromkeys(numbers, polars.Float64)
    kinds |= {name: polars.List(polars.String) for name in _LISTS}
    kinds |= {"needs_review": polars.Boolean, "core": polars.Boolean, "grade": polars.Int64}
    return {name: kinds.get(name, polars.String) for name in names}
