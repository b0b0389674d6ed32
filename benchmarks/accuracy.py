"""How right are the grades? `python benchmarks/accuracy.py [--shared DIR] [--judge FOLDER] [--whole-bank] [--last]` (extra `training`).

Sets: answers to the shipped questions by authors that no judge was trained on (choosing, and the final sets of earlier
versions; with --last the final set, which nothing was fitted to); questions and fields that nothing was trained on, for which
FOLDER must be a judge that was kept from them (training/judge/data.py; --whole-bank: from the fields alone); mosaics. DIR holds further marked answers in the layout of
benchmarks/marked.py.

Three graders side by side: similarity and keywords; the judge alone; both, as shipped. Where a set was used to fit a fusion, each
question is graded by a fusion that was fitted without it. Intervals: 95 %, questions resampled.
"""

from __future__ import annotations

import argparse
import random
import sys
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "training"), str(ROOT / "benchmarks")]
import fusion
from features import SEED, Extractor, Rows, as_rows
from marked import Marked, read_marked
from measures import Graded, Line, lines, reliability, table

from grader.results import STATUSES
from grader.verdicts import Fusion, read_networks

FOLDS = 5
LAST = ("final4",)


def graded(marked: list[Marked], tables: dict[str, np.ndarray]) -> list[Line]:  # type: ignore[type-arg]
    """Pair answers with their probabilities; an answer without words misses everything."""
    nothing = [0.0, 0.0, 1.0, 0.0]
    return lines([Graded(a, tables.get(a.id, np.array([nothing] * len(a.labels)))) for a in marked])


class Study:
    """The features of all answers, and what each grader makes of them."""

    def __init__(self, shared: Path | None, judge: Path, whole_bank: bool) -> None:
        self.extractor = Extractor(judge)
        self.features: dict[str, list[list[float]]] = {}
        self.fitted = fusion.untrained(shared, whole_bank)
        self.bank = list(self.extractor.bank_rows())
        self.elsewhere = list(self.extractor.elsewhere_rows(self.fitted))
        questions = sorted({a.item.question.id for a in self.fitted})
        random.Random(SEED).shuffle(questions)
        self.folds = {name: place % FOLDS for place, name in enumerate(questions)}
        self.read(self.fitted)

    def read(self, marked: list[Marked]) -> None:
        """Extract the features of more answers."""
        for answer in marked:
            found = self.extractor.features(answer.item, answer.answer)
            if found:
                self.features[answer.id] = found

    def _cut(self, rows: list[Rows], without: set[str], width: int) -> list[Rows]:
        """Leave some questions out, and all features but the first."""
        return [replace(r, features=[f[:width] for f in r.features]) for r in rows if r.group not in without]

    @cache  # noqa: B019 - there is one Study
    def network(self, fold: int | None, width: int, shipped: bool) -> Fusion:
        """Return a fusion of the first `width` features, fitted without the questions of a fold."""
        without = {name for name, number in self.folds.items() if number == fold}
        own = [as_rows(a, self.features[a.id]) for a in self.fitted if a.id in self.features]
        share = fusion.JUDGE_SHARE if width == len(fusion.JUDGED_FEATURES) else 0.0
        if shipped:
            answers, bank = (self._cut(rows, without, width) for rows in (fusion.for_known(own), self.bank))
            numbers = fusion.fit_known(answers, bank, share)
        else:
            numbers = fusion.fit(self._cut([*fusion.for_others(own), *self.elsewhere], without, width))
        return Fusion(read_networks(numbers), share)

    def fused(self, marked: list[Marked], width: int, *, folds: bool) -> dict[str, np.ndarray]:  # type: ignore[type-arg]
        """Return the probabilities of a fusion; with `folds` of one that has not seen the question."""
        tables = {}
        for answer in marked:
            if answer.id in self.features:
                fold = self.folds[answer.item.question.id] if folds else None
                rows = [f[:width] for f in self.features[answer.id]]
                tables[answer.id] = self.network(fold, width, answer.field == "llm").probabilities(rows)
        return tables

    def columns(self, marked: list[Marked], *, folds: bool) -> dict[str, list[Line]]:
        """Return three graders' lines."""
        plain, judged = len(fusion.FEATURES), len(fusion.JUDGED_FEATURES)
        alone = {
            a.id: np.exp(np.array(self.features[a.id])[:, -len(STATUSES) :]) for a in marked if a.id in self.features
        }
        return {
            "similarity": graded(marked, self.fused(marked, plain, folds=folds)),
            "judge alone": graded(marked, {k: v / v.sum(axis=1, keepdims=True) for k, v in alone.items()}),
            "shipped": graded(marked, self.fused(marked, judged, folds=folds)),
        }


def main() -> None:
    """Measure every set and print Markdown tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shared", type=Path)
    parser.add_argument("--judge", type=Path, default=ROOT / "models" / "judge")
    parser.add_argument("--whole-bank", action="store_true", help="the judge was trained on the kept questions too")
    parser.add_argument("--last", action="store_true", help="measure the final sets too")
    parser.add_argument("--samples", type=int, default=1000)
    args = parser.parse_args()
    study = Study(args.shared, args.judge, args.whole_bank)
    fitted = [path.stem for path in fusion.CHOOSING] + ["mosaic"]
    kept = [a for a in study.fitted if a.source not in fitted]
    sets = {name: [a for a in study.fitted if a.source == name] for name in fitted}
    sets["kept questions"] = [a for a in kept if a.field == "llm"]
    full = {a.id for a in kept if a.id.endswith(" (full rubric)")}
    fields = [a for a in kept if a.field != "llm"]
    sets["kept fields, own answers"] = [a for a in fields if a.id not in full and not a.source.startswith("domains")]
    sets["kept fields, answers of --shared"] = [
        a for a in fields if a.id not in full and a.source.startswith("domains")
    ]
    sets["kept fields, answers of --shared, full rubrics"] = [
        a for a in fields if a.id in full and a.source.startswith("domains")
    ]
    if args.last:
        for name in LAST:
            sets[name] = read_marked([ROOT / "benchmarks" / "data" / f"{name}.jsonl"])
            study.read(sets[name])
    for name, marked in sets.items():
        if not marked:
            continue
        columns = study.columns(marked, folds=name not in LAST)
        questions = len({a.item.question.id for a in marked})
        print(
            f"\n### {name}: {len(marked)} answers to {questions} questions\n\n{table(columns, args.samples)}",
            flush=True,
        )
        print("\nreliability:", ", ".join(f"{s:.2f} -> {r:.2f} ({n})" for n, s, r in reliability(columns["shipped"])))


if __name__ == "__main__":
    main()
