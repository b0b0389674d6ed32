"""Fit how evidence is weighed: `python training/fusion.py [--shared DIR] [--judge FOLDER] [--whole-bank]` (extra `training`).

Writes five networks of 24 tanh units, which differ in their seed, from the features of grader.evidence.gather to the four
statuses: models/minilm/fusion.json, from every marked answer of training/data (and of DIR), or with --judge FOLDER/fusion.json,
from the answers that the judge was not trained on: on its own training answers a judge is surer than it may be. With a judge
there are five for the shipped questions, which it knows, and five for all others. Seeded. Beside answers they see the banks' own
texts (training/features.py: `bank_rows`, `elsewhere_rows`). benchmarks/accuracy.py fits the same networks without the
questions that it measures.
"""

from __future__ import annotations

import argparse
import json
import sys
import warnings
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.neural_network import MLPClassifier
from sklearn.preprocessing import StandardScaler

sys.path[:0] = [str(Path(__file__).resolve().parent), str(Path(__file__).resolve().parent / "judge")]
from data import is_kept
from features import ROOT, SEED, Extractor, Rows
from marked import Marked, read_marked, sources, with_full_rubrics

from grader.bank import QuestionBank
from grader.evidence.entailment import digest
from grader.evidence.gather import FEATURES, JUDGED_FEATURES
from grader.verdicts import Fusion, read_networks

HIDDEN, ALPHA, EPOCHS, NETWORKS = 24, 0.3, 60, 5
# The networks trust similarity where an answer sounds right; a quarter of the judge's own word mends some of it.
JUDGE_SHARE = 0.25
# What of the bank's own texts the networks get badly wrong is shown to them so many times more. All of it, always, made
# them distrust a judge that is right about other words (docs/accuracy.md).
HARD, HARD_WEIGHT = 0.6, 24
# The final sets of earlier versions among them: they have decided, and are the most varied answers that there are.
CHOOSING = [
    ROOT / "benchmarks" / "data" / f"{name}.jsonl"
    for name in (
        *("choosing", "choosing2", "choosing_hard", "final", "final_hard", "final2", "final2_hard", "final3"),
        "final_fields_answers",
    )
]


def untrained(shared: Path | None, whole_bank: bool = False) -> list[Marked]:
    """Return the answers that no judge is trained on: the kept fields and questions, the choosing sets, the mosaics of DIR.

    With `whole_bank` without the kept questions: a judge that ships has seen those.
    """
    more = [*CHOOSING, *([shared / "mosaic.jsonl"] if shared else [])]
    kept = [a for a in read_marked(sources(shared)) if is_kept(a, whole_bank)]
    # Without these, the networks learn that a judge is to be trusted wherever there is more than bare ideas.
    return kept + with_full_rubrics(kept) + read_marked(more)


def for_known(rows: Iterable[Rows]) -> list[Rows]:
    """Return what a fusion for the shipped questions is fitted to: answers to them count twice, full rubrics of others not."""
    return [replace(row, weight=row.weight * 2) if row.shipped else row for row in rows if row.shipped or row.bare]


def for_others(rows: Iterable[Rows]) -> list[Rows]:
    """Return what a fusion for all other questions is fitted to."""
    return [row for row in rows if not row.shipped]


def fit(rows: Sequence[Rows]) -> list[dict[str, list]]:  # type: ignore[type-arg]
    """Fit the networks and return their numbers."""
    features = np.array([f for row in rows for _ in range(row.weight) for f in row.features])
    labels = np.array([label for row in rows for _ in range(row.weight) for label in row.labels])
    scaler = StandardScaler().fit(features)
    return [_network(scaler, features, labels, SEED + n) for n in range(NETWORKS)]


def fit_known(answers: Sequence[Rows], bank: Sequence[Rows], share: float = JUDGE_SHARE) -> list[dict[str, list]]:  # type: ignore[type-arg]
    """Fit the networks for the shipped questions: to answers and the bank's texts, then again with what went wrong of these.

    `share` is how much the judge's own word counts: 0 where the features have none.
    """
    first = Fusion(read_networks(fit([*answers, *bank])), share)
    hard = [replace(row, weight=row.weight + HARD_WEIGHT) if _error(first, row) > HARD else row for row in bank]
    return fit([*answers, *hard])


def _error(fusion: Fusion, row: Rows) -> float:
    """Return how far the credit of the worst concept is from what it must be, in [0, 1]; labels are met or missed."""
    table = fusion.probabilities(row.features)
    return float(np.abs(table[:, 0] + table[:, 1] / 2 - (np.array(row.labels) == 0)).max())


def _network(scaler: StandardScaler, features: np.ndarray, labels: np.ndarray, seed: int) -> dict[str, list]:  # type: ignore[type-arg]
    network = MLPClassifier(
        (HIDDEN,),
        activation="tanh",
        alpha=ALPHA,
        max_iter=EPOCHS,
        random_state=seed,
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
    return {name: np.round(value, 6).tolist() for name, value in numbers.items()}


def numbers_of(answers: Sequence[Rows], bank: Sequence[Rows], elsewhere: Sequence[Rows]) -> dict[str, Any]:
    """Fit everything that the fusion.json of a judge holds, but for the digests of its models."""
    return {
        "features": JUDGED_FEATURES,
        "judge_share": JUDGE_SHARE,
        "networks": fit([*for_others(answers), *elsewhere]),
        "known": [digest(item) for item in QuestionBank()],
        "known_networks": fit_known(for_known(answers), bank),
    }


def main() -> None:
    """Collect, fit, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shared", type=Path)
    parser.add_argument("--judge", type=Path, help="folder of a built judge")
    parser.add_argument("--whole-bank", action="store_true", help="the judge was trained on the kept questions too")
    args = parser.parse_args()
    extractor = Extractor(args.judge)
    marked = untrained(args.shared, args.whole_bank) if args.judge else read_marked(sources(args.shared))
    rows, bank = extractor.rows(marked), list(extractor.bank_rows())
    print(len(marked), "answers,", sum(len(r.labels) for r in rows + bank), "rows")
    if args.judge:
        numbers = numbers_of(rows, bank, list(extractor.elsewhere_rows(marked)))
    else:
        networks = fit(rows + bank)
        numbers = {"features": FEATURES, "judge_share": 0.0, "networks": networks, "known": [], "known_networks": []}
    out = (args.judge or ROOT / "models" / "minilm") / "fusion.json"
    out.write_text(json.dumps({"models": extractor.models, **numbers}) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
