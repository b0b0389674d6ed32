"""Marked answers -> the features that the fusion sees, by the very code that grades."""

from __future__ import annotations

import random
import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "benchmarks")]
from marked import Marked

from grader.bank import Item, QuestionBank
from grader.batch.prefetch import Remembering
from grader.evidence import entailment
from grader.evidence.gather import answer_features, feature_row, gather
from grader.evidence.lexical import Words
from grader.evidence.semantic import closeness, embed
from grader.guards import cleared
from grader.models.base import Judge
from grader.models.cache import VectorStore, default_cache_dir
from grader.models.onnx import OnnxEncoder
from grader.models.packed import PackedJudge
from grader.prepared import prepare
from grader.results import STATUSES
from grader.settings import Settings
from grader.text import normalise

# How often each reference (all met), question (all missed) and unrelated reference (all missed) counts: 2,300 unrelated ones
# would otherwise outvote the 50 references. With a judge, which tells them apart itself, little is enough: more made honest
# answers less right (docs/accuracy.md).
WEIGHTS, JUDGED_WEIGHTS = (40, 20, 4), (4, 1, 1)
# Unrelated references from so many other fields for each question of another field.
ELSEWHERE_UNRELATED = 4
OVERLAPS = ROOT / "tests" / "data" / "overlaps.yaml"
# Which sentences of a reference carry a concept.
CARRIERS = ROOT / "tests" / "data" / "carriers.yaml"
SEED = 13


@dataclass(frozen=True)
class Rows:
    """The features and labels of one answer, with the question as the group for folds; `weight` repeats it.

    `shipped`: to a question of the shipped bank; `bare`: the rubric holds ideas alone.
    """

    group: str
    features: list[list[float]]
    labels: list[int]
    weight: int = 1
    shipped: bool = True
    bare: bool = False


def as_rows(answer: Marked, features: list[list[float]]) -> Rows:
    """Put features and labels together."""
    labels = [STATUSES.index(label) for label in answer.labels]  # type: ignore[arg-type]
    return Rows(answer.item.question.id, features, labels, 1, answer.field == "llm", _bare(answer.item))


def _bare(item: Item) -> bool:
    return not any(concept.statements for concept in item.rubric.concepts)


def nonsense(order: random.Random) -> str:
    """Return ten to thirty words that no language has."""
    syllable = [a + b + c for a in "bdfgklmnprstvz" for b in "aeiou" for c in ("", "l", "n", "r", "x")]
    words = ["".join(order.choices(syllable, k=order.choice((1, 2, 2, 3)))) for _ in range(order.randint(10, 30))]
    return " ".join(words)


class Extractor:
    """Answer -> feature rows; with a judge, if its folder is given."""

    def __init__(self, judge: Path | None = None) -> None:
        encoder = OnnxEncoder()
        self.encoder = Remembering(encoder)
        self.judge: Judge | None = PackedJudge(folder=judge, encoder=lambda: encoder) if judge else None
        cache = default_cache_dir()
        self.store = VectorStore([], cache / "vectors" if cache else None)
        self.settings = Settings()

    @property
    def models(self) -> list[str]:
        """Return the digests that a fusion is tied to."""
        return [self.encoder.digest, *([self.judge.digest] if self.judge else [])]

    def features(self, item: Item, answer: str) -> list[list[float]]:
        """Return one row for each concept, none for an answer without words."""
        passage = cleared(normalise(answer), item.question)
        views = embed(passage, self.encoder)
        if not views.spans:
            return []
        words = Words(passage.text, typo_similarity=self.settings.typo_similarity, near_words=self.settings.near_words)
        prepared = prepare(item, self.encoder, self.store)
        near = closeness(views, prepared)
        judged = entailment.read(self.judge, item, passage, near) if self.judge else None
        findings = gather(prepared, views, near, words, judged)
        whole = answer_features(findings, passage.text)
        return [feature_row(found, whole) for found in findings]

    def rows(self, marked: Iterable[Marked]) -> list[Rows]:
        """Return the rows of marked answers, those without words left out."""
        found = []
        for answer in marked:
            features = self.features(answer.item, answer.answer)
            if features:
                found.append(as_rows(answer, features))
        return found

    def elsewhere_rows(self, marked: Iterable[Marked]) -> Iterator[Rows]:
        """Return questions of other fields than the shipped one and references of unrelated ones: all missed.

        Their own references, all met, are left out: with them, networks trust what is fluent (docs/accuracy.md).
        """
        items = [(a.field, a.item) for a in marked if a.field != "llm"]
        different = {(item.question.id, _bare(item)): (field, item) for field, item in items}
        order = random.Random(SEED)
        for (name, bare), (field, item) in sorted(different.items()):
            others = sorted({o.question.answer for f, o in different.values() if f != field})
            for text in (item.question.question, *order.sample(others, ELSEWHERE_UNRELATED)):
                features = self.features(item, text)
                if features:
                    yield Rows(name, features, [2] * len(features), shipped=False, bare=bare)

    def bank_rows(self) -> Iterator[Rows]:
        """Return the shipped bank's own texts: references are right for their questions and miss everything of unrelated ones.

        Questions say nothing. With a judge, references without the sentences of one concept, and words of no language, too.
        """
        related = {frozenset(pair.split()) for pair in yaml.safe_load(OVERLAPS.read_text(encoding="utf-8"))}
        bank = list(QuestionBank())
        reference, question, unrelated = JUDGED_WEIGHTS if self.judge else WEIGHTS
        for item in bank:
            count, name = len(item.rubric.concepts), item.question.id
            yield Rows(name, self.features(item, item.question.answer), [0] * count, reference)
            asked = self.features(item, item.question.question)
            if asked:
                yield Rows(name, asked, [2] * count, question)
            others = [o for o in bank if o is not item and frozenset((name, o.question.id)) not in related]
            for other in others:
                features = self.features(item, other.question.answer)
                yield Rows(name, features, [2] * count, unrelated)
        if self.judge:
            yield from self._shortened(bank)
            order = random.Random(SEED)
            for item in bank:  # a judge was never shown any, and may call it anything
                features = self.features(item, nonsense(order))
                yield Rows(item.question.id, features, [2] * len(features))

    def _shortened(self, bank: list[Item]) -> Iterator[Rows]:
        """Return references without the sentences of one concept, which then is missed: a judge reads what it expects."""
        table = yaml.safe_load(CARRIERS.read_text(encoding="utf-8"))
        for item in bank:
            # As tests/test_shipped_bank.py counts them, and so the table.
            sentences = re.split(r"(?<=[.!?])\s+", " ".join(item.question.answer.split()))
            carriers = {name: set(numbers) for name, numbers in table[item.question.id].items()}
            for left_out in carriers.values():
                rest = " ".join(s for number, s in enumerate(sentences, 1) if number not in left_out)
                rows = zip(item.rubric.concepts, self.features(item, rest), strict=True)
                # What is carried by a sentence that is gone and one that is there may be half said: neither met nor missed.
                sure = [
                    (row, 2 if carriers[concept.id] <= left_out else 0)
                    for concept, row in rows
                    if concept.id in carriers
                    and (carriers[concept.id] <= left_out or not carriers[concept.id] & left_out)
                ]
                features, labels = [row for row, _ in sure], [label for _, label in sure]
                yield Rows(item.question.id, features, labels)
