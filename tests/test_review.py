"""When a person should look, and what at."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from grader import Settings
from grader.evidence.entailment import Reading
from grader.review import reasons

LOW = "low confidence (below 0.65)"


@pytest.fixture
def doubts(make_verdict):
    def ask(probabilities, judged=None, confidence=0.5):
        reading = None if judged is None else Reading(np.array(judged))
        verdict = make_verdict(probabilities, concept="scaling")
        return list(reasons([verdict], [SimpleNamespace(judged=reading)], (), confidence, Settings()))

    return ask


def test_a_sure_grade_needs_nobody(doubts):
    assert doubts((0.5, 0.4, 0.05, 0.05), (0, 0, 1, 0), confidence=0.9) == []


def test_two_statuses_that_are_close(doubts):
    assert doubts((0.1, 0.5, 0.1, 0.3)) == [LOW]
    assert doubts((0.1, 0.45, 0.1, 0.35)) == [LOW, "unclear whether scaling is half said or stated wrongly"]


def test_a_judge_that_disagrees_is_named_once(doubts):
    assert doubts((0.6, 0.2, 0.1, 0.1), (0, 0, 0, 1)) == [LOW, "unclear whether scaling is right or stated wrongly"]
    assert doubts((0.5, 0.4, 0.05, 0.05), (0, 1, 0, 0)) == [LOW, "unclear whether scaling is right or half said"]
    assert doubts((0.5, 0.4, 0.05, 0.05), (0, 0, 1, 0)) == [
        LOW,
        "unclear whether scaling is right, half said or left out",
    ]
    # Whether it is missed or contradicted matters less than whether it is met.
    assert doubts((0.1, 0.1, 0.6, 0.2), (0, 0, 0, 1)) == [LOW]
