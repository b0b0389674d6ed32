"""Overlapping evidence becomes segments that follow each other."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.report.html.spans import Segment, Utf16, segments
from grader.results import Evidence


def evidence(start, end):
    return Evidence(start=start, end=end, quote="x" * (end - start), kind="semantic", strength=1.0)


def test_overlap_is_cut_and_touching_pieces_of_one_layer_are_one():
    assert segments([[evidence(0, 4), evidence(4, 6)], [evidence(2, 8)], []]) == [
        Segment(0, 2, (0,), ()),
        Segment(2, 6, (0, 1), (0,)),
        Segment(6, 8, (1,), (1,)),
    ]


def test_nothing_to_mark():
    assert segments([]) == segments([[], [evidence(3, 3)]]) == []


@given(st.lists(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), max_size=4), max_size=4))
def test_every_character_is_marked_for_what_it_proves(places):
    layers = [[evidence(min(pair), max(pair)) for pair in layer] for layer in places]
    found = segments(layers)
    for character in range(31):
        wanted = {n for n, layer in enumerate(layers) if any(e.start <= character < e.end for e in layer)}
        holding = [s for s in found if s.start <= character < s.end]
        assert len(holding) <= 1
        assert set(holding[0].layers if holding else ()) == wanted
    assert [s.start for s in found] == sorted(s.start for s in found)
    assert all(set(s.ends) <= set(s.layers) and s.start < s.end for s in found)


@pytest.mark.parametrize("text", ["plain", "é", "a\U0001f600b\U0001f600", "\U0001f600" * 3])
def test_places_as_a_browser_counts_them(text):
    units = Utf16(text)
    assert [units.place(n) for n in range(len(text) + 1)] == [
        len(text[:n].encode("utf-16-le")) // 2 for n in range(len(text) + 1)
    ]
