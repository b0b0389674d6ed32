"""Sentence embeddings: how close do parts of an answer come to what is right, and to what is typically wrong?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from grader.text import Passage, Span, claims

if TYPE_CHECKING:
    from grader.models.base import Encoder
    from grader.prepared import Prepared


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
    misconception, and `rival` the similarity of that view to what is right; `question` that of the best view to the
    question.

    `own_view` is the view that is about this concept rather than about its neighbours, by the margin `own`: one general
    sentence often comes nearest to every concept. `own_claim` and `own_misconception` are what it comes to.

    `nearest_statement` and `nearest_misconception` are the places of those that any view comes nearest to, None where a
    concept has none.
    """

    claim: float
    claim_view: int
    idea: float
    support: float
    misconception: float
    rival: float
    question: float
    own: float
    own_view: int
    own_claim: float
    own_misconception: float
    nearest_statement: int | None = None
    nearest_misconception: int | None = None


_NOTHING = Closeness(0.0, -1, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, -1, 0.0, 0.0)
# How much of the similarity to the nearest other concept is taken off (docs/accuracy.md, "What is quoted").
_NEIGHBOUR = 0.75


def embed(passage: Passage, encoder: Encoder) -> Views:
    """Embed the claims of an answer in one call.

    Pairs of neighbouring claims were embedded as well, once: they doubled the cost and made nothing more right
    (docs/accuracy.md).
    """
    spans = claims(passage.text)
    return Views(passage, spans, encoder.encode([passage.text[s.start : s.end] for s in spans]))


def closeness(views: Views, prepared: Prepared) -> list[Closeness]:
    """Compare every view with every concept's idea, statements and misconceptions; in the order of the concepts."""
    if not views.spans:
        return [_NOTHING] * len(prepared.concepts)
    right = [views.vectors @ concept.claims.T for concept in prepared.concepts]
    wrong = [views.vectors @ concept.misconceptions.T for concept in prepared.concepts]
    about = np.stack([np.maximum(_best(one), _best(other)) for one, other in zip(right, wrong, strict=True)])
    question = views.vectors @ prepared.question
    return [
        _closeness(right[index], wrong[index], about[index] - _NEIGHBOUR * _others(about, index), question)
        for index in range(len(prepared.concepts))
    ]


def _best(table: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the highest value of each row, 0 where there are no columns."""
    return table.max(axis=1) if table.shape[1] else np.zeros(len(table), np.float32)


def _nearest(table: NDArray[np.float32]) -> int | None:
    """Return the column of the highest value, None where there are no columns."""
    return int(table.max(axis=0).argmax()) if table.shape[1] else None


def _others(about: NDArray[np.float32], index: int) -> NDArray[np.float32]:
    """Return for each view how close it comes to the nearest concept but one."""
    return np.delete(about, index, axis=0).max(axis=0) if len(about) > 1 else np.zeros_like(about[0])


def _closeness(
    right: NDArray[np.float32], wrong: NDArray[np.float32], own: NDArray[np.float32], question: NDArray[np.float32]
) -> Closeness:
    best, worst = right.max(axis=1), _best(wrong)
    view, wrong_view, own_view = int(best.argmax()), int(worst.argmax()), int(own.argmax())
    return Closeness(
        claim=float(best[view]),
        claim_view=view,
        idea=float(right[:, 0].max()),
        support=float(np.sort(right[view])[::-1][:3].mean()),
        misconception=float(worst[wrong_view]),
        rival=float(best[wrong_view]),
        question=float(question[view]),
        own=float(own[own_view]),
        own_view=own_view,
        own_claim=float(best[own_view]),
        own_misconception=float(worst[own_view]),
        nearest_statement=_nearest(right[:, 1:]),
        nearest_misconception=_nearest(wrong),
    )
