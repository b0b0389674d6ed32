"""What the judge reads, what it is kept from, and what is made up anew for every epoch."""

from __future__ import annotations

import json
import random
import sys
from dataclasses import dataclass, replace
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


def is_kept(answer: Marked) -> bool:
    """Return whether an answer belongs to a question or field that nothing trains on."""
    return answer.field in KEPT_FIELDS or answer.item.question.id in KEPT_QUESTIONS


def ideas(answer: Marked) -> tuple[str, ...]:
    """Return the ideas in the order of the labels."""
    return tuple(concept.idea for concept in answer.item.rubric.concepts)


def as_example(answer: Marked) -> Example:
    """Return what the judge reads of a marked answer."""
    return Example(
        answer.item.question.question, answer.answer, ideas(answer), tuple(map(one_hot, answer.labels)), answer.field
    )


def with_padding(examples: list[Example], share: float, order: random.Random) -> list[Example]:
    """Put the answer to a question of elsewhere before or behind a share of the answers: it changes no status.

    Without this, one right sentence amid 300 words of chat was missed.
    """
    made = []
    for example in examples:
        other = order.choice(examples)
        if order.random() >= share or other.field == example.field:
            made.append(example)
            continue
        parts = [example.answer, other.answer]
        order.shuffle(parts)
        made.append(replace(example, answer=order.choice((" ", "\n", "\n\n")).join(parts)))
    return made


def with_foreign(examples: list[Marked], share: float, order: random.Random) -> list[Example]:
    """Add to a share of the answers an idea of another question of the same field, which they miss.

    A fluent answer then has ideas that it does not state: the counterexample to "what sounds right is right". Ideas that share
    more than a third of their longer words with the answer may be stated after all, and are not used.
    """
    fields: dict[str, set[tuple[str, str]]] = {}
    for answer in examples:
        fields.setdefault(answer.field, set()).update((answer.item.question.id, idea) for idea in ideas(answer))
    pools = {field: sorted(pool) for field, pool in fields.items()}
    made = []
    for answer in examples:
        example = as_example(answer)
        if order.random() < share:
            question, idea = order.choice(pools[answer.field])
            said = set(answer.answer.lower().split())
            wanted = {word for word in idea.lower().split() if len(word) > 4}
            if question != answer.item.question.id and len(wanted & said) * 3 <= len(wanted):
                example = replace(example, ideas=(*example.ideas, idea), targets=(*example.targets, one_hot("missed")))
        made.append(example)
    return made


@dataclass(frozen=True)
class Stock:
    """A question and its ideas, each with claims that state it, hint at it or contradict it."""

    field: str
    question: str
    ideas: tuple[str, ...]
    claims: tuple[dict[str, list[str]], ...]


def stocks(shared: Path | None) -> list[Stock]:
    """Read training/data/claims and the statements and misconceptions of the shipped bank, without what is kept."""
    claims: dict[tuple[str, str], dict[str, list[str]]] = {}
    for path in sorted((ROOT / "training" / "data" / "claims").glob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            claims[row["question"], row["concept"]] = {status: row[status] for status in STATUSES if status in row}
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
        if name not in KEPT_QUESTIONS and field not in KEPT_FIELDS and all(parts):
            ideas_ = tuple(concept.idea for concept in item.rubric.concepts)
            found[name] = Stock(field, item.question.question, ideas_, tuple(parts))
    return list(found.values())


_TAKEN_BACK = ("no wait,", "sorry, the other way:", "hmm no, actually", "correction:", "I take that back:")
_SHARES = {"met": 0.36, "partial": 0.16, "missed": 0.24, "contradicted": 0.24}


def composed(stock: list[Stock], count: int, order: random.Random) -> list[Example]:
    """Compose answers from single claims, the status of every idea drawn alone.

    Nothing about the tone or the neighbours can tell the status of an idea here. Now and then a claim is taken back: the last
    word counts. And now and then an idea is put in the words of another claim: of a right one, which changes nothing, or of a
    wrong one, which an answer that is right contradicts.
    """
    made = []
    for _ in range(count):
        chosen = order.choice(stock)
        sentences, targets, ideas_ = [], [], []
        for idea, claims in zip(chosen.ideas, chosen.claims, strict=True):
            possible = [status for status in STATUSES if status == "missed" or status in claims]
            status = order.choices(possible, [_SHARES[status] for status in possible])[0]
            sentence = order.choice(claims[status]) if status != "missed" else ""
            read, target = idea, status
            if status == "met" and "contradicted" in claims and order.random() < 0.15:
                read, target = order.choice(claims["contradicted"]), "contradicted"
            elif order.random() < 0.25:
                read = order.choice([claim for claim in claims.get("met", ()) if claim != sentence] or [idea])
            ideas_.append(read)
            targets.append(one_hot(target))
            if not sentence:
                continue
            other = {"met": "contradicted", "contradicted": "met"}.get(status)
            if other in claims and order.random() < 0.06:
                sentence = f"{order.choice(claims[other])} {order.choice(_TAKEN_BACK)} {sentence}"
            sentences.append(sentence)
        order.shuffle(sentences)
        join = order.choice((" ", " ", " ", "\n", "\n- ", "; ", ", and "))
        text = join.join(s.rstrip(".") if join[0] in ";," else s for s in sentences)
        made.append(
            Example(
                chosen.question,
                text.lower() if order.random() < 0.2 else text,
                tuple(ideas_),
                tuple(targets),
                chosen.field,
            )
        )
    return made


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
