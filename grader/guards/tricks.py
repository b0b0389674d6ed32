"""Attempts to talk to the grader, or to hide words from it."""

from __future__ import annotations

import re

from grader.text import INVISIBLE, Passage, Span, lookalikes

_INSTRUCTIONS = re.compile(
    r"\b(?:ignore|disregard|forget)\b.{0,30}\b(?:instructions?|rubric|criteria|above|previous)\b"
    r"|\b(?:give|award|assign|grant)\b.{0,30}\b(?:full|maximum|perfect|top|100 ?%|highest)\b.{0,15}"
    r"\b(?:marks?|score|points|credit|grade)\b"
    r"|\b(?:grader|grading system|evaluator)\b.{0,40}\b(?:must|should|please|mark|score|treat)\b"
    r"|\bmark (?:this|every|all|it)\b.{0,30}\b(?:as )?(?:met|correct|full)\b",
    re.IGNORECASE | re.DOTALL,
)


def instructions(text: str) -> list[Span]:
    """Return what is said to the grader in place of the question."""
    return [Span(*match.span()) for match in _INSTRUCTIONS.finditer(text)]


def hidden_characters(original: str) -> list[Span]:
    """Return the places in the original where invisible characters stand between two letters.

    Only Latin letters count: the scripts of Persian and Hindi need joiners inside of words.
    """
    found: list[Span] = []
    for index, character in enumerate(original):
        if character in INVISIBLE and character != "\u00ad":
            before, after = original[:index].rstrip("".join(INVISIBLE))[-1:], original[index + 1 : index + 2]
            if before.isascii() and before.isalpha() and after.isascii() and after.isalpha():
                found.append(_word(original, index))
    return found[:5]


def _word(original: str, index: int) -> Span:
    """Return what stands between white space around a place."""
    end = index
    while end < len(original) and not original[end].isspace():
        end += 1
    return Span(end - len(original[:end].rsplit(maxsplit=1)[-1]), end)


def lookalike_letters(passage: Passage) -> list[Span]:
    """Return the words, in the original, in which letters of another script stand for Latin ones."""
    return [Span(*span) for span in lookalikes(passage.original)][:5]
