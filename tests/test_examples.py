"""The examples run as they stand."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import grader
from grader import Grader, QuestionBank

EXAMPLES = Path(__file__).resolve().parents[1] / "examples"


def python(*args: str) -> str:
    environment = {**os.environ, "PYTHONPATH": str(Path(grader.__file__).parents[1]), "PYTHONIOENCODING": "utf-8"}
    done = subprocess.run([sys.executable, *args], capture_output=True, env=environment, timeout=120, check=False)
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout.decode("utf-8")


def test_the_library_example():
    output = python(str(EXAMPLES / "library.py"))
    assert output.count("score ") == 2
    assert "met" in output
    assert "missed" in output


def test_the_candidates_file(tmp_path):
    source, output = EXAMPLES / "candidates.csv", tmp_path / "grades.jsonl"
    python("-m", "grader", "batch", str(source), "-o", str(output))
    with source.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    lines = [json.loads(line) for line in output.read_text(encoding="utf-8").splitlines()]
    assert len(rows) == 6
    assert len({row["id"] for row in rows}) == 3
    assert [(line["id"], line["question"], line["answer"]) for line in lines] == [tuple(row.values()) for row in rows]
    assert all(0 <= line["score"] <= 1 for line in lines)


GOOD_AND_BAD = {
    "bread1": (
        "Yeast eats the sugars in the flour and gives off carbon dioxide. The gluten network traps the gas, so the "
        "dough rises. A warm place makes the yeast work faster.",
        "You should always preheat the oven and use a sharp knife to cut the loaf.",
    ),
    "bread2": (
        "In the hot oven the crust turns brown because of the Maillard reaction between amino acids and sugars, and "
        "steam at the start keeps the surface soft, so that the loaf can expand.",
        "Butter tastes good on it.",
    ),
}


def test_the_own_bank_is_clean():
    assert QuestionBank.load(EXAMPLES / "own_bank").ids == list(GOOD_AND_BAD)


JUDGE_ERRS = pytest.mark.xfail(
    strict=True, reason="outside the fifty questions the judge calls some right claims contradicted (docs/accuracy.md)"
)


@pytest.fixture(scope="module")
def grader_of_bread():
    return Grader(QuestionBank(EXAMPLES / "own_bank"), cache=None)


@pytest.mark.parametrize("question", [pytest.param(name, marks=JUDGE_ERRS) for name in GOOD_AND_BAD])
def test_a_good_answer_to_the_own_bank(grader_of_bread, question):
    assert grader_of_bread.grade(question, GOOD_AND_BAD[question][0]).score > 0.6


@pytest.mark.parametrize("question", GOOD_AND_BAD)
def test_a_bad_answer_to_the_own_bank(grader_of_bread, question):
    assert grader_of_bread.grade(question, GOOD_AND_BAD[question][1]).score < 0.2
