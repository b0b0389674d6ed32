"""Sentence embeddings: how close do parts of an answer come to what is right, and to what is typically wrong?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from grader.text import Passage, Span, claims

if TYPE_CHECKING:
    from grader.models.base import Encoder
    from grader.prepared import PreparedConcept


@dataclass(frozen=True, slots=True)
class Views:
    """The claims of an answer: `spans` in the normalised text, `vectors` with one L2-normalised row each."""

    passage: Passage
    spans: tuple[Span, ...]
    vectors: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Closeness:
    """How close the views come to one concept; similarities are cosines in [-1, 1], 0 without views.

    `claim` is the highest similarity to idea or statements, found at view `claim_view`; `idea` that to the idea alone;
    `support` the mean of the three nearest statements there; `misconception` the highest similarity to a
    misconception, found
    at `misconception_view`, and `rival` the similarity of that view to what is right; `question` that of the best
    view to the question.
    """

    claim: float
    claim_view: int
    idea: float
    support: float
    misconception: float
    misconception_view: int
    rival: float
    question: float


def embed(passage: Passage, encoder: Encoder) -> Views:
    """Embed the claims of an answer in one call.

    Pairs of neighbouring claims were embedded as well, once: they doubled the cost and made nothing more right
    (docs/accuracy.md).
    """
    spans = tuple(claims(passage.text))
    return Views(passage, spans, encoder.encode([passage.text[s.start : s.end] for s in spans]))


def closeness(views: Views, prepared: PreparedConcept, question: NDArray[np.float32]) -> Closeness:
    """Compare every view with the concept's idea, statements and misconceptions."""
    if not views.spans:
        return Closeness(0.0, -1, 0.0, 0.0, 0.0, -1, 0.0, 0.0)
    right = views.vectors @ prepared.claims.T
    best_right = right.max(axis=1)
    view = int(best_right.argmax())
    nearest = np.sort(right[view])[::-1][:3]
    wrong, wrong_view, rival = 0.0, -1, 0.0
    if len(prepared.misconceptions):
        best_wrong = (views.vectors @ prepared.misconceptions.T).max(axis=1)
        wrong_view = int(best_wrong.argmax())
        wrong, rival = float(best_wrong[wrong_view]), float(best_right[wrong_view])
    return Closeness(
        claim=float(best_right[view]),
        claim_view=view,
        idea=float(right[:, 0].max()),
        support=float(nearest.mean()),
        misconception=wrong,
        misconception_view=wrong_view,
        rival=rival,
        question=float(views.vectors[view] @ question),
    )
