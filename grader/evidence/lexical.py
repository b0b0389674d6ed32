"""Fuzzy keywords: does the answer use the words that go with a concept?

Tolerates typos and inflection in words, and spelling in formulas. A hit says that the words are there, not that the
claim is made: whether a bare term counts is decided where kinds of evidence are weighed against each other.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from rapidfuzz.distance import OSA

from grader.rubric import Concept, Keyword
from grader.text import WORD, Span, normalise

# Characters that make a phrase a formula: it is then sought letter by letter in the text without white space.
_FORMULA = re.compile(r"[^\w\s'\-,.!?%&]|_|\d[a-z]|[a-z]\d|[\u1d2c-\u1d6a\u2070-\u209c]", re.IGNORECASE)
_UNWRITTEN = frozenset("^_{}()\\$ \t\n[]'\"`")
_SAME_SIGN = {"·": "*", "√": "sqrt", "∑": "sum", "Σ": "sum", "σ": "sum", "÷": "/", "ᵀ": "t"}
_SKIPPABLE = frozenset("a an the of to in on for by with is are be it its that this as at and or from into".split())
_MAX_GAP = 2
# British spellings, at the ends of words alone: "four" is no "for".
_BRITISH_OR = re.compile(r"(?<=\w\w)our(?=(?:s|ed|ing|able|al|ful|ite|less|hood)?$)")
_BRITISH_Z = re.compile(r"(?<=\w\w)is(?=(?:e|ed|es|er|ers|ing|ation|ations)$)")


@dataclass(frozen=True, slots=True)
class Hit:
    """The best match of one concept's keywords: `coverage` in [0, 1] is the share of a group's parts that was found."""

    coverage: float
    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Phrase:
    """A phrase ready to be matched: stems of its words, up to `gap` other words between two; or a squeezed formula."""

    stems: tuple[str, ...] = ()
    gap: int = _MAX_GAP
    formula: str = ""


Pattern = tuple[tuple[Phrase, ...], ...]
"""All of the outer parts must occur, each as any one of its phrases."""


@lru_cache(maxsize=20_000)
def stem(word: str) -> str:
    """Cut the common English endings: 'scales', 'scaled', 'scaling' and 'scale' meet in 'scal'.

    Deliberately lighter than Porter's: 'generative' and 'generate' stay apart, since questions tell them apart.
    """
    word = _BRITISH_Z.sub("iz", _BRITISH_OR.sub("or", word.lower().replace("'s", "")))
    for ending, least in (("izations", 4), ("ization", 4), ("ingly", 4), ("ings", 4), ("ing", 3), ("edly", 4)):
        if word.endswith(ending) and len(word) - len(ending) >= least:
            word = word[: -len(ending)] + ("iz" if ending.startswith("iz") else "")
            return _undouble(word)
    for ending, replacement, least in (("ies", "y", 2), ("ied", "y", 2), ("sses", "ss", 1), ("ed", "", 3)):
        if word.endswith(ending) and len(word) - len(ending) >= least:
            return _undouble(word[: -len(ending)] + replacement)
    if word.endswith("s") and not word.endswith(("ss", "us", "is")) and len(word) > 3:
        word = word[:-1]
    return word[:-1] if word.endswith("e") and len(word) > 3 else word


def _undouble(word: str) -> str:
    """'mapp' (from 'mapping') and 'map' are one stem; 'scal' and 'scale' meet where the final e is dropped."""
    if len(word) > 3 and word[-1] == word[-2] and word[-1] not in "aeiouls":
        word = word[:-1]
    return word[:-1] if word.endswith("e") and len(word) > 3 else word


def content_stems(text: str) -> set[str]:
    """Return the stems of a text's words without the commonest function words."""
    return {stem(m.group()) for m in WORD.finditer(text)} - _SKIPPABLE


def compile_keywords(concept: Concept) -> tuple[Pattern, ...]:
    """Prepare a concept's keywords for matching."""
    return tuple(_compile(keyword) for keyword in concept.keywords)


def _compile(keyword: Keyword) -> Pattern:
    if isinstance(keyword, str):
        return ((_phrase(keyword),),)
    return tuple(
        (_phrase(part),) if isinstance(part, str) else tuple(_phrase(option) for option in part) for part in keyword
    )


def _phrase(text: str) -> Phrase:
    # As the answer is: "T → 0" is sought as "T->0".
    folded = normalise(text).text
    stems = tuple(stem(m.group()) for m in WORD.finditer(folded))
    if _FORMULA.search(folded) or _FORMULA.search(text) or not stems:
        return Phrase(formula="".join(character for character, _ in _squeeze(folded)))
    kept = [index for index, value in enumerate(stems) if value not in _SKIPPABLE]
    # "predictions are to the target" has three words of its own between two that count.
    gap = max([_MAX_GAP, *(b - a - 1 for a, b in pairwise(kept))])
    return Phrase(stems=tuple(stems[index] for index in kept) or stems, gap=gap)


