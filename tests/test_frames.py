"""Grades as data frames."""

from __future__ import annotations

import sys

import pytest

from grader import Grader, InputError, MissingExtra, to_frame

ITEMS = [("q24", "The dot product says how similar a query and a key are."), ("q1", ""), ("q1", "")]


@pytest.fixture(scope="module")
def grades():
    return list(Grader(judge=None, cache=None).grade_many(ITEMS))


@pytest.mark.parametrize("library", ["pandas", "polars"])
def test_one_row_for_each_grade(grades, library):
    frame = to_frame(grades, library)
    assert list(frame["question"]) == ["q24", "q1", "q1"]
    assert list(frame["score"]) == [grade.score for grade in grades]
    assert list(frame["missed"][1]) == list(grades[1].missed)
    assert frame.shape == (3, 12)


@pytest.mark.parametrize("library", ["pandas", "polars"])
def test_one_row_for_each_concept(grades, library):
    frame = to_frame(iter(grades), library, long=True)
    assert list(frame["concept"]) == [verdict.concept for grade in grades for verdict in grade.verdicts]
    assert list(frame["grade"]) == [n for n, grade in enumerate(grades) for _ in grade.verdicts]
    assert frame["quote"][0] == grades[0].verdicts[0].evidence[0].quote


@pytest.mark.parametrize("library", ["pandas", "polars"])
@pytest.mark.parametrize("long", [False, True])
def test_without_grades(grades, library, long):
    assert list(to_frame([], library, long=long).columns) == list(to_frame(grades, library, long=long).columns)


def test_other_libraries(grades, monkeypatch):
    with pytest.raises(InputError, match="pass pandas or polars"):
        to_frame(grades, "dask")
    monkeypatch.setitem(sys.modules, "polars", None)
    with pytest.raises(MissingExtra, match=r"pip install polars"):
        to_frame(grades, "polars")


def test_grade_many_grades_each_answer_once_and_in_order(toy_encoder):
    grader = Grader(encoder=toy_encoder, judge=None, cache=None)
    found = grader.grade_many((question, answer) for question, answer in [*ITEMS, ITEMS[0]])
    first = next(found)
    rest = list(found)
    assert [grade.question for grade in (first, *rest)] == ["q24", "q1", "q1", "q24"]
    assert rest[0] is rest[1]
    assert rest[2] is first
    assert first == grader.grade(*ITEMS[0])
    with pytest.raises(InputError, match="not text"):
        list(grader.grade_many([("q1", ["no text"])]))
