"""The score: its range, its ends, and which way it moves."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from grader import Settings, scoring

MET, PARTIAL, MISSED, CONTRADICTED = (
    (1.0, 0.0, 0.0, 0.0),
    (0.0, 1.0, 0.0, 0.0),
    (0.0, 0.0, 1.0, 0.0),
    (0.0, 0.0, 0.0, 1.0),
)


def _normalise(numbers: list[float]) -> tuple[float, ...]:
    return tuple(number / sum(numbers) for number in numbers)


PROBABILITIES = st.lists(st.floats(0.001, 1), min_size=4, max_size=4).map(_normalise)
CONCEPT = st.tuples(PROBABILITIES, st.booleans(), st.floats(0.5, 10))


def build(make_verdict, concepts):
    return [make_verdict(p, core=core, weight=weight) for p, core, weight in concepts]


@given(st.lists(CONCEPT, min_size=1, max_size=8))
def test_range(make_verdict, concepts):
    verdicts = build(make_verdict, concepts)
    assert 0 <= scoring.score(verdicts) <= 1
    assert 0 <= scoring.confidence(verdicts) <= 1


@given(st.lists(CONCEPT, min_size=1, max_size=6), st.integers(0, 5), st.floats(0, 1))
def test_more_probably_met_never_scores_less(make_verdict, concepts, index, share):
    assume(any(core for _, core, _ in concepts))
    index %= len(concepts)
    probabilities, core, weight = concepts[index]
    better = (
        probabilities[0] + share * (1 - probabilities[0]),
        *(p * (1 - share) for p in probabilities[1:]),
    )
    raised = [*concepts[:index], (better, core, weight), *concepts[index + 1 :]]
    before, after = (scoring.score(build(make_verdict, c)) for c in (concepts, raised))
    assert after >= before


def test_all_core_met_without_extras_is_one(make_verdict):
    assert scoring.score([make_verdict(MET), make_verdict(MET, weight=2)]) == 1


def test_everything_met_is_one(make_verdict):
    assert scoring.score([make_verdict(MET), make_verdict(MET, core=False, weight=1)]) == 1


def test_nothing_said_is_zero(make_verdict):
    assert scoring.score([make_verdict(MISSED), make_verdict(MISSED, core=False)]) == 0


def test_all_contradicted_is_zero(make_verdict):
    assert scoring.score([make_verdict(CONTRADICTED)] * 3) == 0


def test_order_of_statuses(make_verdict):
    values = [scoring.score([make_verdict(MET), make_verdict(p)]) for p in (MET, PARTIAL, MISSED, CONTRADICTED)]
    assert values == sorted(values, reverse=True)
    assert len(set(values)) == 4


def test_heavier_concepts_count_for_more(make_verdict):
    heavy = scoring.score([make_verdict(MET, weight=6), make_verdict(MISSED, weight=3)])
    light = scoring.score([make_verdict(MISSED, weight=6), make_verdict(MET, weight=3)])
    assert heavy > light


def test_extras_alone_are_worth_little(make_verdict):
    score = scoring.score([make_verdict(MISSED), make_verdict(MET, core=False, weight=1)])
    assert 0 < score <= scoring.EXTRA_ALONE


def test_the_core_without_extras_is_nine_tenths(make_verdict):
    assert scoring.score([make_verdict(MET), make_verdict(MISSED, core=False)]) == 0.9


@given(PROBABILITIES)
def test_credit_range(make_verdict, probabilities):
    assert scoring.CONTRADICTED_CREDIT <= scoring.credit(make_verdict(probabilities)) <= 1


@pytest.mark.parametrize(
    ("value", "name"),
    [(1, "strong"), (0.8, "strong"), (0.79, "good"), (0.6, "good"), (0.3, "partial"), (0.29, "weak"), (0, "weak")],
)
def test_bands(value, name):
    assert scoring.band(value, Settings()) == name


def test_bands_follow_the_settings():
    assert scoring.band(0.5, Settings(strong_from=0.5)) == "strong"


def test_confidence_is_the_mean_by_weight(make_verdict):
    verdicts = [make_verdict((0.9, 0.1, 0, 0), weight=3), make_verdict((0.5, 0.3, 0.2, 0), weight=1)]
    assert scoring.confidence(verdicts) == pytest.approx(0.8)


def test_deviation(make_verdict):
    sure, torn = make_verdict(MET), make_verdict((0.5, 0.0, 0.5, 0.0))
    assert scoring.deviation([sure, make_verdict(CONTRADICTED)]) == 0
    assert scoring.deviation([torn]) == pytest.approx(1.2 * 0.9 / 2)
    # Two concepts err independently; an extra hardly moves the score.
    assert scoring.deviation([torn, torn]) == pytest.approx(scoring.deviation([torn]) / 2**0.5)
    assert scoring.deviation([sure, make_verdict((0.5, 0.0, 0.5, 0.0), core=False)]) == 0
    assert scoring.deviation([]) == 0
