"""Whether a person should look at a grade, and at what."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from grader.evidence.gather import Findings
from grader.guards import REVIEW_REASONS
from grader.results import STATUSES, Verdict
from grader.settings import Settings

UNCALIBRATED = "the models are not those that the verdicts were calibrated for"
# Two statuses are close when the likelier one is less than so much likelier.
_CLOSE = 0.2
# For people who have not read what the names of the statuses mean.
_SAID = {"met": "right", "partial": "half said", "missed": "left out", "contradicted": "stated wrongly"}


def reasons(
    verdicts: Sequence[Verdict],
    findings: Sequence[Findings],
    flags: Iterable[str],
    confidence: float,
    settings: Settings,
) -> tuple[str, ...]:
    """Return why a person should look; empty where nobody need.

    Guards that fired come first. A grade whose `confidence` is below `Settings.review_below` names the concepts that
    make it so: statuses that are nearly as likely as another, and evidence that disagrees.
    """
    found = [REVIEW_REASONS[flag] for flag in flags if flag in REVIEW_REASONS]
    if confidence < settings.review_below:
        found.append(f"low confidence (below {settings.review_below:.2f})")
        for verdict, finding in zip(verdicts, findings, strict=True):
            found += _doubts(verdict, finding)
    return tuple(found)


def _doubts(verdict: Verdict, finding: Findings) -> list[str]:
    """Return what is doubtful about one verdict: a status that is nearly as likely, or that the judge alone gives."""
    first, second = sorted(verdict.probabilities.items(), key=lambda pair: -pair[1])[:2]
    others = [second[0]] if first[1] - second[1] < _CLOSE else []
    if finding.judged is not None:
        read = STATUSES[int(np.argmax(finding.judged.idea))]
        if (read == "met") != (verdict.status == "met") and read not in others:
            others.append(read)
    *named, last = (_SAID[status] for status in (first[0], *others))
    return [f"unclear whether {verdict.concept} is {', '.join(named)} or {last}"] if others else []
