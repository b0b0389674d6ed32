"""The judge's reading: how likely does the answer state, hint at, leave out or contradict each idea?

Where it is not sure of an idea, it reads one text more: the nearest misconception where the answer comes about as near
to it as to what is right, else the nearest statement.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
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
# By so much the nearest misconception may be further from the answer than what is right. Reading both gave little more.
_AS_NEAR = 0.05


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
    readings = [Reading(row) for row in about([concept.idea for concept in concepts])]
    unsure = [place for place, reading in enumerate(readings) if reading.idea.max() < _SURE]
    chosen = {place: text for place in unsure if (text := _second(concepts[place], near[place]))}
    if chosen:
        table = about([text for _, text in chosen.values()])
        for (place, (kind, _)), row in zip(chosen.items(), table, strict=True):
            readings[place] = replace(readings[place], **{kind: row})
    return readings


def _second(concept: Concept, near: Closeness) -> tuple[str, str] | None:
    """Return which text to read besides the idea, and what it is, a field of `Reading`."""
    if near.nearest_misconception is not None and near.misconception - near.claim > -_AS_NEAR:
        return "misconception", concept.misconceptions[near.nearest_misconception]
    if near.nearest_statement is not None:
        return "statement", concept.statements[near.nearest_statement]
    return None


def digest(item: Item) -> str:
    """Return 16 hexadecimal digits that name what the judge reads of a question: its text and its ideas."""
    texts = [item.question.question, *(concept.idea for concept in item.rubric.concepts)]
    return hashlib.sha256("\n".join(texts).encode()).hexdigest()[:16]


def logarithms(row: NDArray[np.float64] | None) -> list[float]:
    """Return the natural logarithms of four probabilities, not below log(1e-4), or zeros: what the fusion adds up."""
    if row is None:
        return [0.0] * 4
    return [float(value) for value in np.log(np.maximum(row, _LEAST))]
