"""Verdicts -> score, band and confidence; whether a person should look is for review.py.

The score is made from probabilities and not from the statuses alone: between an answer that just misses a threshold and
one that just passes it there should be no cliff. The constants were chosen by the overall marks of marked answers.
"""

from __future__ import annotations

from collections.abc import Sequence

from grader.results import Verdict
from grader.settings import Settings

PARTIAL_CREDIT = 0.5
CONTRADICTED_CREDIT = -0.3
EXTRA_SHARE = 0.1
EXTRA_ALONE = 0.15
# Probabilities are raised to this power and normalised before they count: the mean of a calibrated but cautious
# model would leave a complete answer at 0.75.
SHARPNESS = 2.0
# Scores err more than their probabilities say, on answers of authors that nothing was fitted to: by so much
# (docs/accuracy.md, "How far a mean may be off").
WIDENED = 1.2


def credit(verdict: Verdict) -> float:
    """Return what a verdict is worth, in [-0.3, 1]: expected credit under the sharpened probabilities."""
    powers = {status: p**SHARPNESS for status, p in verdict.probabilities.items()}
    total = sum(powers.values())
    worth = powers["met"] + PARTIAL_CREDIT * powers["partial"] + CONTRADICTED_CREDIT * powers["contradicted"]
    return float(worth / total)


def score(verdicts: Sequence[Verdict]) -> float:
    """Return the overall mark in [0, 1], higher is better.

    Core concepts make nine tenths, by weight. Extras give the last tenth to an answer that has the core, and up to
    0.15 to one that has nothing else. A contradicted core concept costs more than a missed one.
    """
    core = max(0.0, _mean([v for v in verdicts if v.core]))
    extras = [v for v in verdicts if not v.core]
    if not extras:
        return round(core, 4)
    extra = max(0.0, _mean(extras))
    bonus = extra * (EXTRA_SHARE * core + EXTRA_ALONE * (1 - core))
    return round(min(1.0, (1 - EXTRA_SHARE) * core + bonus), 4)


def _mean(verdicts: Sequence[Verdict]) -> float:
    total = sum(v.weight for v in verdicts)
    return sum(v.weight * credit(v) for v in verdicts) / total if total else 0.0


def deviation(verdicts: Sequence[Verdict]) -> float:
    """Return by how much the score may differ from an expert's, in [0, 1]: one standard deviation.

    From the probabilities of the verdicts, as if they erred independently, and widened by what they were seen to err
    beyond that. Errors of different answers partly cancel: the mean of n scores has the root of the summed squares / n.
    """
    core = [v for v in verdicts if v.core] or list(verdicts)
    total = sum(v.weight for v in core)
    variance = sum((v.weight / total) ** 2 * _variance(v) for v in core) if total else 0.0
    return float(WIDENED * (1 - EXTRA_SHARE) * variance**0.5)


def _variance(verdict: Verdict) -> float:
    worth = {"met": 1.0, "partial": PARTIAL_CREDIT, "missed": 0.0, "contradicted": CONTRADICTED_CREDIT}
    mean = sum(p * worth[status] for status, p in verdict.probabilities.items())
    return sum(p * (worth[status] - mean) ** 2 for status, p in verdict.probabilities.items())


def band(value: float, settings: Settings) -> str:
    """Return `strong`, `good`, `partial` or `weak`, from the score as shown: 0.2996 reads 0.30, `partial`."""
    value = round(value, 2)
    for name, start in (
        ("strong", settings.strong_from),
        ("good", settings.good_from),
        ("partial", settings.partial_from),
    ):
        if value >= start:
            return name
    return "weak"


def confidence(verdicts: Sequence[Verdict]) -> float:
    """Return the mean probability of the statuses given, by weight, in [0, 1]: how often such verdicts are right."""
    total = sum(v.weight for v in verdicts)
    return round(sum(v.weight * v.probability for v in verdicts) / total, 4)
