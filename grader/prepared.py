"""A rubric made ready to grade with: vectors of its texts, compiled keywords."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from grader.evidence.lexical import Pattern, compile_keywords

if TYPE_CHECKING:
    from grader.bank import Item
    from grader.models.base import Encoder
    from grader.models.cache import VectorStore
    from grader.rubric import Concept


@dataclass(frozen=True, slots=True)
class PreparedConcept:
    """One concept: `claims` (idea first, then statements) and `misconceptions` as rows of L2-normalised vectors."""

    concept: Concept
    claims: NDArray[np.float32]
    misconceptions: NDArray[np.float32]
    keywords: tuple[Pattern, ...]


@dataclass(frozen=True, slots=True)
class Prepared:
    """One question, ready: `question` is the vector of the question itself, `concepts` in the bank's order."""

    item: Item
    question: NDArray[np.float32]
    concepts: tuple[PreparedConcept, ...]


def rubric_texts(item: Item) -> list[str]:
    """Return all texts of a question that are embedded, in a fixed order."""
    texts = [item.question.question]
    for concept in item.rubric.concepts:
        texts += [concept.idea, *concept.statements, *concept.misconceptions]
    return texts


def prepare(item: Item, encoder: Encoder, store: VectorStore) -> Prepared:
    """Embed what a question needs, or take it from the store."""
    vectors = store.get(rubric_texts(item), encoder)
    concepts: list[PreparedConcept] = []
    position = 1
    for concept in item.rubric.concepts:
        middle = position + 1 + len(concept.statements)
        end = middle + len(concept.misconceptions)
        keywords = compile_keywords(concept)
        concepts.append(PreparedConcept(concept, vectors[position:middle], vectors[middle:end], keywords))
        position = end
    return Prepared(item, vectors[0], tuple(concepts))
