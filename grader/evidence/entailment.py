"""The judge's reading: how likely does the answer state, hint at, leave out or contradict each idea?"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from grader.text import Passage

if TYPE_CHECKING:
    from grader.bank import Item
    from grader.models.base import Judge

_LEAST = 1e-4


def read(judge: Judge, item: Item, passage: Passage) -> NDArray[np.float64]:
    """Return the probabilities of the four statuses for each concept, shape (concepts, 4)."""
    ideas = [concept.idea for concept in item.rubric.concepts]
    return judge.judge(item.question.question, passage.text, ideas)


def digest(item: Item) -> str:
    """Return 16 hexadecimal digits that name what the judge reads of a question: its text and its ideas."""
    texts = [item.question.question, *(concept.idea for concept in item.rubric.concepts)]
    return hashlib.sha256("\n".join(texts).encode()).hexdigest()[:16]


def logarithms(row: NDArray[np.float64]) -> list[float]:
    """Return the natural logarithms of four probabilities, not below log(1e-4): what the fusion adds up."""
    return [float(value) for value in np.log(np.maximum(row, _LEAST))]
