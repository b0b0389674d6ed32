"""Sums over answers: for each question, concept and candidate. Holds a few numbers for each answer, never its text."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from grader.report.html.catalogue import Catalogue
from grader.report.html.lines import Line
from grader.report.words import BANDS
from grader.results import STATUSES, Grade, Status
from grader.scoring import deviation

_BINS = 10
# A normal distribution lies within so many standard deviations nine times in ten.
_NINE_IN_TEN = 1.645
#: One letter for each status; a space where an answer was not asked about a concept.
LETTERS: dict[Status, str] = dict(zip(STATUSES, "mpox", strict=True))


def hundredths(value: float) -> int:
    """Return a score or confidence as it is shown, times 100: 0.125 is shown as 0.12 here and must be so everywhere."""
    return round(float(f"{value:.2f}") * 100)


@dataclass(slots=True)
class _Mean:
    count: int = 0
    total: float = 0.0

    def add(self, value: float) -> None:
        self.count += 1
        self.total += value

    @property
    def shown(self) -> int | None:
        return hundredths(self.total / self.count) if self.count else None


@dataclass(slots=True)
class ConceptTally:
    """How many answers have each status."""

    id: str
    idea: str
    core: bool
    counts: dict[Status, int] = field(default_factory=lambda: dict.fromkeys(STATUSES, 0))

    @property
    def missing(self) -> float:
        """Return the share of answers, in [0, 1], that missed or contradicted it."""
        total = sum(self.counts.values())
        return (self.counts["missed"] + self.counts["contradicted"]) / total if total else 0.0


@dataclass(slots=True)
class QuestionTally:
    """`bins` counts scores from 0.0, from 0.1, ..., from 0.9 up."""

    place: int
    id: str
    text: str
    topic: str
    scores: _Mean = field(default_factory=_Mean)
    bins: list[int] = field(default_factory=lambda: [0] * _BINS)
    concepts: dict[str, ConceptTally] = field(default_factory=dict)
    failed: int = 0


@dataclass(slots=True)
class CandidateTally:
    """One candidate: scores of the answers that have one, their summed variance, and how many need a look."""

    place: int
    name: str
    scores: _Mean = field(default_factory=_Mean)
    variance: float = 0.0
    review: int = 0
    failed: int = 0

    @property
    def margin(self) -> int | None:
        """Return how far the mean may be from an expert's nine times in ten, in hundredths."""
        return hundredths(_NINE_IN_TEN * self.variance**0.5 / self.scores.count) if self.scores.count else None


class Tally:
    """Add lines one by one; afterwards `data` is what the page's script works on."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self.questions: dict[str, QuestionTally] = {}
        self.candidates: dict[str, CandidateTally] = {}
        self.scores = _Mean()
        self.review = self.failed = self.answers = 0
        self.signatures: dict[str, None] = {}
        self._strings: dict[str, int] = {}
        self._columns: dict[str, list[Any]] = {name: [] for name in ("candidate", "question", "score", "confidence")}
        self._columns |= {"band": [], "statuses": []}
        self._sparse: dict[str, dict[int, list[int]]] = {"reasons": {}, "flags": {}, "errors": {}}

    def add(self, line: Line) -> QuestionTally:
        """Count one answer; return the question it belongs to."""
        index, grade = self.answers, line.grade
        self.answers += 1
        signature = grade.signature if grade else ""
        known = self._catalogue.find(line.question, signature)
        question = self.questions.get(line.question)
        if question is None:
            place = len(self.questions)
            question = self.questions[line.question] = QuestionTally(place, line.question, known.text, known.topic)
        candidate = self.candidates.get(line.candidate)
        if candidate is None:
            candidate = self.candidates[line.candidate] = CandidateTally(len(self.candidates), line.candidate)
        self._columns["candidate"].append(candidate.place)
        self._columns["question"].append(question.place)
        if grade is None:
            question.failed, candidate.failed, self.failed = question.failed + 1, candidate.failed + 1, self.failed + 1
            self._sparse["errors"][index] = [self._string(line.error)]
        elif grade.needs_review:
            candidate.review, self.review = candidate.review + 1, self.review + 1
            self._sparse["reasons"][index] = [self._string(r) for r in grade.review_reasons or ("no reason given",)]
        if grade is not None:
            # The question's part goes: the rest is the same for all answers of one run.
            parts = signature.split(" | ")
            self.signatures[" | ".join(part for part in parts if part.split(" ")[0] != line.question)] = None
            if grade.flags:
                self._sparse["flags"][index] = [self._string(flag) for flag in grade.flags]
        self._add_grade(question, candidate, grade, known.ideas)
        return question

    def _add_grade(
        self, question: QuestionTally, candidate: CandidateTally, grade: Grade | None, ideas: dict[str, str]
    ) -> None:
        score = grade.score if grade else None
        band = grade.band if grade else None
        self._columns["score"].append(None if score is None else hundredths(score))
        self._columns["confidence"].append(hundredths(grade.confidence) if grade else None)
        self._columns["band"].append(list(BANDS).index(band) if band in BANDS else None)
        if score is not None:
            for mean in (question.scores, candidate.scores, self.scores):
                mean.add(score)
            candidate.variance += deviation(grade.verdicts) ** 2 if grade else 0.0
            question.bins[min(_BINS - 1, hundredths(score) * _BINS // 100)] += 1
        letters = dict.fromkeys(question.concepts, " ")
        for verdict in grade.verdicts if grade else ():
            concept = question.concepts.setdefault(
                verdict.concept, ConceptTally(verdict.concept, ideas.get(verdict.concept, ""), verdict.core)
            )
            concept.counts[verdict.status] += 1
            letters[verdict.concept] = LETTERS[verdict.status]
        self._columns["statuses"].append("".join(letters.values()) if grade else "")

    def data(self) -> dict[str, Any]:
        """Return everything but texts of answers, made for few bytes: a list for each column, strings once."""
        return {
            "questions": [
                {
                    "id": question.id,
                    "text": question.text,
                    "topic": question.topic,
                    "mean": question.scores.shown,
                    "count": question.scores.count,
                    "failed": question.failed,
                    "bins": question.bins,
                    "concepts": [
                        {"id": c.id, "idea": c.idea, "core": c.core, "counts": [c.counts[s] for s in STATUSES]}
                        for c in question.concepts.values()
                    ],
                }
                for question in self.questions.values()
            ],
            "candidates": [
                [c.name, c.scores.shown, c.scores.count, c.review, c.failed, c.margin] for c in self.candidates.values()
            ],
            "answers": {**self._columns, **self._sparse},
            "strings": list(self._strings),
        }

    def _string(self, value: str) -> int:
        return self._strings.setdefault(value, len(self._strings))
