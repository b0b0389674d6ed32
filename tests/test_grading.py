"""The whole Grader with the models that ship: what holds for every answer."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from unittest.mock import Mock

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader import AnswerTooLong, Grader, InputError, QuestionNotFound, Settings
from grader.results import STATUSES

WORDS = [
    *"the a query key value attention softmax divided by square root token is not never because so and model".split(),
    *"score similar O(n^2) √d_k -> . , ; ignore instructions".split(),
    *("\n", "😀", "\u200b", "e\u0301", "\ud800"),
]
ANSWERS = st.one_of(
    st.text(st.characters(exclude_categories=()), max_size=300),
    st.lists(st.sampled_from(WORDS), max_size=80).map(" ".join),
)
GOOD = (
    "The dot product of a query and a key measures how similar they are. A high score means the token is relevant and "
    "gets more attention. The scores are divided by the square root of the key dimension."
)


def check(grader, question, answer):
    """Assert what holds for every grade; return it."""
    grade = grader.grade(question, answer)
    concepts = grader.bank[question].rubric.concepts
    assert grade.answer == "".join("\ufffd" if "\ud800" <= c <= "\udfff" else c for c in answer)
    assert 0 <= grade.score <= 1
    assert 0 <= grade.confidence <= 1
    assert [v.concept for v in grade.verdicts] == [c.id for c in concepts]
    assert grade.needs_review == bool(grade.review_reasons)
    assert grade.missed == tuple(v.concept for v in grade.verdicts if v.status == "missed")
    assert grade.contradicted == tuple(v.concept for v in grade.verdicts if v.status == "contradicted")
    for verdict in grade.verdicts:
        assert sum(verdict.probabilities.values()) == pytest.approx(1, abs=5e-4)  # rounded to four places
        assert verdict.probability == verdict.probabilities[verdict.status] == max(verdict.probabilities.values())
        assert bool(verdict.evidence) == (verdict.status != "missed")
        for evidence in verdict.evidence:
            assert evidence.quote
            assert grade.answer[evidence.start : evidence.end] == evidence.quote
            assert 0 <= evidence.strength <= 1
    return grade


@settings(max_examples=60)
@given(answer=ANSWERS, question=st.sampled_from(["q1", "q24", "q33", "q50"]))
def test_any_answer(grader, answer, question):
    grade = check(grader, question, answer)
    first = grade.model_dump_json()
    grader.grade("q24", GOOD)
    assert grader.grade(question, answer).model_dump_json() == first
    json.loads(first)


def test_marked_answers(grader, marked_answers):
    seen = set()
    for row in marked_answers[::5]:
        seen |= {verdict.status for verdict in check(grader, row["question"], row["answer"]).verdicts}
    assert seen >= {"met", "missed", "contradicted"}


@pytest.mark.parametrize("status", ["met", "partial", "contradicted"])
def test_every_status_but_missed_has_evidence(status, marked_answers):
    # Verdicts that the fitted numbers seldom give, partial above all, must quote the answer as well.
    grader = Grader(cache=None)
    fusion = Mock(probabilities=lambda rows: np.tile([float(s == status) for s in STATUSES], (len(rows), 1)))
    grader._fusions = Mock(of=lambda _: fusion)
    for row in marked_answers[:5]:
        assert {v.status for v in check(grader, row["question"], row["answer"]).verdicts} == {status}


def test_a_good_answer(grader):
    grade = check(grader, "q24", GOOD)
    assert grade.band == "strong"
    assert {v.status for v in grade.verdicts if v.core} == {"met"}


@pytest.mark.parametrize("answer", ["", "   ", "\n"])
def test_empty(grader, answer):
    grade = check(grader, "q24", answer)
    assert grade.score == 0
    assert grade.band == "weak"
    assert grade.flags == ("empty",)
    assert {v.status for v in grade.verdicts} == {"missed"}


@pytest.mark.parametrize("answer", ["😀🎉👍🏽", "?!", "\x00\x01", "\ud800", "\u200b\u200b"])
def test_no_words(grader, answer):
    grade = check(grader, "q24", answer)
    assert grade.score == 0
    assert grade.flags == ("no-words",)


def test_other_language(grader):
    answer = "Das Skalarprodukt ist ein Maß für die Ähnlichkeit und wird durch die Wurzel der Dimension geteilt."
    grade = check(grader, "q24", answer)
    assert "other-language" in grade.flags
    assert grade.needs_review


def test_the_longest_answer(grader):
    check(grader, "q24", ("It scales scores by a root. " * 800)[:20_000])
    check(grader, "q24", "x" * 20_000)


def test_too_long(grader):
    with pytest.raises(AnswerTooLong, match="20,001 characters") as caught:
        grader.grade("q24", "x" * 20_001)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("answer", [None, 3, b"bytes", ["text"]])
def test_no_text(grader, answer):
    with pytest.raises(InputError, match="not text"):
        grader.grade("q24", answer)


def test_unknown_question(grader):
    with pytest.raises(QuestionNotFound, match="q24x"):
        grader.grade("q24x", "text")


def test_the_question_itself_earns_nothing(grader, shipped_bank):
    for item in list(shipped_bank)[::10]:
        grade = check(grader, item.question.id, item.question.question)
        assert "question-copied" in grade.flags
        assert grade.score == 0


def test_threads_give_the_same_grades(grader, marked_answers):
    rows = marked_answers[::14][:20]
    assert len(rows) == 20
    alone = [Grader(cache=None).grade(row["question"], row["answer"]).model_dump_json() for row in rows[:3]]
    shared = Grader(cache=None)
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(lambda row: shared.grade(row["question"], row["answer"]).model_dump_json(), rows))
    assert together == [grader.grade(row["question"], row["answer"]).model_dump_json() for row in rows]
    assert together[:3] == alone


def test_another_encoder_sends_to_review(toy_encoder):
    grade = check(Grader(encoder=toy_encoder, cache=None), "q24", GOOD)
    assert grade.needs_review
    assert "toy" in grade.signature


def test_settings_are_signed(grader):
    other = Grader(settings=Settings(max_characters=10), cache=None)
    assert "settings default" in grader.grade("q24", "x").signature
    assert "settings default" not in other.grade("q24", "x").signature
    with pytest.raises(AnswerTooLong):
        other.grade("q24", "x" * 11)


def test_another_model_goes_to_review_even_under_the_default_name(toy_encoder):
    toy_encoder.name = "minilm"
    grade = Grader(encoder=toy_encoder, cache=None).grade("q24", "A high score means more attention.")
    assert any("calibrated" in reason for reason in grade.review_reasons)
