"""Records are plain frozen dataclasses that validate, dump and describe themselves as pydantic models do."""

from __future__ import annotations

import dataclasses
import json
import pickle

import pytest
from pydantic import BaseModel, TypeAdapter, ValidationError

from grader import Concept, Evidence, Grade, InputError, Rubric, Settings

ANSWER = "Sie sagt „ja“\u2028and\x7f \U0001f600 twice."


@pytest.fixture(scope="module")
def grade() -> Grade:
    evidence = {"start": 0, "end": 3, "quote": "Sie", "kind": "semantic", "strength": 0.5}
    verdict = {"concept": "c", "status": "met", "core": True, "weight": 3, "probability": 0.7, "evidence": [evidence]}
    verdict["probabilities"] = {"met": 0.7, "partial": 0.1, "missed": 0.1, "contradicted": 0.1}
    around = {"band": "good", "confidence": 0.7, "needs_review": False, "review_reasons": [], "missed": []}
    around |= {"contradicted": [], "flags": ["x"], "flag_evidence": {"x": [evidence]}, "feedback": ["Well."]}
    return Grade.model_validate(
        {"question": "q", "answer": ANSWER, "score": 0.0001, "verdicts": [verdict], "signature": "s", **around}
    )


def test_json_is_what_pydantic_would_write(grade):
    adapter = TypeAdapter(Grade)
    assert grade.model_dump_json() == adapter.dump_json(grade).decode()
    assert grade.model_dump_json(indent=2) == adapter.dump_json(grade, indent=2).decode()
    assert grade.model_dump() == adapter.dump_python(grade)
    assert grade.model_dump(mode="json") == adapter.dump_python(grade, mode="json")


def test_json_leads_back(grade):
    assert Grade.model_validate_json(grade.model_dump_json()) == grade
    assert Grade.model_validate(grade.model_dump()) == grade
    assert json.loads(grade.model_dump_json())["answer"] == ANSWER


def test_it_fits_into_pydantic_models_of_others(grade):
    class Reply(BaseModel):
        grade: Grade

    assert Reply.model_validate_json(Reply(grade=grade).model_dump_json()).grade == grade


def test_it_is_frozen_and_travels(grade):
    with pytest.raises(dataclasses.FrozenInstanceError):
        grade.score = 1.0
    assert pickle.loads(pickle.dumps(grade)) == grade
    copied = grade.model_copy(update={"score": 1.0})
    assert (copied.score, grade.score, copied.answer) == (1.0, 0.0001, ANSWER)


def test_validation_says_all_that_is_wrong():
    with pytest.raises(ValidationError) as caught:
        Evidence.model_validate({"start": "x", "end": 3, "quote": "a", "kind": "guess", "strength": 1.0, "more": 1})
    assert {error["loc"] for error in caught.value.errors()} == {("start",), ("kind",), ("more",)}


def test_a_rubric_validates_concepts_that_are_plain_data():
    rubric = Rubric(question="q", concepts=[{"id": "a", "idea": " An idea. ", "core": False}])
    assert rubric.concepts == (Concept(id="a", idea="An idea.", core=False),)
    assert rubric.concepts[0].weight == 1.0
    with pytest.raises(ValidationError):
        Rubric(question="q", concepts=[{"id": "a b", "idea": ""}])


@pytest.mark.parametrize(
    ("given", "weight", "core"),
    [({}, 3.0, True), ({"core": False}, 1.0, False), ({"weight": 2}, 2.0, False), ({"weight": 5}, 5.0, True)],
)
def test_weight_and_core_follow_from_each_other(given, weight, core):
    for concept in (Concept(id="a", idea="b", **given), Concept.model_validate({"id": "a", "idea": "b", **given})):
        assert (concept.weight, concept.core) == (weight, core)


@pytest.mark.parametrize("weight", [0, -1, float("nan"), float("inf"), 1001, "heavy"])
def test_a_weight_is_a_positive_number(weight):
    with pytest.raises(ValidationError):
        Concept.model_validate({"id": "a", "idea": "b", "weight": weight})


@pytest.mark.parametrize(
    "wrong",
    [
        {"review_below": 1.1},
        {"review_below": -0.1},
        {"good_from": "0.6"},
        {"near_words": 0},
        {"near_words": 2.5},
        {"max_characters": True},
        {"typo_similarity": float("nan")},
    ],
)
def test_settings_say_what_they_take(wrong):
    (name,) = wrong
    with pytest.raises(InputError, match=rf"Settings\.{name} is .*; give a"):
        Settings(**wrong)


def test_settings_know_whether_they_are_the_defaults():
    assert Settings().digest == "default"
    assert Settings(review_below=0.5).digest != Settings(review_below=0.4).digest != "default"
