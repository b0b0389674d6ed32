"""Evidence -> one calibrated verdict per concept.

Small networks (a hidden layer of tanh units each, fitted by `training/fusion.py` on marked answers) turn the features
of `evidence.gather` into the probabilities of the four statuses; their mean counts. The numbers are plain JSON beside
the model.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from grader.errors import ModelError
from grader.evidence.entailment import digest
from grader.evidence.gather import FEATURES, JUDGED_FEATURES, Findings, answer_features, feature_row, quotes
from grader.evidence.semantic import Views
from grader.results import STATUSES, Status, Verdict

if TYPE_CHECKING:
    from grader.bank import Item


@dataclass(frozen=True, slots=True)
class Network:
    """Standardise, one tanh layer, softmax. Shapes: mean and scale (f,), hidden (f, h), output (h, 4)."""

    mean: NDArray[np.float64]
    scale: NDArray[np.float64]
    hidden: NDArray[np.float64]
    hidden_bias: NDArray[np.float64]
    output: NDArray[np.float64]
    output_bias: NDArray[np.float64]

    def probabilities(self, row: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the probabilities of the statuses for one row of features, shape (4,)."""
        hidden = np.tanh((row - self.mean) / self.scale @ self.hidden + self.hidden_bias)
        logits = hidden @ self.output + self.output_bias
        weights = np.exp(logits - logits.max())
        return np.asarray(weights / weights.sum())


@dataclass(frozen=True, slots=True)
class Fusion:
    """Networks that differ in their seed alone: their mean errs less than one does.

    `judge_share`, in [0, 1], is how much the judge's own probabilities count beside the networks', 0 without a judge.
    """

    networks: tuple[Network, ...]
    judge_share: float = 0.0

    def probabilities(self, rows: Sequence[Sequence[float]]) -> NDArray[np.float64]:
        """Return the probabilities of the statuses, shape (rows, 4); each row sums to one.

        One row at a time, so that no concept's last bits depend on how many concepts there are.
        """
        return np.stack([self._one(np.array(row, np.float64)) for row in rows])

    def _one(self, row: NDArray[np.float64]) -> NDArray[np.float64]:
        fused = np.asarray(sum(network.probabilities(row) for network in self.networks) / len(self.networks))
        if not self.judge_share:
            return fused
        judged = np.exp(row[-len(STATUSES) :])  # the last features are logarithms
        return np.asarray((1 - self.judge_share) * fused + self.judge_share * judged / judged.sum())


@dataclass(frozen=True, slots=True)
class Fusions:
    """Two fusions: a judge is surer, and more often right, of questions that it was trained on than of all others.

    `models` names the digests of the models that the numbers were fitted with: the encoder's, and the judge's if any.
    `questions` holds what `entailment.digest` makes of the questions that `known` is for.
    """

    models: tuple[str, ...]
    other: Fusion
    known: Fusion
    questions: frozenset[str]

    @classmethod
    def load(cls, path: Path) -> Fusions:
        """Read the numbers. Raises `ModelError` where the file is missing or made for other features."""
        hint = "reinstall grader, or fit it again with training/fusion.py"
        try:
            numbers = json.loads(path.read_text(encoding="utf-8"))
            models = tuple(numbers["models"])
            if numbers["features"] != (JUDGED_FEATURES if len(models) > 1 else FEATURES):
                raise ModelError(f"{path} was fitted for other features", hint=hint)
            share = float(numbers["judge_share"])
            other, known = (Fusion(read_networks(numbers[name]), share) for name in ("networks", "known_networks"))
            return cls(models, other, known, frozenset(numbers["known"]))
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise ModelError(f"{path} cannot be read ({error})", hint=hint) from error

    def of(self, item: Item) -> Fusion:
        """Return the fusion for a question."""
        return self.known if digest(item) in self.questions else self.other


def read_networks(numbers: Sequence[dict[str, list[float]]]) -> tuple[Network, ...]:
    """Return networks from plain numbers. Raises `TypeError` where one lacks a part or has one too many."""
    return tuple(Network(**{name: np.array(value, np.float64) for name, value in one.items()}) for one in numbers)


def status_of(row: NDArray[np.float64]) -> Status:
    """Return the status that four probabilities speak for."""
    return STATUSES[int(row.argmax())]


def decide(findings: Sequence[Findings], views: Views, fusion: Fusion) -> tuple[Verdict, ...]:
    """Return one verdict for each concept, in order. Without views (no words) everything is missed."""
    if not views.spans:
        table = np.tile(np.array([0.0, 0.0, 1.0, 0.0]), (len(findings), 1))
    else:
        answer = answer_features(findings, views.passage.text)
        table = fusion.probabilities([feature_row(found, answer) for found in findings])
    verdicts: list[Verdict] = []
    for found, row in zip(findings, table, strict=True):
        concept = found.prepared.concept
        status = status_of(row)
        best = STATUSES.index(status)
        verdicts.append(
            Verdict(
                concept=concept.id,
                status=status,
                core=concept.core,
                weight=concept.weight,
                probability=round(float(row[best]), 4),
                probabilities={name: round(float(p), 4) for name, p in zip(STATUSES, row, strict=True)},
                evidence=quotes(found, views, status),
            )
        )
    return tuple(verdicts)
