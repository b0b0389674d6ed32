"""Marked answers for training: what is read, and what is kept aside."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml

# Nothing trains on these: the questions decide setting (b), the fields setting (c).
KEPT_QUESTIONS = frozenset({"q5", "q12", "q19", "q24", "q30", "q36", "q43", "q48"})
KEPT_FIELDS = frozenset(
    {
        "computer networks and HTTP",
        "statistics and probability",
        "accounting and finance basics",
        "cloud and DevOps",
        "molecular and cell biology",
        "music theory",
        "cryptography",
        "monitoring and incident response",
        "linguistics",
        "nursing practice",
    }
)


@dataclass(frozen=True)
class Example:
    """One marked answer with everything that a judge reads; `field` is 'llm' for the fifty questions."""

    id: str
    field: str
    question_id: str
    question: str
    answer: str
    ideas: tuple[str, ...]
    core: tuple[bool, ...]
    labels: tuple[str, ...]
    style: str
    score: float

    @property
    def kept(self) -> bool:
        """Whether the answer belongs to a question or field that nothing trains on."""
        return self.field in KEPT_FIELDS or self.question_id in KEPT_QUESTIONS


def read_lines(path: Path) -> list[dict]:  # type: ignore[type-arg]
    """Read JSON Lines."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def read_examples(answers: list[Path], banks: list[Path], shipped: Path) -> Iterator[Example]:
    """Yield the marked answers of several files, with questions from JSON Lines banks and the shipped bank."""
    questions: dict[str, tuple[str, str, list[dict]]] = {}  # type: ignore[type-arg]
    for path in banks:
        for row in read_lines(path):
            questions[row["id"]] = (row["domain"], row["question"], row["concepts"])
    for path in (shipped / "rubrics").glob("*.yaml"):
        rubric = yaml.safe_load(path.read_text(encoding="utf-8"))
        reference = yaml.safe_load((shipped / "reference" / path.name).read_text(encoding="utf-8"))
        questions[path.stem] = ("llm", reference["question"], rubric["concepts"])
    for path in answers:
        for row in read_lines(path):
            field, question, concepts = questions[row["question"]]
            yield Example(
                row["id"],
                field,
                row["question"],
                question,
                row["answer"],
                tuple(c["idea"] for c in concepts),
                tuple(c.get("core", True) for c in concepts),
                tuple(row["labels"][c["id"]] for c in concepts),
                row["style"],
                row["score"],
            )
