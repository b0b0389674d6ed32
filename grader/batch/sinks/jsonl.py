"""JSON Lines: the whole grade of every answer."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from grader.batch.job import Layout, Outcome
from grader.batch.sinks.table import feedback_of
from grader.results import Grade


class JsonlSink:
    """See `Sink`. An error row has `error` and a null `score`."""

    converts = False

    def __init__(self, layout: Layout) -> None:
        self._layout = layout

    def head(self) -> bytes:
        """Return nothing: every line names its values."""
        return b""

    def encode(self, outcome: Outcome) -> bytes:
        """Return the line of one answer, or one for every concept."""
        lines = (json.dumps(value, ensure_ascii=False, allow_nan=False) for value in objects(outcome, self._layout))
        return "".join(f"{line}\n" for line in lines).encode("utf-8")

    def convert(self, unfinished: Path, target: Path) -> None:
        """Do nothing: the unfinished file becomes the output."""


def objects(outcome: Outcome, layout: Layout) -> list[dict[str, Any]]:
    """Return what is written of one answer."""
    row, grade = outcome.row, outcome.grade
    start: dict[str, Any] = {"id": row.id}
    if layout.candidate:
        start["candidate"] = row.candidate
    start["question"] = row.question
    if grade is None:
        answer = {} if layout.no_text else {"answer": row.answer}
        return [{**start, **answer, "score": None, "error": outcome.error, "extra": row.extra}]
    whole = _grade(grade, layout)
    if not layout.long:
        return [{**start, **whole, "extra": row.extra}]
    shared = {"score": grade.score, "signature": grade.signature, "extra": row.extra}
    answer = {} if layout.no_text else {"answer": grade.answer}
    return [{**start, **answer, **verdict, **shared} for verdict in whole["verdicts"]]


def _grade(grade: Grade, layout: Layout) -> dict[str, Any]:
    whole: dict[str, Any] = grade.model_dump(mode="json")
    if layout.no_text:
        del whole["answer"]
        whole["feedback"] = feedback_of(grade, no_text=True)
        found = [evidence for verdict in whole["verdicts"] for evidence in verdict["evidence"]]
        found += [evidence for several in whole["flag_evidence"].values() for evidence in several]
        for evidence in found:
            del evidence["quote"]
    return whole
