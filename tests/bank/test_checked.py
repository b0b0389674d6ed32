"""Files that were checked when the package was made load without validation, as what validation makes of them."""

from __future__ import annotations

import shutil

import pytest

from grader.bank import QuestionBank, yaml_file
from grader.bank.checked import was_checked
from grader.errors import BankError
from grader.resources import shipped_bank

FILES = sorted(path for folder in ("rubrics", "reference") for path in (shipped_bank() / folder).glob("*.yaml"))


def test_all_files_of_the_shipped_bank_are_listed():
    stale = [path.name for path in FILES if not was_checked(path.read_bytes())]
    assert stale == [], "run: python training/bank_vectors.py"


def test_validation_makes_the_same_of_them(shipped_bank, monkeypatch):
    listed = [(item.question, item.rubric, item.digest) for item in shipped_bank]
    monkeypatch.setattr(yaml_file, "was_checked", lambda _raw: False)
    assert [(item.question, item.rubric, item.digest) for item in QuestionBank.load()] == listed


def test_a_changed_file_is_validated(tmp_path):
    for folder in ("rubrics", "reference"):
        (tmp_path / folder).mkdir()
        shutil.copy(shipped_bank() / folder / "q24.yaml", tmp_path / folder)
    assert QuestionBank.load(tmp_path)["q24"] == QuestionBank()["q24"]
    with (tmp_path / "rubrics" / "q24.yaml").open("a", encoding="utf-8") as file:
        file.write("unknown: 1\n")
    with pytest.raises(BankError, match="unknown key 'unknown'"):
        QuestionBank.load(tmp_path)
