"""Answers that copy: the question, the reference, or themselves."""

from __future__ import annotations

from rapidfuzz import fuzz

from grader.evidence.lexical import stem
from grader.rubric import Question
from grader.text import FUNCTION_WORDS, Passage, Span, claims, words_of


def question_echoes(passage: Passage, question: Question) -> list[Span]:
    """Return the claims that say nothing but what the question said."""
    asked = {stem(word) for word in words_of(question.question)}
    echoes: list[Span] = []
    for span in claims(passage.text):
        said = passage.text[span.start : span.end]
        content = [stem(word) for word in words_of(said) if word not in FUNCTION_WORDS]
        known = sum(word in asked for word in content)
        copied = fuzz.ratio(said.lower(), question.question.lower()) > 85
        # Up to three words may be all in the question and yet be the answer ("greedy takes one"): not an echo.
        if copied or (len(content) > 3 and known >= 0.9 * len(content)):
            echoes.append(span)
    return echoes


def reference_copied(passage: Passage, question: Question) -> bool:
    """Return whether at least twenty words are the reference's, in whatever order."""
    copied = fuzz.token_set_ratio(passage.text.lower(), question.answer.lower()) >= 95
    return copied and len(words_of(passage.text)) >= 20


def repeated(passage: Passage) -> list[Span]:
    """Return the claims of at least four words that are written three times or more, all their places."""
    places: dict[str, list[Span]] = {}
    for span in claims(passage.text):
        key = " ".join(words_of(passage.text[span.start : span.end]))
        places.setdefault(key, []).append(span)
    return [span for key, spans in places.items() if len(spans) >= 3 and key.count(" ") >= 3 for span in spans]