def _squeeze(text: str) -> list[tuple[str, int]]:
    """Leave out what people write in formulas or not: QK^T, Q K^T, QK^{T} and QKᵀ all become 'qkt'."""
    squeezed: list[tuple[str, int]] = []
    for position, raw in enumerate(text):
        if raw in _UNWRITTEN:
            continue
        folded = raw if raw.isascii() else unicodedata.normalize("NFKC", _SAME_SIGN.get(raw, raw))
        folded = folded.lower()
        squeezed.extend((character, position) for character in folded)
    return squeezed


class Words:
    """The words of an answer, indexed once and searched for every keyword."""

    def __init__(self, text: str, *, typo_similarity: float, near_words: int) -> None:
        matches = list(WORD.finditer(text))
        self._spans = [Span(m.start(), m.end()) for m in matches]
        self._stems = [stem(m.group()) for m in matches]
        self._typos = typo_similarity
        self._near = near_words
        self._text = text
        squeezed = _squeeze(text)
        self._squeezed = "".join(character for character, _ in squeezed)
        self._squeezed_at = [position for _, position in squeezed]
        self._where: dict[str, list[int]] = {}
        for index, value in enumerate(self._stems):
            self._where.setdefault(value, []).append(index)
        # Words that a typo may have been made in, by their first letter.
        self._long: dict[str, list[str]] = {}
        for value in self._where:
            if len(value) >= 4 and value.isalpha():
                self._long.setdefault(value[0], []).append(value)
        self._similar: dict[str, list[int]] = {}
        self._found: dict[Phrase, list[tuple[int, Span]]] = {}

    def best(self, patterns: Sequence[Pattern]) -> Hit:
        """Return the best hit among several patterns; coverage 0 where nothing was found or there are none."""
        best = Hit(0.0, ())
        for pattern in patterns:
            hit = self._pattern(pattern)
            if hit.coverage > best.coverage:
                best = hit
            if best.coverage == 1.0:
                break
        return best

    def _pattern(self, pattern: Pattern) -> Hit:
        """Find the stretch of the answer, `near_words` long, in which most parts of a pattern occur."""
        found = [[place for phrase in part for place in self._phrase(phrase)] for part in pattern]
        best = Hit(0.0, ())
        for anchor in sorted({place[0] for places in found for place in places}):
            spans: list[Span] = []
            for places in found:
                near = [place for place in places if 0 <= place[0] - anchor <= self._near]
                if near:
                    spans.append(min(near, key=lambda place: place[0])[1])
            if len(spans) / len(pattern) > best.coverage:
                best = Hit(len(spans) / len(pattern), tuple(spans))
        return best

    def _phrase(self, phrase: Phrase) -> list[tuple[int, Span]]:
        """Return (index of the word at which it begins, span) for every occurrence."""
        if phrase not in self._found:
            self._found[phrase] = self._formula(phrase.formula) if phrase.formula else self._sequence(phrase)
        return self._found[phrase]

    def _sequence(self, phrase: Phrase) -> list[tuple[int, Span]]:
        places: list[tuple[int, Span]] = []
        if not phrase.stems:
            return places
        for first in self._word(phrase.stems[0]):
            last = first
            for wanted in phrase.stems[1:]:
                window = range(last + 1, last + 2 + phrase.gap)
                last = next((index for index in self._word(wanted) if index in window), -1)
                if last < 0:
                    break
            if last >= 0:
                places.append((first, Span(self._spans[first].start, self._spans[last].end)))
        return places

    def _word(self, wanted: str) -> list[int]:
        """Return where a word occurs, allowing a typo in words of five letters and more.

        First letters and digits must agree: 'symmetric' is not a typo of 'asymmetric', nor GPT-3 of GPT-4.
        """
        if wanted not in self._similar:
            places = list(self._where.get(wanted, ()))
            if len(wanted) >= 5 and wanted.isalpha():
                for other in self._long.get(wanted[0], ()):
                    if other != wanted:
                        similarity = OSA.normalized_similarity(wanted, other, score_cutoff=self._typos)
                        if similarity >= self._typos:
                            places.extend(self._where[other])
            self._similar[wanted] = sorted(places)
        return self._similar[wanted]

    def _formula(self, formula: str) -> list[tuple[int, Span]]:
        places: list[tuple[int, Span]] = []
        start = self._squeezed.find(formula) if formula else -1
        while start >= 0:
            first = self._squeezed_at[start]
            last = self._squeezed_at[start + len(formula) - 1]
            if self._stands_alone(first, last):
                index = sum(1 for span in self._spans if span.end <= first)
                places.append((index, Span(first, last + 1)))
            start = self._squeezed.find(formula, start + 1)
        return places

    def _stands_alone(self, first: int, last: int) -> bool:
        """'qk' must not be found inside 'quick' nor 'on2' in 'version 2': letters may not touch letters."""
        before = self._text[first - 1] if first else " "
        after = self._text[last + 1] if last + 1 < len(self._text) else " "
        inside_word = self._text[first].isalnum() and before.isalnum()
        return not (inside_word or (self._text[last].isalnum() and after.isalnum()))
