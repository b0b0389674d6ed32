"""What a run came to: counts, means by question, the concepts missed most, and how many a person should see."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from grader.batch.job import Outcome


@dataclass(slots=True)
class Tally:
    """The answers to one question. `total` is the sum of the scores, of `scored` grades."""

    answers: int = 0
    scored: int = 0
    total: float = 0.0
    review: int = 0
    missed: Counter[str] = field(default_factory=Counter)

    @property
    def mean(self) -> float | None:
        """The mean score, None without scores."""
        return self.total / self.scored if self.scored else None


@dataclass(slots=True)
class Summary:
    """Counts of a whole run, those rows included that an earlier, killed part of it graded.

    `repeated` rows have the id and question of an earlier one; `repeated_at` numbers the first of them.
    """

    graded: int = 0
    failed: int = 0
    first_error: str = ""
    questions: dict[str, Tally] = field(default_factory=dict)
    repeated: int = 0
    repeated_at: list[int] = field(default_factory=list)
    note: str = ""
    resumed: int = 0

    def add(self, outcome: Outcome) -> None:
        """Count one row."""
        grade = outcome.grade
        if grade is None:
            self.failed += 1
            self.first_error = self.first_error or f"{outcome.row.place}: {outcome.error}"
            return
        self.graded += 1
        tally = self.questions.setdefault(grade.question, Tally())
        tally.answers += 1
        tally.review += grade.needs_review
        tally.missed.update(grade.missed)
        if grade.score is not None:
            tally.scored += 1
            tally.total += grade.score

    @property
    def rows(self) -> int:
        """How many rows there are in all."""
        return self.graded + self.failed

    @property
    def review(self) -> int:
        """How many grades a person should look at."""
        return sum(tally.review for tally in self.questions.values())

    def dump(self) -> dict[str, Any]:
        """Return what the journal keeps."""
        questions = {
            name: [tally.answers, tally.scored, tally.total, tally.review, dict(tally.missed)]
            for name, tally in self.questions.items()
        }
        return {"graded": self.graded, "failed": self.failed, "error": self.first_error, "questions": questions}

    @classmethod
    def load(cls, kept: dict[str, Any]) -> Summary:
        """Go on from what the journal kept."""
        if not kept:
            return cls()
        questions = {
            name: Tally(answers, scored, total, review, Counter(missed))
            for name, (answers, scored, total, review, missed) in kept["questions"].items()
        }
        return cls(kept["graded"], kept["failed"], kept["error"], questions)

    def missed_most(self, limit: int) -> list[tuple[str, str, int, int]]:
        """Return question, concept, how often it was missed, and of how many answers; the largest shares first."""
        found = [
            (question, concept, count, tally.answers)
            for question, tally in self.questions.items()
            for concept, count in tally.missed.items()
        ]
        # A share of few answers says less: 1 of 1 comes after 40 of 41.
        return sorted(found, key=lambda item: -item[2] / item[3] * (1 - 1 / math.sqrt(item[3] + 1)))[:limit]
