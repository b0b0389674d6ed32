"""The words, marks and colours of a grade: the same in the terminal and on a page."""

from __future__ import annotations

from grader.results import Status

#: Status -> mark and colour; what was missed has no colour, as there is nothing to see.
MARKS: dict[Status, tuple[str, str | None]] = {
    "met": ("✓", "green"),
    "partial": ("~", "yellow"),
    "missed": ("·", None),
    "contradicted": ("✗", "red"),
}
#: What a status means, for readers who have not seen a rubric.
MEANINGS: dict[Status, str] = {
    "met": "The answer states the concept, in whatever words.",
    "partial": "It hints at it, names it, or has half of it.",
    "missed": "It does not mention it.",
    "contradicted": "It states something that does not go with it.",
}
#: Best first.
BANDS: dict[str, str] = {"strong": "green", "good": "green", "partial": "yellow", "weak": "red"}
NOT_SCORED = "not scored"


def number(value: float | None) -> str:
    """Return a score or confidence as it is shown; undefined is a dash, never 0."""
    return "–" if value is None else f"{value:.2f}"
