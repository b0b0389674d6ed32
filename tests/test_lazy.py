"""What does not grade does not pay for a model runtime."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import grader

HEAVY = ("numpy", "onnxruntime", "tokenizers", "torch", "sentence_transformers")
# Runs in a fresh process, as this one has imported everything already.
PROBE = """
import sys
sys.argv[0] = "grader"
import grader
if len(sys.argv) > 1:
    from grader.cli import cli
    try:
        cli()
    except SystemExit as stop:
        assert not stop.code, stop.code
print("LOADED", *sorted({name.partition(".")[0] for name in sys.modules}))
"""


def loaded_by(*args: str) -> set[str]:
    environment = {**os.environ, "PYTHONPATH": str(Path(grader.__file__).parents[1])}
    done = subprocess.run(
        [sys.executable, "-c", PROBE, *args], capture_output=True, env=environment, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr.decode()
    last = done.stdout.decode("utf-8").splitlines()[-1].split()
    assert last[0] == "LOADED"
    return set(last[1:])


@pytest.mark.parametrize(
    "args", [(), ("--help",), ("--version",), ("questions",), ("show", "q24", "--reference"), ("answer", "--help")]
)
def test_no_heavy_library(args):
    assert not loaded_by(*args) & set(HEAVY)


@pytest.mark.parametrize("args", [(), ("--help",)])
def test_not_even_pydantic_or_yaml(args):
    assert not loaded_by(*args) & {"pydantic", "yaml", "rapidfuzz"}


def test_the_probe_sees_heavy_libraries():
    assert {"numpy", "onnxruntime", "tokenizers"} <= loaded_by("answer", "q24", "A query and a key.", "--no-cache")


def test_a_grade_of_the_shipped_bank_validates_nothing():
    assert "pydantic" not in loaded_by("answer", "q24", "A query and a key.", "--json", "--no-judge")


@pytest.mark.parametrize("name", grader.__all__)
def test_every_public_name_can_be_imported(name):
    assert getattr(grader, name) is not None


def test_the_public_names_are_sorted_and_listed():
    assert sorted(grader.__all__) == grader.__all__
    assert dir(grader) == grader.__all__


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="no attribute 'Grades'"):
        _ = grader.Grades
