"""Closeness of the views of an answer to a concept, with an encoder whose vectors can be reasoned about."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from grader import Concept
from grader.bank import Item
from grader.evidence.semantic import closeness, embed
from grader.models.cache import VectorStore
from grader.prepared import prepare
from grader.rubric import Question, Rubric
from grader.text import normalise

CONCEPT = Concept(
    id="split",
    idea="A tokenizer splits text into pieces.",
    statements=("Words are cut into subwords.", "Strings become tokens."),
    misconceptions=("A tokenizer translates text into French.",),
)
BARE = Concept(id="bare", idea="Every piece has a number.")


@pytest.fixture
def prepared(toy_encoder):
    question = Question(id="q", question="What does a tokenizer do?", answer="It splits text.")
    return prepare(Item(question, Rubric(question="q", concepts=(CONCEPT, BARE))), toy_encoder, VectorStore())


@pytest.fixture
def near(toy_encoder, prepared):
    def measure(answer, concept=0):
        passage = normalise(answer)
        views = embed(passage, toy_encoder)
        return closeness(views, prepared)[concept], views

    return measure


def test_a_rubric_is_cut_into_its_concepts(prepared):
    split, bare = prepared.concepts
    assert (len(split.claims), len(split.misconceptions)) == (3, 1)
    assert (len(bare.claims), len(bare.misconceptions)) == (1, 0)


def test_the_idea_itself_is_closest(near):
    found, views = near("Bananas are yellow. A tokenizer splits text into pieces. Rain is wet.")
    span = views.spans[found.claim_view]
    assert views.passage.text[span.start : span.end] == "A tokenizer splits text into pieces."
    assert found.claim == pytest.approx(1, abs=1e-2)
    assert found.idea == pytest.approx(found.claim, abs=1e-6)
    assert found.claim > found.misconception


def test_a_statement_counts_as_the_claim(near):
    found, _ = near("Words are cut into subwords.")
    assert found.claim == pytest.approx(1, abs=1e-2)
    assert found.idea < 0.9


def test_a_misconception_is_closer_than_what_is_right(near):
    found, _ = near("A tokenizer translates text into French.")
    assert found.misconception == pytest.approx(1, abs=1e-2)
    assert found.misconception > found.rival


def test_without_misconceptions(near):
    found, _ = near("Every piece has a number.", concept=1)
    assert (found.misconception, found.own_misconception) == (0, 0)


def test_without_views(near):
    found, views = near("...")
    assert views.spans == ()
    assert views.vectors.shape[0] == 0
    assert (found.claim, found.claim_view, found.own_view) == (0, -1, -1)


def test_a_sentence_about_everything_is_nobodys_own(near):
    general = "A tokenizer splits text into pieces and every piece has a number."
    answer = f"{general} Words are cut into subwords. The number of a piece is found in a table."
    for concept, wanted in ((0, "Words are cut into subwords."), (1, "The number of a piece is found in a table.")):
        found, views = near(answer, concept)
        span = views.spans[found.own_view]
        assert views.passage.text[span.start : span.end] == wanted


def test_a_lone_concept_owns_the_nearest_view(near, prepared):
    _, views = near("Every piece has a number. Rain is wet.")
    (alone,) = closeness(views, replace(prepared, concepts=prepared.concepts[1:]))
    assert alone.own_view == alone.claim_view == 0
    assert alone.own == alone.own_claim == alone.claim


def test_cosines_stay_in_range(near):
    for answer in ("x", "A tokenizer splits text into pieces.", "no " * 200):
        found, _ = near(answer)
        values = [found.claim, found.idea, found.support, found.misconception, found.rival, found.question]
        assert np.all(np.abs(values) <= 1.01)


def test_views_are_claims(toy_encoder):
    text = "It splits text. Each piece gets an id."
    views = embed(normalise(text), toy_encoder)
    assert [text[s.start : s.end] for s in views.spans] == ["It splits text.", "Each piece gets an id."]
    assert views.vectors.shape[0] == 2
