"""Normalising and cutting: whatever is typed, what is quoted lies in the original."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.text import MAX_CLAIM_WORDS, Span, claims, function_share, normalise, words_of

# Plain st.text() excludes surrogates; the samples make the rare cases frequent.
ODD = st.sampled_from(list("\u200b\u200d\ufeff\u00ad\u0301\u0323\u20d7\ud800\udfff\x00\x1b\u2028\r\n\t ﬁ½²ᵀ…—→•😀é한ع"))
LETTERS = st.sampled_from(list("ab e.,;:()-1"))
ANY_TEXT = st.lists(st.one_of(st.characters(exclude_categories=()), ODD, LETTERS), max_size=120).map("".join)


def quoted(answer: str) -> list[str]:
    passage = normalise(answer)
    quotes = []
    for span in claims(passage.text):
        where = passage.quote(span)
        quotes.append(answer[where.start : where.end])
    return quotes


@given(ANY_TEXT)
def test_every_normalised_character_has_an_origin(answer):
    passage = normalise(answer)
    assert len(passage.offsets) == len(passage.text)
    assert list(passage.offsets) == sorted(passage.offsets)
    assert all(0 <= offset < len(answer) for offset in passage.offsets)
    passage.text.encode()  # no lone surrogate is left


@given(ANY_TEXT)
def test_claims_are_ordered_disjoint_and_quote_the_original(answer):
    passage = normalise(answer)
    spans = claims(passage.text)
    assert all(0 <= span.start < span.end <= len(passage.text) for span in spans)
    assert all(a.end <= b.start for a, b in pairwise(spans))
    for span in spans:
        where = passage.quote(span)
        assert 0 <= where.start < where.end <= len(answer)
        quote = answer[where.start : where.end]
        assert quote == quote.strip()


@given(ANY_TEXT, st.data())
def test_any_range_quotes_inside_the_original(answer, data):
    passage = normalise(answer)
    start = data.draw(st.integers(0, len(passage.text)))
    end = data.draw(st.integers(start, len(passage.text)))
    where = passage.quote(Span(start, end))
    assert 0 <= where.start <= where.end <= len(answer)


@given(ANY_TEXT)
def test_every_letter_is_in_some_claim(answer):
    text = normalise(answer).text
    covered = {position for span in claims(text) for position in range(span.start, span.end)}
    lost = [text[i] for i in range(len(text)) if text[i].isalnum() and i not in covered]
    # Only enumerators of lists, "1." and "(a)", may be left out.
    assert len("".join(lost)) <= 2 * (text.count(")") + text.count("."))


@pytest.mark.parametrize(
    ("answer", "text"),
    [
        ("dot pro\u200bduct", "dot product"),
        ("cafe\u0301", "café"),
        ("the ﬁrst", "the first"),
        ("it\u2019s \u201cscaled\u201d", 'it\'s "scaled"'),
        ("n → n²", "n -> n2"),
        ("a\r\nb", "a\n\nb"),
        ("a\ud800b\x00c", "a b c"),
        ("", ""),
    ],
)
def test_normalised_text(answer, text):
    assert normalise(answer).text == text


def test_a_quote_takes_combining_marks_along():
    answer = "The cafe\u0301\u0323 is open"
    passage = normalise(answer)
    end = passage.text.index(" is")
    where = passage.quote(Span(4, end))
    assert answer[where.start : where.end] == "cafe\u0301\u0323"


def test_a_quote_keeps_invisible_characters_inside():
    answer = "dot pro\u200bduct wins"
    where = normalise(answer).quote(Span(4, 11))
    assert answer[where.start : where.end] == "pro\u200bduct"


def test_sentences_become_claims():
    assert quoted("It splits text. Each piece gets an id! Is it cheap?") == [
        "It splits text.",
        "Each piece gets an id!",
        "Is it cheap?",
    ]


@pytest.mark.parametrize("bullet", ["- ", "* ", "• ", "1. ", "2) ", "(3) ", "a) "])
def test_bullets_are_cut_off(bullet):
    assert quoted(f"{bullet}splits text\n{bullet}maps to ids") == ["splits text", "maps to ids"]


def test_terse_notes():
    assert quoted("Q·K -> scores; softmax -> weights\nO(n^2)") == ["Q·K -> scores;", "softmax -> weights", "O(n^2)"]


@pytest.mark.parametrize("short", ["e.g.", "i.e.", "vs.", "cf.", "etc.", "approx."])
def test_abbreviations_end_no_sentence(short):
    assert len(quoted(f"Subword methods {short} BPE split rare words.")) == 1


def test_a_number_ends_a_sentence():
    assert quoted("The batch had 12. It was small.") == ["The batch had 12.", "It was small."]


def test_a_decimal_point_ends_no_sentence():
    assert len(quoted("A temperature of 0.7 sharpens it.")) == 1


def test_speech_without_punctuation_is_cut_before_openers():
    speech = (
        "um so you take the sentence and you cut it into little pieces and then every piece gets a number from a table "
        "because the model can only work with numbers and if a word is rare it gets broken into smaller parts so that "
        "nothing is ever really unknown which means the vocabulary stays small but you can still write any word you "
        "like and then the numbers go into the embedding layer where each one becomes a vector of real values"
    )
    assert len(speech.split()) >= 80
    parts = quoted(speech)
    assert 4 <= len(parts) <= 12
    assert all(3 <= len(part.split()) <= MAX_CLAIM_WORDS for part in parts)
    assert " ".join(parts) == speech


def test_a_run_without_openers_is_cut_all_the_same():
    parts = quoted(" ".join(["token"] * 80))
    assert sum(len(part.split()) for part in parts) == 80
    assert max(len(part.split()) for part in parts) <= MAX_CLAIM_WORDS


@pytest.mark.parametrize("nothing", ["", "   ", "\n\n", "...", "😀 🎉", "\u200b", "\ud800"])
def test_nothing_to_claim(nothing):
    assert claims(normalise(nothing).text) == ()


def test_function_share():
    assert function_share([]) == 0
    assert function_share(words_of("the cat is on the mat")) > 0.5
    assert function_share(words_of("tokenizer vocabulary embedding softmax")) == 0
