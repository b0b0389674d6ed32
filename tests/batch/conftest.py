"""Fixtures for files of answers: one Grader without a judge for all runs, and short ways to run and read."""

from __future__ import annotations

from dataclasses import dataclass, fields
from pathlib import Path

import pytest

from grader import Grader
from grader.batch.job import Columns, Job
from grader.batch.run import grade_file
from grader.batch.worker import EngineOptions, Recipe


@pytest.fixture(scope="session")
def recipe():
    made: list[Grader] = []

    @dataclass(frozen=True, slots=True)
    class Kept(Recipe):
        """Makes one Grader for all runs of the tests."""

        def make(self):
            if not made:
                made.append(Recipe.make(self))
            return made[0]

        def __reduce__(self):
            return Recipe, (None, None, False, False)  # worker processes make their own

    return Kept(judge=False, cache=False)


@pytest.fixture(scope="session")
def plain_grader():
    """A Grader as `grader answer` makes it: two threads for one answer, nothing remembered."""
    return Grader(judge=None, cache=None)


@pytest.fixture
def grade(recipe):
    """Run a batch: `grade(source, output, id="name", strict=True)`."""
    names = {field.name for field in fields(Columns)}

    def run(source: Path, output: Path, *, engine="threads", workers=2, **options):
        columns = Columns(**{name: options.pop(name) for name in list(options) if name in names})
        job = Job(str(source), str(output), columns, **options)
        return grade_file(job, recipe, engine=EngineOptions(engine, workers))

    return run
