"""What the judge reads, and what it is kept from."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "benchmarks")]
from marked import Marked, other_items

from grader.bank import QuestionBank

# Nothing trains on these: the questions decide about unseen questions, the fields about unseen fields.
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


STATUSES = ("met", "partial", "missed", "contradicted")


@dataclass(frozen=True)
class Example:
    """One sequence: `targets` holds the probabilities of the four statuses for each idea."""

    question: str
    answer: str
    ideas: tuple[str, ...]
    targets: tuple[tuple[float, ...], ...]
    field: str = ""

    def __len__(self) -> int:
        """Return the number of characters, by which batches are sorted."""
        return len(self.question) + len(self.answer) + sum(map(len, self.ideas))


def one_hot(status: str) -> tuple[float, ...]:
    """Return the target of a status that is certain."""
    return tuple(float(status == name) for name in STATUSES)


def is_kept(answer: Marked, whole_bank: bool = False) -> bool:
    """Return whether an answer belongs to a question or field that nothing trains on; with `whole_bank` to a field."""
    return _kept(answer.field, answer.item.question.id, whole_bank)


def _kept(field: str, question: str, whole_bank: bool) -> bool:
    return field in KEPT_FIELDS or (question in KEPT_QUESTIONS and not whole_bank)


def ideas(answer: Marked) -> tuple[str, ...]:
    """Return the ideas in the order of the labels."""
    return tuple(concept.idea for concept in answer.item.rubric.concepts)


def as_example(answer: Marked) -> Example:
    """Return what the judge reads of a marked answer."""
    return Example(
        answer.item.question.question, answer.answer, ideas(answer), tuple(map(one_hot, answer.labels)), answer.field
    )


@dataclass(frozen=True)
class Stock:
    """A question, its reference and its ideas, each with claims that state it, hint at it or contradict it."""

    field: str
    question: str
    reference: str
    ideas: tuple[str, ...]
    claims: tuple[dict[str, list[str]], ...]


def stocks(shared: Path | None, whole_bank: bool = False) -> list[Stock]:
    """Read training/data/claims and the statements and misconceptions of the shipped bank, without what is kept."""
    claims: dict[tuple[str, str], dict[str, list[str]]] = {}
    for path in sorted((ROOT / "training" / "data" / "claims").glob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            own = claims.setdefault((row["question"], row["concept"]), {})
            for status in STATUSES:
                own.setdefault(status, []).extend(row.get(status, ()))
    found: dict[str, Stock] = {}
    fields = [("llm", item) for item in QuestionBank()] + [(item.question.topic, item) for item in other_items(shared)]
    for field, item in fields:
        name = item.question.id
        parts = []
        for concept in item.rubric.concepts:
            own = {status: list(texts) for status, texts in claims.get((name, concept.id), {}).items()}
            own.setdefault("met", []).extend(concept.statements)
            own.setdefault("contradicted", []).extend(concept.misconceptions)
            parts.append({status: texts for status, texts in own.items() if texts})
        if not _kept(field, name, whole_bank) and all(parts):
            ideas_ = tuple(concept.idea for concept in item.rubric.concepts)
            found[name] = Stock(field, item.question.question, item.question.answer, ideas_, tuple(parts))
    return list(found.values())


# Where a set does not tell an incomplete answer from an irrelevant one, the target is shared between the two.
_UNSURE = (0.0, 0.5, 0.5, 0.0)
_PUBLIC = {
    "correct": one_hot("met"),
    "partially_correct_incomplete": one_hot("partial"),
    "contradictory": one_hot("contradicted"),
    "incorrect": _UNSURE,
    "irrelevant": one_hot("missed"),
    "non_domain": one_hot("missed"),
    "entailment": one_hot("met"),
    "contradiction": one_hot("contradicted"),
    "neutral": one_hot("missed"),
}


def public(
    folder: Path, names: tuple[str, ...] = ("beetle_train", "scientsbank_train", "breaking_nli")
) -> list[Example]:
    """Read public sets (see the model card for their licences): the reference, or the hypothesis, is the one idea."""
    made = []
    for name in names:
        for line in (folder / f"{name}.jsonl").read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            if "hypothesis" in row:
                question, answer, idea, label = "", row["premise"], row["hypothesis"], row["label"]
            else:
                question, answer, idea = row["question"], row["answer"], row["reference"][0]
                label = row.get("label_5way") or row["label"]
            made.append(Example(question, answer, (idea,), (_PUBLIC[label],)))
    return made
