"""The fifty questions: their references, what must not earn anything, and what each sentence carries."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
import yaml

from grader import Grader
from grader.models.cache import vector_file
from grader.models.onnx import OnnxEncoder
from grader.prepared import rubric_texts
from grader.resources import shipped_vectors

DATA = Path(__file__).parent / "data"
CARRIERS = yaml.safe_load((DATA / "carriers.yaml").read_text(encoding="utf-8"))
OVERLAPS = yaml.safe_load((DATA / "overlaps.yaml").read_text(encoding="utf-8"))
IDS = [f"q{number}" for number in range(1, 51)]


class Remembering(OnnxEncoder):
    """Encodes each text once: a vector depends on its text alone, so 2,500 grades need not embed 50 references 50 times."""

    def __init__(self):
        super().__init__()
        self.known = {}

    def encode(self, texts):
        new = [text for text in dict.fromkeys(texts) if text not in self.known]
        self.known.update(zip(new, super().encode(new), strict=True))
        return np.stack([self.known[text] for text in texts]) if texts else super().encode([])


@pytest.fixture(scope="module")
def grader():
    return Grader(encoder=Remembering(), cache=None)


def sentences(text):
    return re.split(r"(?<=[.!?])\s+", " ".join(text.split()))


def worth(grade, concept):
    verdict = next(v for v in grade.verdicts if v.concept == concept)
    return verdict.probabilities["met"] + 0.5 * verdict.probabilities["partial"]


def test_the_bank_has_exactly_the_fifty_questions(grader):
    assert grader.bank.ids == IDS
    assert grader.bank.check() == []


def test_its_vectors_come_with_the_package_and_are_current(grader):
    wanted = {vector_file(rubric_texts(item), grader.encoder) for item in grader.bank}
    assert {path.name for path in shipped_vectors().glob("*.vec")} == wanted


@pytest.mark.parametrize("question", IDS)
def test_form(grader, question):
    item = grader.bank[question]
    assert 60 <= len(item.question.answer.split()) <= 150
    for concept in item.rubric.concepts:
        assert 4 <= len(concept.statements) <= 8
        assert concept.keywords
        assert not concept.core or 1 <= len(concept.misconceptions) <= 4


@pytest.mark.parametrize("question", IDS)
def test_the_reference_meets_every_core_concept(grader, question):
    grade = grader.grade(question, grader.bank[question].question.answer)
    assert grade.score >= 0.9
    assert [v.concept for v in grade.verdicts if v.core and v.status != "met"] == []


@pytest.mark.parametrize("question", IDS)
def test_the_question_itself_and_silence_earn_nothing(grader, question):
    assert grader.grade(question, grader.bank[question].question.question).score < 0.2
    assert grader.grade(question, "").score == 0


@pytest.mark.parametrize("question", IDS)
def test_leaving_out_the_sentence_that_carries_a_concept_lowers_it(grader, question):
    reference = grader.bank[question].question.answer
    whole = grader.grade(question, reference)
    for concept, carriers in CARRIERS[question].items():
        rest = " ".join(s for number, s in enumerate(sentences(reference), 1) if number not in carriers)
        assert worth(grader.grade(question, rest), concept) < worth(whole, concept), concept


@pytest.mark.parametrize("question", IDS)
def test_the_reference_of_an_unrelated_question_earns_nothing(grader, question):
    allowed = {other for pair in OVERLAPS if question in pair.split() for other in pair.split()}
    scores = {other: grader.grade(question, grader.bank[other].question.answer).score for other in IDS}
    assert {other: score for other, score in scores.items() if other not in allowed | {question} and score >= 0.2} == {}


def test_the_overlap_table_gives_a_reason_for_every_pair():
    for pair, reason in OVERLAPS.items():
        assert len(set(pair.split())) == 2
        assert set(pair.split()) <= set(IDS)
        assert len(reason.split()) >= 4
    assert "q19 q39" in OVERLAPS
