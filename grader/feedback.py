"""What to tell the candidate: one line for every concept that is not met, wrong ones first."""

from __future__ import annotations

from collections.abc import Sequence

from grader.results import Status, Verdict
from grader.rubric import Concept

_ORDER = {"contradicted": 0, "missed": 1, "partial": 2}
_QUOTE_CHARACTERS = 90


def lines(verdicts: Sequence[Verdict], concepts: Sequence[Concept]) -> tuple[str, ...]:
    """Return the feedback; empty when every concept is met."""
    ideas = {concept.id: concept.idea for concept in concepts}
    open_ones = sorted((v for v in verdicts if v.status != "met"), key=lambda v: (not v.core, _ORDER[v.status]))
    return tuple(_line(verdict, ideas[verdict.concept]) for verdict in open_ones)


def lead(status: Status, *, core: bool) -> str:
    """Return the words that go before the idea of a concept; none where it is met."""
    missed = "Not mentioned: " if core else "Could be added: "
    leads: dict[Status, str] = {"contradicted": "In fact: ", "partial": "Say it in full: ", "missed": missed}
    return leads.get(status, "")


def _line(verdict: Verdict, idea: str) -> str:
    line = f"{lead(verdict.status, core=verdict.core)}{idea}"
    if verdict.status == "contradicted":
        return f"Check this: “{shorten(verdict.evidence[0].quote)}”. {line}"
    return line


def shorten(quote: str, limit: int = _QUOTE_CHARACTERS) -> str:
    """Return a quote on one line, cut at a word with an ellipsis where it is longer than `limit`."""
    flat = " ".join(quote.split())
    if len(flat) <= limit:
        return flat
    return flat[: limit - 1].rsplit(" ", 1)[0] + "…"
