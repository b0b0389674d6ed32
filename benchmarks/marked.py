"""Marked answers in the one layout of this project, read together with the questions they answer."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from pathlib import Path

from grader.bank import Item, QuestionBank
from grader.rubric import Question, Rubric

ROOT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class Marked:
    """One marked answer; `labels` in the order of the concepts. `field` is 'llm' for the shipped questions."""

    id: str
    source: str
    field: str
    item: Item
    style: str
    answer: str
    labels: tuple[str, ...]
    score: float


def sources(shared: Path | None) -> list[Path]:
    """Return the files that may be trained on: training/data and, where given, a folder in the same layout."""
    files = sorted((ROOT / "training" / "data" / "answers").glob("*.jsonl"))
    if shared:
        files += [path for path in sorted(shared.glob("*.jsonl")) if "bank" not in path.stem and path.stem != "mosaic"]
    return files


def bank_of(path: Path) -> Path | None:
    """Return the bank that goes with a file of answers, None where it is the shipped one."""
    beside = path.with_name(path.name.replace("_answers", "_bank"))
    if beside != path and beside.exists():
        return beside
    other = path.parent.parent / "banks" / path.name
    return other if other.exists() else None


def read_marked(paths: list[Path]) -> list[Marked]:
    """Read files of marked answers; questions are those of the file's own bank, of training/data or of the shipped bank."""
    shipped, known = QuestionBank(), {item.question.id: item for item in other_items(None)}
    marked: list[Marked] = []
    for path in paths:
        bank = bank_of(path)
        items = {row["id"]: _item(row) for row in _lines(bank)} if bank else {}
        for row in _lines(path):
            other = items.get(row["question"]) or known.get(row["question"])
            item = other or shipped[row["question"]]
            labels = tuple(row["labels"][concept.id] for concept in item.rubric.concepts)
            field = other.question.topic if other else "llm"
            marked.append(Marked(row["id"], path.stem, field, item, row["style"], row["answer"], labels, row["score"]))
    return marked


def with_full_rubrics(marked: list[Marked]) -> list[Marked]:
    """Return those answers for whose ideas training/data/rubrics has statements, misconceptions and keywords, with these.

    The judge knows nothing of such a field, and yet there is more than bare ideas: as in banks that users write.
    """
    parts = {
        (row["question"], row["concept"]): row
        for path in sorted((ROOT / "training" / "data" / "rubrics").glob("*.jsonl"))
        for row in _lines(path)
    }
    full: list[Marked] = []
    for answer in marked:
        concepts = [
            {**concept.model_dump(), **parts[place]}
            for concept in answer.item.rubric.concepts
            if (place := (answer.item.question.id, concept.id)) in parts
        ]
        if len(concepts) == len(answer.labels):
            for concept in concepts:
                del concept["question"], concept["concept"]
            rubric = Rubric.model_validate({"question": answer.item.question.id, "concepts": concepts})
            item = Item(answer.item.question, rubric)
            full.append(replace(answer, id=f"{answer.id} (full rubric)", item=item))
    return full


def other_items(shared: Path | None) -> list[Item]:
    """Return the questions of other fields; the topic of each is its field."""
    paths = [
        *sorted((ROOT / "training" / "data" / "banks").glob("*.jsonl")),
        *sorted((shared or ROOT).glob("*_bank.jsonl")),
    ]
    return [_item(row) for path in paths for row in _lines(path)]


def _lines(path: Path) -> list[dict]:  # type: ignore[type-arg]
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def _item(row: dict) -> Item:  # type: ignore[type-arg]
    question = Question(id=row["id"], question=row["question"], topic=row["domain"], answer=row["reference"])
    return Item(question, Rubric(question=row["id"], concepts=row["concepts"]))
