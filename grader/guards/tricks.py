"""Attempts to talk to the grader, or to hide words from it."""

from __future__ import annotations

import re
from functools import lru_cache

from grader.text import INVISIBLE, Passage, Span, lookalikes

# Orders open a sentence or follow "please", "you must" and the like. "The dot products assign the highest score to the
# most relevant token" and "models forget earlier instructions" are answers: there the verb has a subject. So is "the
# page says 'ignore previous instructions'": what is quoted is not said to the grader.
_BEGIN = r"(?:^|[.!?:;\n(\[*>-])\s*(?:(?:and|but|now|then|so|just|simply|kindly|also|instead)[\s,]+)*"
_READER = r"(?:you|graders?|evaluators?|examiners?|models?|ai|assistant)"
_ORDER = (
    rf"(?:{_BEGIN}|\bplease[\s,]+(?:\w+ly\s+)?"
    rf"|\b{_READER}\s+(?:must|should|shall|will|need to|have to|are to)\s+(?:\w+ly\s+)?"
    r"|\b(?:rubric|instructions|criteria|guidelines)\b[\s,]+and\s+)"
)
_START = r"(?:^|[.!?\n])\s*"
_PERSON = r"(?:grader|grading system|evaluator|examiner|marker)\b"
_MODEL = r"(?:language model|llm)\b"
_RULES = r"\b(?:instructions?|rubric|criteria|guidelines|prompt|marking scheme)\b"
_TOP = r"\b(?:full|maximum|max|perfect|top|100 ?%|all (?:the )?)\s*"
_MARKS = r"\b(?:marks?|scores?|points?|credits?|grades?|rating)\b"
_ANSWER = r"(?:answer|response|submission)"
_THIS = rf"\b(?:me|this|my|the candidate|(?:the|this|my) {_ANSWER}|every (?:concept|idea)|all (?:concepts|ideas))\b"
_GOOD = r"\b(?:met|correct|right|complete|full|perfect|excellent|accepted|passed)\b"
_HIGHEST = r"(?:1(?:\.0+)?|10|100)\b"
_INSTRUCTIONS = re.compile(
    "|".join(
        (
            rf"{_ORDER}(?:ignore|disregard|forget|override)\b.{{0,40}}?{_RULES}",
            rf"{_ORDER}(?:give|award|assign|grant|return|output|set)\b.{{0,25}}?{_TOP}{_MARKS}",
            rf"{_ORDER}(?:give|award|assign|grant|rate|score|grade)\b.{{0,40}}?{_THIS}.{{0,40}}?(?:{_MARKS}|\b{_HIGHEST})",
            rf"{_ORDER}(?:output|return|set|report)\b.{{0,20}}?{_MARKS}\s*(?:of|to|as|=|:)?\s*{_HIGHEST}",
            rf"{_ORDER}(?:mark|treat|count|consider|grade|rate)\b\s+{_THIS}.{{0,40}}?{_GOOD}",
            rf"\b(?:this|my) {_ANSWER}\s+(?:deserves|merits|(?:must|should|has to|is to) (?:get|receive|be))\b"
            rf".{{0,25}}?(?:{_TOP}{_MARKS}|{_GOOD})",
            # Not "Attention: the language model looks back", nor "To the language model a token is a number".
            rf"{_START}(?:dear|attention|note (?:to|for)|message (?:to|for)|hey|hello|to)[\s,:]+(?:the )?{_PERSON}",
            rf"{_START}(?:dear|note to|message to|hey|hello)[\s,:]+(?:the )?(?:ai|assistant|{_MODEL})",
        )
    ),
    re.IGNORECASE | re.DOTALL,
)
_QUOTED = 5


@lru_cache(maxsize=64)  # asked for the flags and again for what is graded
def instructions(text: str) -> tuple[Span, ...]:
    """Return what is said to the grader in place of the question."""
    return tuple(Span(match.start() + _lead(match.group()), match.end()) for match in _INSTRUCTIONS.finditer(text))


def _lead(matched: str) -> int:
    """Return how many characters before the first word belong to what stands before the order."""
    return next((index for index, character in enumerate(matched) if character.isalnum()), 0)


def hidden_characters(original: str) -> list[Span]:
    """Return the first places in the original where invisible characters stand between two letters, five at most.

    Only Latin letters count: the scripts of Persian and Hindi need joiners inside of words.
    """
    found: list[Span] = []
    before, hidden = "", False
    for index, character in enumerate(original):
        if character in INVISIBLE:
            hidden = hidden or character != "\u00ad"
            continue
        seen = bool(found) and index < found[-1].end
        if hidden and not seen and _is_latin(before) and _is_latin(character):
            found.append(_word(original, index))
            if len(found) == _QUOTED:
                break
        before, hidden = character, False
    return found


def _is_latin(character: str) -> bool:
    return character.isascii() and character.isalpha()


def _word(original: str, index: int) -> Span:
    """Return what stands between white space around a place."""
    start = end = index
    while start > 0 and not original[start - 1].isspace():
        start -= 1
    while end < len(original) and not original[end].isspace():
        end += 1
    return Span(start, end)


def lookalike_letters(passage: Passage) -> list[Span]:
    """Return the words, in the original, in which letters of another script stand for Latin ones."""
    return [Span(*span) for span in lookalikes(passage.original)][:_QUOTED]
