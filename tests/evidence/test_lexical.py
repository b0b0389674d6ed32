"""Fuzzy keywords: what must be found in spite of how it is written, and what must not."""

from __future__ import annotations

import functools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader import Concept, QuestionBank
from grader.evidence.lexical import Hit, Words, compile_keywords, content_stems, stem
from grader.text import normalise


def look(answer: str, *keywords: object, near: int = 24) -> Hit:
    concept = Concept.model_validate({"id": "c", "idea": "An idea.", "keywords": list(keywords)})
    words = Words(normalise(answer).text, typo_similarity=0.84, near_words=near)
    return words.best(compile_keywords(concept))


def found(answer: str, *keywords: object, near: int = 24) -> bool:
    return look(answer, *keywords, near=near).coverage == 1.0


@pytest.mark.parametrize(
    ("answer", "keyword"),
    [
        ("it uses the dot prodcut of both", "dot product"),
        ("the simlarity of the two", "similarity"),
        ("a quadartic cost", "quadratic cost"),
        ("Attention Is QUADRATIC", "attention is quadratic"),
        ("it scales the scores", "scaled score"),
        ("scaling scores", "scale score"),
        ("mapping words", "map word"),
        ("vocabularies", "vocabulary"),
        ("normalises the values", "normalize value"),
        ("normalization", "normalisation"),
        ("the tokeniser", "tokenizer"),
        ("behaviour", "behavior"),
        ("colours", "color"),
        ("dot-product", "dot-product"),
        ("the similarity between the query and a key", "similarity between query and key"),
    ],
)
def test_words_are_found_in_spite_of_typos_and_endings(answer, keyword):
    assert found(answer, keyword)


@pytest.mark.parametrize(
    ("answer", "keyword"),
    [
        ("scores are QK^T", "QK^T"),
        ("scores are Q K^T", "QK^T"),
        ("scores are QKᵀ", "QK^T"),
        ("scores are QK^{T}", "QKᵀ"),
        ("divided by √d_k", "√d_k"),
        ("divided by sqrt(d_k)", "√d_k"),
        ("divided by √dk", "sqrt(d_k)"),
        ("costs n² steps", "n^2"),
        ("costs n^2 steps", "n²"),
        ("it is O(n^2)", "O(n²)"),
        ("it is O(n²)", "O(n^2)"),
        ("it is O( n^2 ).", "O(n^2)"),
        ("we model P(x | y)", "P(x|y)"),
        ("as T -> 0 it is greedy", "T → 0"),
        ("an n × m matrix", "n×m"),
        ("about 15 % of them", "%"),
    ],
)
def test_formulas_are_found_however_they_are_written(answer, keyword):
    assert found(answer, keyword)


@pytest.mark.parametrize(
    ("answer", "keyword"),
    [
        ("an asymmetric matrix", "symmetric"),
        ("a symmetric matrix", "asymmetric"),
        ("it models P(y|x)", "P(x|y)"),
        ("GPT-3", "GPT-4"),
        ("a quick thing", "qk"),
        ("version 2", "n^2"),
        ("product of dots", "dot product"),
        ("a hat", "cat"),
        ("generative models", "generate"),
        ("", "anything"),
    ],
)
def test_other_things_are_not_found(answer, keyword):
    assert not found(answer, keyword)


def test_all_parts_of_a_group_must_be_near():
    group = [["query", "queries"], ["key", "keys"]]
    assert found("a query meets a key", group)
    assert found("keys answer queries", group)
    far = "query " + "word " * 40 + "key"
    assert look(far, group).coverage == 0.5
    assert found(far, group, near=60)
    assert look("only a query", group).coverage == 0.5


def test_the_better_of_two_keywords_counts():
    assert found("a sliding window", ["sparse", "attention"], "sliding window")


def test_no_keywords_no_hit():
    assert look("anything at all") == Hit(0.0, ())


def test_the_span_is_the_phrase():
    text = "Take the dot product here."
    (span,) = look(text, "dot product").spans
    assert text[span.start : span.end] == "dot product"


def test_stems():
    assert len({stem(word) for word in ("scale", "scales", "scaled", "scaling")}) == 1
    assert stem("generative") != stem("generate")
    assert content_stems("The cat is on the mats") == {"cat", "mat"}


@functools.cache
def shipped_phrases() -> tuple[str, ...]:
    """Every phrase of every keyword of the shipped bank."""
    phrases: dict[str, None] = {}
    for item in QuestionBank():
        for concept in item.rubric.concepts:
            for keyword in concept.keywords:
                for part in [keyword] if isinstance(keyword, str) else keyword:
                    phrases.update(dict.fromkeys([part] if isinstance(part, str) else part))
    return tuple(phrases)


def test_every_shipped_phrase_is_found_in_itself():
    lost = [phrase for phrase in shipped_phrases() if not (found(phrase, phrase) and found(f"so {phrase} too", phrase))]
    assert lost == []


@given(st.data())
def test_coverage_and_spans_stay_in_bounds(data):
    pieces = st.lists(st.one_of(st.sampled_from(shipped_phrases()), st.text(max_size=12)), max_size=8)
    answer = " ".join(data.draw(pieces))
    phrase = st.sampled_from(shipped_phrases())
    group = st.lists(st.one_of(phrase, st.lists(phrase, min_size=1, max_size=3)), min_size=1, max_size=3)
    hit = look(answer, *data.draw(st.lists(st.one_of(phrase, group), max_size=4)))
    assert 0 <= hit.coverage <= 1
    assert bool(hit.spans) == (hit.coverage > 0)
    length = len(normalise(answer).text)
    assert all(0 <= span.start < span.end <= length for span in hit.spans)


# Formula signs would merge with the phrase into another formula, so the words around it are letters.
@given(
    st.data(),
    st.lists(st.text("abcdefgh", min_size=1, max_size=9), max_size=5),
    st.lists(st.text("abcdefgh", min_size=1, max_size=9), max_size=5),
)
def test_a_phrase_is_found_among_other_words(data, before, after):
    phrase = data.draw(st.sampled_from(shipped_phrases()))
    assert found(" ".join([*before, phrase, *after]), phrase)


@given(st.text(max_size=40), st.text(max_size=200))
def test_any_keyword_on_any_text(keyword, answer):
    if keyword.strip():
        assert 0 <= look(answer, keyword).coverage <= 1
