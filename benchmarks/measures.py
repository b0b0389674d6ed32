"""How right a set of grades is: agreement of scores and statuses with the marks, with bootstrap intervals by question."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from marked import Marked
from numpy.typing import NDArray
from sklearn.metrics import f1_score

from grader import scoring
from grader.results import STATUSES, Verdict
from grader.verdicts import status_of

FULL = ("full", "full_terse", "full_spoken")
EMPTY = ("stuffed", "off_topic", "evasive")


@dataclass(frozen=True)
class Graded:
    """One marked answer with the probabilities that a grader gave, shape (concepts, 4)."""

    answer: Marked
    table: NDArray[np.float64]

    @property
    def said(self) -> list[int]:
        """Return the statuses given, as indices of STATUSES."""
        return [STATUSES.index(status_of(row)) for row in self.table]

    @property
    def true(self) -> list[int]:
        """Return the statuses marked."""
        return [STATUSES.index(label) for label in self.answer.labels]  # type: ignore[arg-type]

    @property
    def verdicts(self) -> list[Verdict]:
        """Return the verdicts, without evidence."""
        return [
            Verdict(
                concept=concept.id,
                status=STATUSES[said],
                core=concept.core,
                weight=concept.weight,
                probability=float(row[said]),
                probabilities=dict(zip(STATUSES, map(float, row), strict=True)),
            )
            for concept, row, said in zip(self.answer.item.rubric.concepts, self.table, self.said, strict=True)
        ]

    @property
    def score(self) -> float:
        """Return the score that the grader gives."""
        return scoring.score(self.verdicts)


@dataclass(frozen=True)
class Line:
    """What the measures need of one answer, computed once: bootstrap samples repeat it thousands of times."""

    group: str
    style: str
    score: float
    mark: float
    confidence: float
    true: tuple[int, ...]
    said: tuple[int, ...]
    sure: tuple[float, ...]


def lines(graded: Sequence[Graded]) -> list[Line]:
    """Return one line for each answer."""
    return [
        Line(
            g.answer.item.question.id,
            g.answer.style,
            g.score,
            g.answer.score,
            scoring.confidence(g.verdicts),
            tuple(g.true),
            tuple(g.said),
            tuple(float(row[s]) for row, s in zip(g.table, g.said, strict=True)),
        )
        for g in graded
    ]


def measures(rows: Sequence[Line]) -> dict[str, float]:
    """Return all measures; those of styles that do not occur are left out."""
    scores, marks = np.array([r.score for r in rows]), np.array([r.mark for r in rows])
    true = np.array([t for r in rows for t in r.true])
    said = np.array([s for r in rows for s in r.said])
    result = {
        "Pearson r of the score": float(np.corrcoef(scores, marks)[0, 1]),
        "mean absolute error": float(np.abs(scores - marks).mean()),
        "macro F1, met or not": float(f1_score(true == 0, said == 0, average="macro")),
        "F1 of contradicted": float(f1_score(true == 3, said == 3, zero_division=0)),
        "macro F1, four verdicts": float(f1_score(true, said, average="macro", labels=[0, 1, 2, 3], zero_division=0)),
        "expected calibration error": calibration_error(rows),
        "error of the surer 90 %": _surer(rows),
    }
    for name, styles, value in _BY_STYLE:
        of_style = [r for r in rows if r.style in styles]
        if of_style:
            result[name] = float(np.mean([value(r) for r in of_style]))
    return result


def _wrong(row: Line) -> float:
    return float(np.mean([a != b for a, b in zip(row.true, row.said, strict=True)]))


def _score(row: Line) -> float:
    return row.score


_BY_STYLE: list[tuple[str, tuple[str, ...], Callable[[Line], float]]] = [
    ("wrong statuses, half-complete", ("partial_half", "half"), _wrong),
    ("wrong statuses, mixed", ("mixed",), _wrong),
    ("wrong statuses, mosaic", ("mosaic",), _wrong),
    *((f"mean score, {style}", (style,), _score) for style in FULL),
    ("mean score, confidently wrong", ("wrong_confident",), _score),
    *((f"mean score, {style}", (style,), _score) for style in EMPTY),
]


def _surer(rows: Sequence[Line]) -> float:
    """Return the mean absolute error of the nine tenths with the highest confidence."""
    ranked = sorted(rows, key=lambda r: r.confidence)[len(rows) // 10 :]
    return float(np.mean([abs(r.score - r.mark) for r in ranked]))


def calibration_error(rows: Sequence[Line], bins: int = 10) -> float:
    """Return the expected calibration error of the statuses given, in [0, 1] (Naeini et al. 2015), over equal bins."""
    return sum(count * abs(right - sure) for count, sure, right in reliability(rows, bins)) / sum(
        len(r.true) for r in rows
    )


def reliability(rows: Sequence[Line], bins: int = 10) -> list[tuple[int, float, float]]:
    """Return for every bin that is not empty: count, mean probability, share that is right."""
    sure = np.array([p for r in rows for p in r.sure])
    right = np.array([a == b for r in rows for a, b in zip(r.true, r.said, strict=True)])
    shelf = np.minimum((sure * bins).astype(int), bins - 1)
    return [
        (int((shelf == b).sum()), float(sure[shelf == b].mean()), float(right[shelf == b].mean()))
        for b in range(bins)
        if (shelf == b).any()
    ]


def intervals(rows: Sequence[Line], samples: int = 1000) -> dict[str, tuple[float, float]]:
    """Return the 95 % bootstrap interval of every measure, resampling questions."""
    groups: dict[str, list[Line]] = {}
    for row in rows:
        groups.setdefault(row.group, []).append(row)
    shelves, order = list(groups.values()), random.Random(1)
    found: dict[str, list[float]] = {}
    for _ in range(samples):
        sample = [row for _ in shelves for row in order.choice(shelves)]
        for name, value in measures(sample).items():
            found.setdefault(name, []).append(value)
    return {name: (float(np.quantile(v, 0.025)), float(np.quantile(v, 0.975))) for name, v in found.items()}


def table(columns: dict[str, list[Line]], samples: int) -> str:
    """Return a Markdown table: one column for each grader, the last one with its interval."""
    values = {name: measures(rows) for name, rows in columns.items()}
    *_, last = columns
    spread = intervals(columns[last], samples)
    text = [f"| measure | {' | '.join(columns)} | 95 % |", "| --- |" + " --- |" * (len(columns) + 1)]
    for name in values[last]:
        low, high = spread[name]
        cells = " | ".join(f"{values[column][name]:.3f}" for column in columns)
        text.append(f"| {name} | {cells} | {low:.3f} to {high:.3f} |")
    return "\n".join(text)
