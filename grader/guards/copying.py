"""Answers that copy: the question, the reference, or themselves."""

from __future__ import annotations

from rapidfuzz import fuzz

from grader.evidence.lexical import stem
from grader.rubric import Question
from grader.text import FUNCTION_WORDS, WORD, Passage, Span, claims, words_of

_RUN, _COPIED_WORDS = 8, 20


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


def reference_copied(passage: Passage, question: Question) -> list[Span]:
    """Return the runs of at least eight words that stand in the reference, where they come to twenty words or more."""
    reference = words_of(question.answer)
    runs = {tuple(reference[start : start + _RUN]) for start in range(len(reference) - _RUN + 1)}
    words = [match.span() for match in WORD.finditer(passage.text)]
    said = words_of(passage.text)
    copied = [False] * len(said)
    for start in range(len(said) - _RUN + 1):
        if tuple(said[start : start + _RUN]) in runs:
            copied[start : start + _RUN] = [True] * _RUN
    if sum(copied) < _COPIED_WORDS:
        return []
    found: list[Span] = []
    for index, (start, end) in enumerate(words):
        if copied[index] and index and copied[index - 1]:
            found[-1] = Span(found[-1].start, end)
        elif copied[index]:
            found.append(Span(start, end))
    return found


def repeated(passage: Passage) -> list[Span]:
    """Return the claims of at least four words that are written three times or more, all their places."""
    places: dict[str, list[Span]] = {}
    for span in claims(passage.text):
        key = " ".join(words_of(passage.text[span.start : span.end]))
        places.setdefault(key, []).append(span)
    return [span for key, spans in places.items() if len(spans) >= 3 and key.count(" ") >= 3 for span in spans]
