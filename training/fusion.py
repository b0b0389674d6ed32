"""Fit how evidence is weighed: `python training/fusion.py [--shared DIR]` (extra `training`).

Writes models/minilm/fusion.json: a network of 24 tanh units from the features of grader.evidence.gather to the four
statuses. Seeded. benchmarks/accuracy.py fits the same network without the questions that it measures.

The rows: every marked answer of training/data (and of DIR); every reference with its own rubric (met); every question itself and
every reference with the rubrics of unrelated questions (missed).
"""

from __future__ import annotations

import argparse
import json
import sys
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import yaml
from numpy.typing import NDArray
from sklearn.neural_network import MLPClassifier
from sklearn.preprocessing import StandardScaler

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "benchmarks")]
from marked import Marked, read_marked, sources  # noqa: E402

from grader.bank import Item, QuestionBank  # noqa: E402
from grader.evidence.gather import FEATURES, answer_features, feature_row, gather  # noqa: E402
from grader.evidence.lexical import Words  # noqa: E402
from grader.evidence.semantic import embed, view_spans  # noqa: E402
from grader.guards import question_echoes  # noqa: E402
from grader.models.cache import VectorStore, default_cache_dir  # noqa: E402
from grader.models.onnx import OnnxEncoder  # noqa: E402
from grader.prepared import prepare  # noqa: E402
from grader.results import STATUSES  # noqa: E402
from grader.settings import Settings  # noqa: E402
from grader.text import normalise  # noqa: E402
from grader.verdicts import Fusion  # noqa: E402

HIDDEN, ALPHA, EPOCHS, SEED = 24, 0.3, 60, 13
# How often each reference (all met), question (all missed) and unrelated reference (all missed) counts: 2,300 unrelated ones
# would otherwise outvote the 50 references.
REFERENCE_WEIGHT, QUESTION_WEIGHT, UNRELATED_WEIGHT = 40, 20, 4
OVERLAPS = ROOT / "tests" / "data" / "overlaps.yaml"


@dataclass
class Rows:
    """The features and labels of one answer, with the question as the group for folds."""

    group: str
    features: list[list[float]]
    labels: list[int]


class Remembering(OnnxEncoder):
    """Encodes each text once; a vector depends on its text alone."""

    def __init__(self) -> None:
        super().__init__()
        self._known: dict[str, NDArray[np.float32]] = {}

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return one row for each text; see `Encoder.encode`."""
        new = [text for text in dict.fromkeys(texts) if text not in self._known]
        self._known.update(zip(new, super().encode(new), strict=True))
        return np.stack([self._known[text] for text in texts]) if texts else super().encode([])


class Extractor:
    """Answer -> feature rows, by the very code that grades."""

    def __init__(self) -> None:
        self.encoder = Remembering()
        cache = default_cache_dir()
        self.store = VectorStore([], cache / "vectors" if cache else None)
        self.settings = Settings()

    def features(self, item: Item, answer: str) -> list[list[float]]:
        """Return one row for each concept, none for an answer without words."""
        passage = normalise(answer)
        spans = view_spans(passage.text, question_echoes(passage, item.question))
        if not spans:
            return []
        views = embed(passage, spans, self.encoder)
        words = Words(passage.text, typo_similarity=self.settings.typo_similarity, near_words=self.settings.near_words)
        findings = gather(prepare(item, self.encoder, self.store), views, words)
        whole = answer_features(findings, passage.text)
        return [feature_row(found, whole) for found in findings]


def collect(marked: list[Marked], extractor: Extractor) -> list[Rows]:
    """Extract the features of all marked answers and of the references."""
    rows = []
    for answer in marked:
        features = extractor.features(answer.item, answer.answer)
        if features:
            rows.append(Rows(answer.item.question.id, features, [STATUSES.index(label) for label in answer.labels]))
    related = {frozenset(pair.split()) for pair in yaml.safe_load(OVERLAPS.read_text(encoding="utf-8"))}
    bank = list(QuestionBank())
    for item in bank:
        count, name = len(item.rubric.concepts), item.question.id
        rows += [Rows(name, extractor.features(item, item.question.answer), [0] * count)] * REFERENCE_WEIGHT
        asked = extractor.features(item, item.question.question)
        if asked:
            rows += [Rows(name, asked, [2] * count)] * QUESTION_WEIGHT
        for other in bank:
            if other is not item and {name, other.question.id} not in related:
                features = extractor.features(item, other.question.answer)
                rows += [Rows(name, features, [2] * count)] * UNRELATED_WEIGHT
    return rows


def fit(rows: list[Rows]) -> dict[str, list]:  # type: ignore[type-arg]
    """Fit the network and return its numbers."""
    features = np.array([f for row in rows for f in row.features])
    labels = np.array([label for row in rows for label in row.labels])
    scaler = StandardScaler().fit(features)
    network = MLPClassifier(
        (HIDDEN,),
        activation="tanh",
        alpha=ALPHA,
        max_iter=EPOCHS,
        random_state=SEED,
        batch_size=256,
        learning_rate_init=2e-3,
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        network.fit(scaler.transform(features), labels)
    numbers = {
        "mean": scaler.mean_,
        "scale": scaler.scale_,
        "hidden": network.coefs_[0],
        "hidden_bias": network.intercepts_[0],
        "output": network.coefs_[1],
        "output_bias": network.intercepts_[1],
    }
    return {"features": FEATURES, **{name: np.round(value, 6).tolist() for name, value in numbers.items()}}


def to_fusion(numbers: dict[str, list]) -> Fusion:  # type: ignore[type-arg]
    """Return the network that the numbers describe, as the grader runs it."""
    return Fusion("", **{name: np.array(value) for name, value in numbers.items() if name != "features"})


def main() -> None:
    """Collect, fit, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shared", type=Path)
    parser.add_argument("--out", type=Path, default=ROOT / "models" / "minilm" / "fusion.json")
    args = parser.parse_args()
    extractor = Extractor()
    rows = collect(read_marked(sources(args.shared)), extractor)
    print(sum(len(r.labels) for r in rows), "rows")
    args.out.write_text(json.dumps({"encoder": extractor.encoder.digest, **fit(rows)}) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
