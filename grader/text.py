"""Normalise an answer and cut it into claims, keeping offsets into the original.

Everything downstream (embedding, keywords, guards) works on normalised text; everything a person sees quotes the
original. `Passage.quote` goes from one to the other.
"""

from __future__ import annotations

import itertools
import re
import unicodedata
from dataclasses import dataclass, field
from functools import lru_cache

# Characters that print nothing but break words apart for a tokenizer ("dot pro\u200bduct"), and bidirectional marks.
INVISIBLE = frozenset(
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e"
    "\u2060\u2061\u2062\u2063\u2064\u2066\u2067\u2068\u2069\u3164\ufe0e\ufe0f\ufeff\uffa0"
)
_PUNCTUATION = str.maketrans(
    {
        "‘": "'", "’": "'", "‚": "'", "′": "'", "“": '"', "”": '"', "„": '"', "«": '"', "»": '"',
        "–": "-", "—": "-", "‐": "-", "‑": "-", "−": "-", "→": "->", "⇒": "->", "⟶": "->", "➜": "->",
        "×": "*", "∗": "*", "⋅": "·", "∙": "·", "•": "·",
    }
)  # fmt: skip

# Letters of other scripts that look like Latin ones, and the Latin ones.
_LOOKALIKES = str.maketrans(
    "АВЕКМНОРСТУХЅІЈаеорсухѕіјһԁԛԝѵΑΒΕΖΗΙΚΜΝΟΡΤΥΧοιυ",
    "ABEKMHOPCTYXSIJaeopcyxsijhdqwvABEZHIKMNOPTYXoiu",
)

WORD = re.compile(r"[^\W_]+(?:['_-][^\W_]+)*")

FUNCTION_WORDS = frozenset(
    "a an the is are was were be been being it its this that these those they them there i you we he she of to in "
    "on for "
    "with by from as at into than then so because since while when where which who what how why if but and or not no "
    "does do did has have had can could will would should may might must just only also very more most less each every "
    "any all some one both between about over up out off per via".split()
)

# A sentence ends at . ! ? or an ellipsis before white space, or at a line break; ";" ends a claim as well. Not after a
# single letter or a common abbreviation ("e.g. BPE", "vs. greedy"), which would leave fragments without a verb, nor
# after the number of a list item ("1. splits text").
_SENTENCE_END = re.compile(r"[.!?…]+[\"')\]]*(?=\s|$)|;(?=\s|$)|\n+")
_ABBREVIATION = re.compile(
    r"(?:\b(?:e\.g|i\.e|vs|cf|etc|approx|fig|eq|resp|no)|\b[a-z]|(?m:^)\s*\(?\d{1,2})\.$", re.IGNORECASE
)
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
_BULLET = re.compile(r"\s*(?:[-*·▪◦‣>#]+|\(?\d{1,2}[.)]|\(?[a-z]\))\s+", re.IGNORECASE)

# Where a long run without punctuation may be cut: in front of words that open a new claim. "um so you cut the text
# and then each piece gets a number" is two claims.
_OPENERS = frozenset(
    "and but so because since while whereas then which that means meaning also plus however therefore thus if when "
    "unless although though instead basically like right okay um uh well".split()
)
_CLAUSE_BREAK = re.compile(r",\s|:\s|\s-+\s|\s?->\s?|\s\(|\)\s|\s/\s")
MAX_CLAIM_WORDS = 28
MIN_CLAIM_WORDS = 4


