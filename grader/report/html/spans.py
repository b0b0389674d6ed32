"""Which words of an answer are marked, and for what."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from grader.results import Evidence


@dataclass(frozen=True, slots=True)
class Segment:
    """Words `answer[start:end]` that speak for the same `layers`; `ends` are those of them that stop here."""

    start: int
    end: int
    layers: tuple[int, ...]
    ends: tuple[int, ...]


def segments(layers: Sequence[Iterable[Evidence]]) -> list[Segment]:
    """Cut overlapping evidence into segments that follow each other; what lies between them is unmarked.

    A layer is the evidence for one thing. Where two pieces of one layer overlap or touch they are one.
    """
    merged = [(layer, start, end) for layer, found in enumerate(layers) for start, end in _merged(found)]
    cuts = sorted({place for _, start, end in merged for place in (start, end)})
    found = []
    for start, end in pairwise(cuts):
        over = tuple(layer for layer, begin, stop in merged if begin <= start and end <= stop)
        if over:
            ends = tuple(layer for layer, _, stop in merged if stop == end and layer in over)
            found.append(Segment(start, end, over, ends))
    return found


def _merged(found: Iterable[Evidence]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, end in sorted((e.start, e.end) for e in found if e.start < e.end):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


class Utf16:
    """Places in a text as a browser counts them: what lies beyond U+FFFF, such as an emoji, counts twice."""

    def __init__(self, text: str) -> None:
        self._wide = [place for place, sign in enumerate(text) if sign > "\uffff"] if not text.isascii() else []

    def place(self, place: int) -> int:
        """Return the place in UTF-16 units."""
        return place + bisect_left(self._wide, place)
