"""The columns of a table of grades and their cells, for every format with columns."""

from __future__ import annotations

from typing import Any

from grader.batch.job import Layout, Outcome
from grader.feedback import shorten
from grader.results import STATUSES, Grade

_GRADE = "score band needs_review review_reasons confidence missed contradicted flags feedback signature error".split()
_CONCEPT = "concept status core weight probability".split()
# Cells that hold several values, of which each is a text.
LISTS = frozenset({"review_reasons", "missed", "contradicted", "flags", "feedback"})


def names(layout: Layout) -> list[str]:
    """Return the columns. A carried column with the name of one of ours gets "input_" before it."""
    ours = ["id", *(["candidate"] if layout.candidate else []), "question", *([] if layout.no_text else ["answer"])]
    if layout.long:
        ours += [*_CONCEPT, *(f"p_{status}" for status in STATUSES), *([] if layout.no_text else ["quote"])]
        ours += ["score", "signature", "error"]
    else:
        ours += _GRADE
    taken = set(ours)
    for column in layout.carried:
        name = column
        while name in taken:
            name = f"input_{name}"
        taken.add(name)
        ours.append(name)
    return ours


def rows(outcome: Outcome, layout: Layout) -> list[list[Any]]:
    """Return the rows of one answer: one, or one for every concept. Lists stay lists."""
    row, grade = outcome.row, outcome.grade
    start: list[Any] = [row.id, *([row.candidate] if layout.candidate else []), row.question]
    if not layout.no_text:
        start.append(row.answer)
    end = [row.extra.get(column) for column in layout.carried]
    if layout.long:
        return [[*start, *middle, *end] for middle in _concepts(grade, outcome.error, layout)]
    if grade is None:
        return [[*start, *[None] * (len(_GRADE) - 1), outcome.error, *end]]
    middle = [
        grade.score,
        grade.band,
        grade.needs_review,
        list(grade.review_reasons),
        grade.confidence,
        list(grade.missed),
        list(grade.contradicted),
        list(grade.flags),
        feedback_of(grade, no_text=layout.no_text),
        grade.signature,
        None,
    ]
    return [[*start, *middle, *end]]


def _concepts(grade: Grade | None, error: str, layout: Layout) -> list[list[Any]]:
    quote: list[str | None] = [] if layout.no_text else [None]
    if grade is None:
        return [[*[None] * (len(_CONCEPT) + len(STATUSES)), *quote, None, None, error]]
    found = []
    for verdict in grade.verdicts:
        if quote:
            quote = [verdict.evidence[0].quote if verdict.evidence else None]
        shown: list[Any] = [verdict.concept, verdict.status, verdict.core, verdict.weight, verdict.probability]
        shown += [verdict.probabilities[status] for status in STATUSES]
        found.append([*shown, *quote, grade.score, grade.signature, None])
    return found


def feedback_of(grade: Grade, *, no_text: bool) -> list[str]:
    """Return the feedback; without the candidate's own words where no text is wanted."""
    if not no_text:
        return list(grade.feedback)
    quotes = [f": “{shorten(v.evidence[0].quote)}”. In fact" for v in grade.verdicts if v.status == "contradicted"]
    lines = []
    for line in grade.feedback:
        for quote in quotes:
            line = line.replace(quote, "", 1)  # noqa: PLW2901 - at most one quote is in a line
        lines.append(line)
    return lines
