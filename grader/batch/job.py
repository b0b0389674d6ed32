"""What a run is asked to do, and the values that pass through it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from grader.results import Grade


@dataclass(frozen=True, slots=True)
class Columns:
    """Which columns hold what. `asked`: the one question that the whole file is about."""

    id: str = "id"
    question: str = "question"
    answer: str = "answer"
    candidate: str | None = None
    asked: str | None = None
    wide: bool = False


@dataclass(frozen=True, slots=True)
class Job:
    """One run: `source` may be - for standard input; the ending of `output` chooses the format."""

    source: str
    output: str
    columns: Columns = field(default_factory=Columns)
    encoding: str | None = None
    sheet: str | None = None
    long: bool = False
    raw_csv: bool = False
    no_text: bool = False
    strict: bool = False
    resume: bool = False
    overwrite: bool = False

    def shaping(self) -> dict[str, Any]:
        """Return the options that shape the output: runs with others must not be mixed."""
        columns = self.columns
        return {
            "columns": [columns.id, columns.question, columns.answer, columns.candidate],
            "question": columns.asked,
            "wide": columns.wide,
            "sheet": self.sheet,
            "long": self.long,
            "raw_csv": self.raw_csv,
            "no_text": self.no_text,
        }


@dataclass(frozen=True, slots=True)
class Record:
    """One row of the input: values by column. `place` is for messages only; `error` says why it cannot be used."""

    values: dict[str, Any]
    place: str
    error: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One answer to grade. `candidate` is None where the file has no such column; `extra` holds the carried columns."""

    id: str | None
    candidate: str | None
    question: str
    answer: str | None
    extra: dict[str, Any]
    place: str
    error: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """A row and what became of it: a grade, or an error."""

    row: Row
    grade: Grade | None
    error: str = ""


@dataclass(frozen=True, slots=True)
class Layout:
    """What a writer must know beforehand: the carried columns, their kinds, and how the input's CSV was written."""

    carried: tuple[str, ...]
    kinds: dict[str, str]
    candidate: bool
    delimiter: str
    bom: bool
    long: bool
    raw_csv: bool
    no_text: bool
