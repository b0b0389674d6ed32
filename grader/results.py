"""What grading gives back: one frozen, JSON-ready Grade that carries its own why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from grader.record import Record

Status = Literal["met", "partial", "missed", "contradicted"]
STATUSES: tuple[Status, ...] = ("met", "partial", "missed", "contradicted")
Kind = Literal["semantic", "keyword", "misconception", "guard"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence(Record):
    """Words of the answer that speak for or against a concept: `answer[start:end] == quote`.

    `kind` says what found them, `strength` in [0, 1] how close they are to the rubric's wording.
    """

    start: int
    end: int
    quote: str
    kind: Kind
    strength: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict(Record):
    """What the answer says about one concept.

    `probabilities` has all four statuses and sums to one; `probability` is that of `status`. Evidence is never
    empty unless the status is `missed`.
    """

    concept: str
    status: Status
    core: bool
    weight: float
    probability: float
    probabilities: dict[Status, float]
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Grade(Record):
    """The grade of one answer. It depends on question, answer, bank, models and settings alone.

    `score` lies in [0, 1], higher is better; None would mean that the answer could not be scored. `verdicts` has one
    entry for every concept, in the bank's order; `missed` and `contradicted` are concept ids; `flag_evidence` quotes
    the words that set each flag.
    """

    question: str
    answer: str
    score: float | None
    band: str | None
    confidence: float
    needs_review: bool
    review_reasons: tuple[str, ...]
    verdicts: tuple[Verdict, ...]
    missed: tuple[str, ...]
    contradicted: tuple[str, ...]
    flags: tuple[str, ...]
    flag_evidence: dict[str, tuple[Evidence, ...]]
    feedback: tuple[str, ...]
    signature: str
