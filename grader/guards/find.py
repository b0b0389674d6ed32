"""Runs all guards over one answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from grader.guards import copying, flags, language, tricks
from grader.results import Evidence, Verdict
from grader.rubric import Question
from grader.text import Passage, Span, words_of

_QUOTED = 200
_OFF_TOPIC_WORDS, _OFF_TOPIC_BELOW = 8, 0.35


def cleared(passage: Passage, question: Question) -> Passage:
    """Return the passage with blanks where it repeats the question or speaks to the grader; offsets stay."""
    text = passage.text
    for span in (*copying.question_echoes(passage, question), *tricks.instructions(text)):
        text = text[: span.start] + " " * (span.end - span.start) + text[span.end :]
    return replace(passage, text=text)


def find_flags(passage: Passage, question: Question) -> dict[str, tuple[Evidence, ...]]:
    """Return the flags of an answer with the words that set them, in a fixed order."""
    text = passage.text
    if not passage.original.strip():
        return {flags.EMPTY: ()}
    words = words_of(text)
    if not any(any(character.isalpha() for character in word) for word in words):
        return {flags.NO_WORDS: ()}
    whole = [Span(0, len(text))]
    # Function words are counted in English: a German sentence has none and yet is no list of terms.
    foreign = language.is_other_language(text, words)
    senseless = language.gibberish(text)
    listed = language.is_keyword_list(text, words) and not foreign and not senseless
    found: dict[str, list[Span]] = {
        flags.QUESTION_COPIED: copying.question_echoes(passage, question),
        flags.REFERENCE_COPIED: copying.reference_copied(passage, question),
        flags.KEYWORD_LIST: whole if listed else [],
        flags.REPEATED: copying.repeated(passage)[:1],
        flags.INSTRUCTIONS: list(tricks.instructions(text)),
        flags.OTHER_LANGUAGE: whole if foreign else [],
        flags.GIBBERISH: senseless[:3] if not foreign else [],
    }
    originals = {
        flags.HIDDEN_CHARACTERS: tricks.hidden_characters(passage.original),
        flags.LOOKALIKE_LETTERS: tricks.lookalike_letters(passage),
    }
    quoted = {flag: [passage.quote(span) for span in spans] for flag, spans in found.items()}
    return {
        flag: tuple(_evidence(passage.original, span) for span in spans)
        for flag, spans in (quoted | originals).items()
        if spans
    }


def off_topic(
    passage: Passage, nearness: Sequence[float], verdicts: Sequence[Verdict]
) -> dict[str, tuple[Evidence, ...]]:
    """Return the flag where every concept is missed and nothing in the answer comes near to one.

    `nearness`: the similarity of the nearest claim for each concept, in [-1, 1].
    """
    if len(words_of(passage.text)) < _OFF_TOPIC_WORDS or max(nearness) > _OFF_TOPIC_BELOW:
        return {}
    if any(verdict.status != "missed" for verdict in verdicts):
        return {}
    return {flags.OFF_TOPIC: (_evidence(passage.original, passage.quote(Span(0, len(passage.text)))),)}


def _evidence(original: str, span: Span) -> Evidence:
    end = span.end
    if end > span.start + _QUOTED:
        space = original.rfind(" ", span.start + _QUOTED // 2, span.start + _QUOTED)
        end = space if space > 0 else span.start + _QUOTED
    return Evidence(start=span.start, end=end, quote=original[span.start : end], kind="guard", strength=1.0)