@dataclass(frozen=True, slots=True)
class Span:
    """A half-open range of characters of the normalised text."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Passage:
    """An answer: `original`, its normalised `text`, and for each normalised character where it came from."""

    original: str
    text: str
    offsets: tuple[int, ...] = field(repr=False)

    def quote(self, span: Span) -> Span:
        """Return the range of the original that a range of the normalised text came from, stripped of white space."""
        if span.start >= span.end:
            return Span(0, 0)
        start, end = self.offsets[span.start], self.offsets[span.end - 1] + 1
        # A normalised character can stand for several original ones (e + combining accent): take all of them.
        following = self.offsets[span.end] if span.end < len(self.text) else len(self.original)
        while end < following and (unicodedata.combining(self.original[end]) or self.original[end] in INVISIBLE):
            end += 1
        piece = self.original[start:end]
        start += len(piece) - len(piece.lstrip())
        return Span(start, max(start, start + len(piece.strip())))


def lookalikes(text: str) -> list[tuple[int, int]]:
    """Return the ranges of words that mix Latin letters with lookalikes ("аttention" with a Cyrillic a)."""
    if text.isascii():
        return []
    found: list[tuple[int, int]] = []
    for match in WORD.finditer(text):
        word = match.group()
        plain = word.translate(_LOOKALIKES)
        if plain != word and plain.isascii() and any(c.isascii() and c.isalpha() for c in word):
            found.append(match.span())
    return found


def normalise(original: str) -> Passage:
    """Return the passage with compatibility forms folded (NFKC), invisible characters gone and quotes made plain.

    Letters of other scripts become Latin in words that mix them with Latin ones.

    Works cluster by cluster (a base character and its combining marks), so that every normalised character knows its
    origin. Lone surrogates and control characters become spaces; line breaks stay.
    """
    if original.isascii() and original.replace("\n", " ").isprintable():
        return Passage(original, original, tuple(range(len(original))))
    text: list[str] = []
    offsets: list[int] = []
    position = 0
    while position < len(original):
        end = position + 1
        while end < len(original) and unicodedata.combining(original[end]):
            end += 1
        for character in _fold(original[position:end]):
            text.append(character)
            offsets.append(position)
        position = end
    folded = "".join(text)
    for start, end in lookalikes(folded):
        folded = folded[:start] + folded[start:end].translate(_LOOKALIKES) + folded[end:]
    return Passage(original, folded, tuple(offsets))


def _fold(cluster: str) -> str:
    """Normalise one base character with its combining marks."""
    if cluster in "\n\r\u2028\u2029\u0085\x0b\x0c":
        return "\n"
    if cluster in INVISIBLE:
        return ""
    folded = unicodedata.normalize("NFKC", cluster).translate(_PUNCTUATION)
    return "".join(" " if unicodedata.category(c) in {"Cc", "Cs", "Co", "Cn", "Zs"} else c for c in folded)


def writable(text: str) -> str:
    """Return a text with lone surrogates, which neither UTF-8 nor JSON can hold, replaced by U+FFFD."""
    return text if text.isascii() else _LONE_SURROGATE.sub("\ufffd", text)


def words_of(text: str) -> list[str]:
    """Return the lower-cased words of a text."""
    return [m.group().lower() for m in WORD.finditer(text)]


def function_share(words: list[str]) -> float:
    """Return the share of function words in [0, 1]; plain English prose has 0.35 to 0.5, a list of terms under 0.1."""
    return sum(word in FUNCTION_WORDS for word in words) / max(1, len(words))


@lru_cache(maxsize=256)
def claims(text: str) -> tuple[Span, ...]:
    """Cut normalised text into claims of at most about 28 words, in order, without overlap.

    Sentences, bullets and lines first; then long ones at commas, arrows and dashes or, in speech without punctuation,
    in front of words that open a new claim. Where a sentence is cut, pieces of fewer than 8 words join a neighbour,
    because "O(n^2)" or "per token" says nothing alone; a short sentence stays as it is. Empty text gives none.
    Remembered, since guards and evidence both ask.
    """
    spans: list[Span] = []
    for sentence in _sentences(text):
        spans.extend(_split_long(text, sentence))
    return tuple(spans)


def _sentences(text: str) -> list[Span]:
    spans: list[Span] = []
    start = 0
    for match in _SENTENCE_END.finditer(text):
        if match.group()[0] == "." and _ABBREVIATION.search(text, start, match.start() + 1):
            continue
        spans.append(Span(start, match.end()))
        start = match.end()
    spans.append(Span(start, len(text)))
    return [trimmed for span in spans if (trimmed := _trim(text, span)) is not None]


def _trim(text: str, span: Span) -> Span | None:
    """Drop bullets and white space around a span; None if no word or symbol is left."""
    start, end = span.start, span.end
    bullet = _BULLET.match(text, start, end)
    if bullet and bullet.end() < end:
        start = bullet.end()
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return Span(start, end) if any(c.isalnum() for c in text[start:end]) else None


def _split_long(text: str, span: Span) -> list[Span]:
    words = [m.span() for m in WORD.finditer(text, span.start, span.end)]
    if len(words) <= MAX_CLAIM_WORDS // 2:
        return [span]
    cuts = {m.end() for m in _CLAUSE_BREAK.finditer(text, span.start, span.end)}
    pieces = _cut(text, span, sorted(cuts))
    parts: list[Span] = []
    for piece in pieces:
        parts.extend(_split_run(text, piece))
    return _join_short(text, parts)


def _split_run(text: str, span: Span) -> list[Span]:
    """Cut a run of more than 28 words in front of openers, at the latest after 28 words."""
    words = [m.span() for m in WORD.finditer(text, span.start, span.end)]
    if len(words) <= MAX_CLAIM_WORDS:
        return [span]
    cuts: list[int] = []
    since = 0
    for start, end in words:
        opener = text[start:end].lower() in _OPENERS
        if since >= MAX_CLAIM_WORDS or (opener and since >= MIN_CLAIM_WORDS * 2):
            cuts.append(start)
            since = 0
        since += 1
    return _cut(text, span, cuts)


def _cut(text: str, span: Span, cuts: list[int]) -> list[Span]:
    edges = [span.start, *(c for c in cuts if span.start < c < span.end), span.end]
    pairs = itertools.pairwise(edges)
    return [trimmed for a, b in pairs if (trimmed := _trim(text, Span(a, b))) is not None]


def _join_short(text: str, parts: list[Span]) -> list[Span]:
    """Join neighbours until each piece has at least 8 words, without passing 28."""
    joined: list[Span] = []
    for part in parts:
        if joined:
            last = joined[-1]
            size, added = _words(text, last), _words(text, part)
            if min(size, added) < MIN_CLAIM_WORDS * 2 and size + added <= MAX_CLAIM_WORDS:
                joined[-1] = Span(last.start, part.end)
                continue
        joined.append(part)
    return joined


def _words(text: str, span: Span) -> int:
    return sum(1 for _ in WORD.finditer(text, span.start, span.end))
