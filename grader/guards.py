"""What is unusual about an answer as a whole: flags for people, and claims that are no evidence.

A flag never lowers a score by itself. Claims that only repeat the question are left out of the evidence.
"""

from __future__ import annotations

import re
import unicodedata

from rapidfuzz import fuzz

from grader.evidence.lexical import stem
from grader.rubric import Question
from grader.text import FUNCTION_WORDS, Passage, Span, claims, function_share, words_of

EMPTY = "empty"
NO_WORDS = "no-words"
QUESTION_COPIED = "question-copied"
REFERENCE_COPIED = "reference-copied"
KEYWORD_LIST = "keyword-list"
REPEATED = "repeated-sentences"
INSTRUCTIONS = "instructions-to-grader"
OTHER_LANGUAGE = "other-language"

#: Flags that send a grade to a person, with the reason given.
REVIEW_REASONS = {
    OTHER_LANGUAGE: "the answer seems to be in another language than the bank",
    REFERENCE_COPIED: "the answer repeats the reference answer",
    INSTRUCTIONS: "the answer speaks to the grader",
}

_OTHER_LANGUAGES = frozenset(
    "der die das und ist nicht ein eine mit für auf den dem sich werden wird auch von zu im "
    "le la les des et est une dans pour que qui pas sur avec sont plus ce se du au "
    "el los las una es en por con para como más se del al su lo "
    "il di che è per sono non della dei nel gli una si e come alla "
    "de het een van en niet op te zijn met voor dat o os um uma não do da em com mais".split()
)
_INSTRUCTIONS = re.compile(
    r"\b(?:ignore|disregard|forget)\b.{0,30}\b(?:instructions?|rubric|criteria|above|previous)\b"
    r"|\b(?:give|award|assign|grant)\b.{0,30}\b(?:full|maximum|perfect|top|100 ?%|highest)\b.{0,15}"
    r"\b(?:marks?|score|points|credit|grade)\b"
    r"|\b(?:grader|grading system|evaluator)\b.{0,40}\b(?:must|should|please|mark|score|treat)\b"
    r"|\bmark (?:this|every|all|it)\b.{0,30}\b(?:as )?(?:met|correct|full)\b",
    re.IGNORECASE | re.DOTALL,
)


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


def find_flags(passage: Passage, question: Question, echoes: list[Span]) -> list[str]:
    """Return the flags of an answer in a fixed order."""
    text = passage.text
    if not passage.original.strip():
        return [EMPTY]
    words = words_of(text)
    if not any(any(character.isalpha() for character in word) for word in words):
        return [NO_WORDS]
    # Function words are counted in English: a German sentence has none and yet is no list of terms.
    foreign = _other_language(text, words)
    checks = {
        QUESTION_COPIED: bool(echoes),
        REFERENCE_COPIED: len(words) >= 20 and fuzz.token_set_ratio(text.lower(), question.answer.lower()) >= 95,
        KEYWORD_LIST: is_keyword_list(text, words) and not foreign,
        REPEATED: _repeats(passage),
        INSTRUCTIONS: _INSTRUCTIONS.search(text) is not None,
        OTHER_LANGUAGE: foreign,
    }
    return [flag for flag, fires in checks.items() if fires]


def is_keyword_list(text: str, words: list[str]) -> bool:
    """Return whether the text lines up terms: hardly a function word, no arrow or sign that makes a claim."""
    claimed = re.search(r"->|=|:|<|>|\d", text)
    return len(words) >= 8 and function_share(words) < 0.1 and claimed is None


def _repeats(passage: Passage) -> bool:
    """Return whether a sentence of at least four words is written three times or more."""
    seen: dict[str, int] = {}
    for span in claims(passage.text):
        key = " ".join(words_of(passage.text[span.start : span.end]))
        seen[key] = seen.get(key, 0) + 1
    return any(count >= 3 and key.count(" ") >= 3 for key, count in seen.items())


def _other_language(text: str, words: list[str]) -> bool:
    """Return whether other scripts than Latin or Greek, or another language's function words, prevail."""
    letters = [character for character in text if character.isalpha()]
    foreign = sum(not unicodedata.name(c, "").startswith(("LATIN", "GREEK", "MATH")) for c in letters)
    if len(letters) >= 4 and foreign > 0.3 * len(letters):
        return True
    others = sum(word in _OTHER_LANGUAGES and word not in FUNCTION_WORDS for word in words)
    return len(words) >= 6 and others >= 3 and others > 1.5 * sum(word in FUNCTION_WORDS for word in words)
