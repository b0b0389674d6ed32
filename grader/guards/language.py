"""Answers that are no English prose: another language, gibberish, bare terms."""

from __future__ import annotations

import re
import unicodedata

from grader.text import FUNCTION_WORDS, Span, function_share

_OTHER_LANGUAGES = frozenset(
    "der die das und ist nicht ein eine mit für auf den dem sich werden wird auch von zu im "
    "le la les des et est une dans pour que qui pas sur avec sont plus ce se du au "
    "el los las una es en por con para como más se del al su lo "
    "il di che è per sono non della dei nel gli una si e come alla "
    "de het een van en niet op te zijn met voor dat o os um uma não do da em com mais".split()
)
# A first letter, then the letters that follow it in more than 1 of 8,000 pairs inside words of this project's texts.
# Of 5,768 marked answers none has more than a quarter of words in which a third of the pairs is not listed.
_PAIRS = frozenset(
    row[0] + second
    for row in (
        "abcdfgijklmnprstuvwxy baeijlorstu cacehikloprstuy dadegilnorsuvy eabcdefghiklmnopqrstuvwxy faefilortu "
        "gaeghilmnoprstuy haeiorstuy iabcdefgklmnoprstuvxz jaeou keins ladefiklmopstuvwy mabeilmnopsu "
        "nacdefgiklnopstuvy oabcdefgijklmnoprstuvwx paehiloprstuy qu rabcdefgiklmnoprstuvwy sacefhiklmnopqstuwy "
        "tacehilmoprstuwy uabcdefgilmnprst vaeio waehilnorst xaceipt ybeimopst ze"
    ).split()
    for second in row[1:]
)
_LATIN_WORD = re.compile(r"[a-z]{4,}")


def is_keyword_list(text: str, words: list[str]) -> bool:
    """Return whether the text lines up terms: hardly a function word, no arrow or sign that makes a claim."""
    claimed = re.search(r"->|=|:|<|>|\d", text)
    return len(words) >= 8 and function_share(words) < 0.1 and claimed is None


def gibberish(text: str) -> list[Span]:
    """Return the words that no language spells so, if they are two of five or more ("asdf qwer zxcv")."""
    words = list(_LATIN_WORD.finditer(text.lower()))
    odd = [Span(word.start(), word.end()) for word in words if _unspellable(word.group())]
    return odd if len(words) >= 4 and len(odd) >= 0.4 * len(words) else []


def _unspellable(word: str) -> bool:
    pairs = [word[i : i + 2] in _PAIRS for i in range(len(word) - 1)]
    return pairs.count(False) >= max(1.0, 0.34 * len(pairs))


def is_other_language(text: str, words: list[str]) -> bool:
    """Return whether other scripts than Latin or Greek, or another language's function words, prevail."""
    letters = [character for character in text if character.isalpha()]
    foreign = sum(not unicodedata.name(c, "").startswith(("LATIN", "GREEK", "MATH")) for c in letters)
    if len(letters) >= 4 and foreign > 0.3 * len(letters):
        return True
    others = sum(word in _OTHER_LANGUAGES and word not in FUNCTION_WORDS for word in words)
    return len(words) >= 6 and others >= 3 and others > 1.5 * sum(word in FUNCTION_WORDS for word in words)
