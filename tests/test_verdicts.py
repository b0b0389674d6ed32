"""Which numbers weigh the evidence of which question."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from grader import ModelError, QuestionBank
from grader.evidence.entailment import digest
from grader.resources import shipped_model
from grader.verdicts import Fusions

OWN_BANK = Path(__file__).resolve().parents[1] / "examples" / "own_bank"


@pytest.fixture
def fusions():
    return Fusions.load(shipped_model("judge") / "fusion.json")


def test_shipped_questions_have_numbers_of_their_own(fusions):
    assert all(fusions.of(item) is fusions.known for item in QuestionBank())
    assert all(fusions.of(item) is fusions.other for item in QuestionBank(OWN_BANK))


def test_an_idea_put_otherwise_is_another_question(fusions):
    item = QuestionBank()["q24"]
    concepts = list(item.rubric.concepts)
    concepts[0] = replace(concepts[0], keywords=())
    assert fusions.of(replace(item, rubric=replace(item.rubric, concepts=tuple(concepts)))) is fusions.known
    concepts[0] = replace(concepts[0], idea="Something else.")
    assert fusions.of(replace(item, rubric=replace(item.rubric, concepts=tuple(concepts)))) is fusions.other
    assert digest(item) == digest(QuestionBank()["q24"])


def test_without_the_judge_there_is_one_set():
    fusions = Fusions.load(shipped_model("minilm") / "fusion.json")
    assert fusions.of(QuestionBank()["q24"]) is fusions.other


@pytest.mark.parametrize("change", [{"features": ["claim"]}, {"networks": [{}]}, {"known": None}])
def test_numbers_that_do_not_fit(tmp_path, change):
    numbers = json.loads((shipped_model("judge") / "fusion.json").read_text())
    path = tmp_path / "fusion.json"
    path.write_text(json.dumps({**numbers, **change}))
    with pytest.raises(ModelError, match=r"fusion\.json"):
        Fusions.load(path)
