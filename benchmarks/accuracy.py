"""How right are the grades? `python benchmarks/accuracy.py DIR [--folds 5]` (extra `training`).

DIR holds marked answers in the layout of benchmarks/marked.py. Every question is judged by a fusion that was fitted
without it
(folds by question), and compared with the embeddings of the idea lines alone, fitted on the same folds. Differences
come with the 95 % interval of 2,000 bootstrap samples of the questions.
"""

from __future__ import annotations

import argparse
import random
import sys
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score, roc_auc_score

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "training")]
import fusion  # noqa: E402
from marked import Marked, read_marked, sources  # noqa: E402

from grader import scoring  # noqa: E402
from grader.results import STATUSES, Verdict  # noqa: E402

IDEA = fusion.FEATURES.index("idea")


@dataclass
class Judged:
    """One answer with what two graders make of it: probabilities of met, and the score."""

    answer: Marked
    features: list[list[float]]
    table: NDArray[np.float64] = field(default_factory=lambda: np.zeros((0, 4)))
    idea_met: NDArray[np.float64] = field(default_factory=lambda: np.zeros(0))

    @property
    def score(self) -> float:
        """Return the score that the grader gives."""
        verdicts = [
            Verdict(
                concept=c.id,
                status=STATUSES[int(row.argmax())],
                core=c.core,
                weight=c.weight,
                probability=float(row.max()),
                probabilities=dict(zip(STATUSES, map(float, row), strict=True)),
            )
            for c, row in zip(self.answer.item.rubric.concepts, self.table, strict=True)
        ]
        return scoring.score(verdicts)

    @property
    def idea_score(self) -> float:
        """Return the weighted mean of the idea lines' probabilities."""
        weights = np.array([c.weight for c in self.answer.item.rubric.concepts])
        return float((self.idea_met * weights).sum() / weights.sum())


def measures(judged: list[Judged], *, idea: bool) -> dict[str, float]:
    """AUC and macro F1 of met, Pearson r and mean absolute error of the score; F1 of contradicted."""
    labels = [label for j in judged for label in j.answer.labels]
    met = np.array([label == "met" for label in labels])
    p = np.concatenate([j.idea_met if idea else j.table[:, 0] for j in judged])
    said = p > 0.5 if idea else np.concatenate([j.table.argmax(axis=1) == 0 for j in judged])
    scores = np.array([j.idea_score if idea else j.score for j in judged])
    marks = np.array([j.answer.score for j in judged])
    result = {
        "AUC met": roc_auc_score(met, p),
        "macro F1 met": f1_score(met, said, average="macro"),
        "Pearson r": float(np.corrcoef(scores, marks)[0, 1]),
        "MAE": float(np.abs(scores - marks).mean()),
    }
    if not idea:
        result["calibration error"] = calibration_error(judged)
        wrong = np.concatenate([j.table.argmax(axis=1) == 3 for j in judged])
        result["F1 contradicted"] = f1_score([label == "contradicted" for label in labels], wrong)
    return result


def calibration_error(judged: list[Judged], bins: int = 10) -> float:
    """Return the expected calibration error of the statuses given, in [0, 1] (Naeini et al. 2015), over equal bins."""
    table = np.concatenate([j.table for j in judged])
    right = table.argmax(axis=1) == [STATUSES.index(label) for j in judged for label in j.answer.labels]
    sure = table.max(axis=1)
    shelf = np.minimum((sure * bins).astype(int), bins - 1)
    return float(sum(abs((right[shelf == b] - sure[shelf == b]).sum()) for b in range(bins)) / len(sure))


def judge(rows: list[fusion.Rows], marked: list[fusion.Rows], judged: list[Judged], folds: int) -> None:
    """Fill in the probabilities of every answer from a fit that has not seen its question."""
    groups = sorted({j.answer.item.question.id for j in judged})
    random.Random(fusion.SEED).shuffle(groups)
    for fold in range(folds):
        kept = set(groups[fold::folds])
        training = [r for r in rows if r.group not in kept]
        network = fusion.to_fusion(fusion.fit(training))
        # The idea lines see marked answers only, as anyone would fit them; references would shift their scale.
        lines = [r for r in marked if r.group not in kept]
        features = np.array([f[IDEA] for r in lines for f in r.features])[:, None]
        line = LogisticRegression().fit(features, [label == 0 for r in lines for label in r.labels])
        for j in judged:
            if j.answer.item.question.id in kept:
                j.table = network.probabilities(j.features)
                j.idea_met = line.predict_proba(np.array([[f[IDEA]] for f in j.features]))[:, 1]


def intervals(judged: list[Judged], samples: int = 2000) -> dict[str, tuple[float, float]]:
    """Return the 95 % interval of the difference to the idea lines, resampling questions."""
    by_question: dict[str, list[Judged]] = {}
    for j in judged:
        by_question.setdefault(j.answer.item.question.id, []).append(j)
    groups, order = list(by_question.values()), random.Random(1)
    differences: dict[str, list[float]] = {}
    for _ in range(samples):
        sample = [j for _ in groups for j in order.choice(groups)]
        ours, theirs = measures(sample, idea=False), measures(sample, idea=True)
        for name in theirs:
            differences.setdefault(name, []).append(ours[name] - theirs[name])
    return {n: (float(np.quantile(d, 0.025)), float(np.quantile(d, 0.975))) for n, d in differences.items()}


def main() -> None:
    """Measure every file group of DIR and print Markdown tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--folds", type=int, default=5)
    parser.add_argument("--samples", type=int, default=2000)
    args = parser.parse_args()
    extractor = fusion.Extractor()
    rows = fusion.collect(read_marked(sources(args.folder)), extractor)
    count = next(i for i, r in enumerate(rows) if r is rows[i + 1])  # references follow, each several times over
    sets = {
        "dev": sorted(args.folder.glob("dev_*.jsonl")),
        "hard": sorted(args.folder.glob("hard_*.jsonl")),
        "mosaic": sorted(args.folder.glob("mosaic.jsonl")),
        "choosing": [ROOT / "benchmarks" / "data" / "choosing.jsonl"],
    }
    for name, files in sets.items():
        marked = read_marked(files)
        pairs = [(a, extractor.features(a.item, a.answer)) for a in marked]
        judged = [Judged(a, features) for a, features in pairs if features]
        if not judged:
            continue
        judge(rows, rows[:count], judged, args.folds)
        ours, theirs, spread = (
            measures(judged, idea=False),
            measures(judged, idea=True),
            intervals(judged, args.samples),
        )
        print(f"\n{name}: {len(judged)} answers, each question judged by a fit without it\n")
        print("| measure | idea lines alone | this version | difference (95 %) |\n| --- | --- | --- | --- |")
        for measure, value in ours.items():
            low, high = spread.get(measure, (float("nan"),) * 2)
            print(f"| {measure} | {theirs.get(measure, float('nan')):.3f} | {value:.3f} | {low:+.3f} to {high:+.3f} |")
        by_style: dict[str, list[float]] = {}
        for j in judged:
            by_style.setdefault(j.answer.style, []).append(j.score)
        print(
            "\nmean score:",
            ", ".join(f"{style} {np.mean(values):.2f}" for style, values in by_style.items()),
            flush=True,
        )


if __name__ == "__main__":
    main()
