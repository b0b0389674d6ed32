"""A small bank for tests to write, and the faults that it is left with."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.bank import QuestionBank
from grader.errors import BankError, Fault

RUBRIC = """\
question: {id}
concepts:
  - id: evaporation
    idea: Water evaporates from seas and lakes.
  - id: rain
    idea: Clouds give the water back as rain.
    core: false
"""
REFERENCE = """\
id: {id}
question: How does water move between sea and land?
topic: weather
answer: It evaporates, forms clouds and falls as rain.
"""


def write(bank: Path, folder: str, name: str, content: str | bytes) -> None:
    path = bank / folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)


def add(bank: Path, question_id: str, rubric: str | bytes = RUBRIC, reference: str | bytes = REFERENCE) -> None:
    for folder, content in (("rubrics", rubric), ("reference", reference)):
        text = content.replace("{id}", question_id) if isinstance(content, str) else content
        write(bank, folder, f"{question_id}.yaml", text)


def faults_of(bank: Path) -> list[Fault]:
    with pytest.raises(BankError) as caught:
        QuestionBank.load(bank)
    return caught.value.faults


def only_fault(bank: Path) -> Fault:
    faults = faults_of(bank)
    assert len(faults) == 1, [str(fault) for fault in faults]
    assert faults[0].hint
    return faults[0]
