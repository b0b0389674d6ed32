"""The judge's reading: how likely does the answer state, hint at, leave out or contradict each idea?

Where it is not sure of an idea, it reads the statement and the misconception, too, that the answer comes nearest to.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from grader.evidence.semantic import Closeness
from grader.text import Passage

if TYPE_CHECKING:
    from grader.bank import Item
    from grader.models.base import Judge
    from grader.rubric import Concept

_LEAST = 1e-4
# From here on the idea alone is read. All that reading more mends is mended below .9, where 1.9 ideas of an answer are;
# below .7 next to nothing is (docs/accuracy.md, "What is read besides").
_SURE = 0.9


@dataclass(frozen=True, slots=True)
class Reading:
    """Probabilities of the four statuses for one concept, shape (4,): for its idea, and for what else was read."""

    idea: NDArray[np.float64]
    statement: NDArray[np.float64] | None = None
    misconception: NDArray[np.float64] | None = None


def read(judge: Judge, item: Item, passage: Passage, near: Sequence[Closeness]) -> list[Reading]:
    """Judge every concept; `near` tells which statement and misconception come nearest."""
    concepts = item.rubric.concepts
    about = judge.open(item.question.question, passage.text)
    table = about([concept.idea for concept in concepts])
    texts: list[str] = []
    for concept, row, closeness in zip(concepts, table, near, strict=True):
        if row.max() < _SURE:
            texts += [text for text in _nearest(concept, closeness) if text is not None]
    more = iter(about(texts) if texts else ())
    return [
        Reading(
            row, *(None if text is None or row.max() >= _SURE else next(more) for text in _nearest(concept, closeness))
        )
        for concept, row, closeness in zip(concepts, table, near, strict=True)
    ]


def _nearest(concept: Concept, near: Closeness) -> tuple[str | None, str | None]:
    statement, wrong = near.nearest_statement, near.nearest_misconception
    return (
        None if statement is None else concept.statements[statement],
        None if wrong is None else concept.misconceptions[wrong],
    )


def digest(item: Item) -> str:
    """Return 16 hexadecimal digits that name what the judge reads of a question: its text and its ideas."""
    texts = [item.question.question, *(concept.idea for concept in item.rubric.concepts)]
    return hashlib.sha256("\n".join(texts).encode()).hexdigest()[:16]


def logarithms(row: NDArray[np.float64] | None) -> list[float]:
    """Return the natural logarithms of four probabilities, not below log(1e-4), or zeros: what the fusion adds up."""
    if row is None:
        return [0.0] * 4
    return [float(value) for value in np.log(np.maximum(row, _LEAST))]
