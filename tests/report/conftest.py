"""Fixtures of the report's tests."""

from __future__ import annotations

import pytest
from graded_answers import encode

from grader import QuestionBank
from grader.report.html.catalogue import Catalogue


@pytest.fixture
def catalogue():
    return Catalogue(QuestionBank())


@pytest.fixture
def graded_file(tmp_path):
    """Write rows to a file; return its path."""

    def write(*rows):
        path = tmp_path / "graded.jsonl"
        path.write_bytes(encode(rows))
        return path

    return write
