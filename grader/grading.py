"""The Grader: the only place that knows the order of the stages."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Literal

from grader import feedback, guards, review, scoring
from grader.bank import Item, QuestionBank
from grader.errors import AnswerTooLong, InputError
from grader.evidence import entailment
from grader.evidence.gather import gather
from grader.evidence.lexical import Words
from grader.evidence.semantic import closeness, embed
from grader.models.cache import VectorStore, default_cache_dir
from grader.models.registry import DEFAULT_ENCODER, DEFAULT_JUDGE, load_encoder, load_judge
from grader.prepared import Prepared, prepare
from grader.resources import shipped_model, shipped_vectors
from grader.results import Grade
from grader.settings import Settings
from grader.signature import sign
from grader.text import normalise, writable
from grader.verdicts import Fusions, decide

if TYPE_CHECKING:
    from grader.models.base import Encoder, Judge


class Grader:
    """Grades answers to the questions of one bank. Safe to share between threads; the same input gives the same grade.

    `bank`: the shipped fifty questions by default. `encoder`: an object with the members of `Encoder`, or the name or
    path of a model; the shipped all-MiniLM-L6-v2 by default. `judge`: an object with the members of `Judge`, or None to
    grade by similarity and keywords alone, which is quicker and much less right (docs/accuracy.md). `cache`: folder for
    the vectors of banks that are not shipped; the user's cache folder by default, None for none.
    """

    def __init__(
        self,
        bank: QuestionBank | None = None,
        encoder: Encoder | str | None = None,
        settings: Settings | None = None,
        *,
        judge: Judge | Literal["default"] | None = "default",
        cache: Path | str | None = "default",
    ) -> None:
        self.bank = bank if bank is not None else QuestionBank()
        self.settings = settings or Settings()
        named = encoder if encoder is not None else DEFAULT_ENCODER
        self.encoder = load_encoder(named) if isinstance(named, str) else named
        self.judge = load_judge(lambda: self.encoder) if judge == "default" else judge
        path = shipped_model(DEFAULT_JUDGE if self.judge else DEFAULT_ENCODER) / "fusion.json"
        self._fusions = Fusions.load(path)
        self._fusion_digest = hashlib.sha256(path.read_bytes()).hexdigest()
        self._models = (self.encoder, self.judge) if self.judge else (self.encoder,)
        self._runtime = ", ".join(dict.fromkeys(model.runtime for model in self._models))
        self._calibrated = tuple(model.digest for model in self._models) == self._fusions.models
        folder = default_cache_dir() if cache == "default" else (Path(cache) if cache else None)
        self._store = VectorStore([shipped_vectors()], folder / "vectors" if folder else None)
        self._prepared: dict[str, Prepared] = {}
        self._lock = Lock()

    def grade(self, question_id: str, answer: str) -> Grade:
        """Grade one answer. A lone surrogate in it becomes U+FFFD; all other characters are kept as they are.

        Raises `QuestionNotFound`, `BankError` when the question's files have faults, `AnswerTooLong`, and
        `InputError` when the answer is no text.
        """
        item = self.bank[question_id]
        if not isinstance(answer, str):
            raise InputError(f"the answer to {question_id} is {type(answer).__name__}, not text", hint="pass a str")
        if len(answer) > self.settings.max_characters:
            raise AnswerTooLong(
                f"the answer to {question_id} has {len(answer):,} characters, the limit is "
                f"{self.settings.max_characters:,}",
                hint="shorten it, or in code raise Settings.max_characters",
            )
        return self._grade(item, writable(answer))

    def _grade(self, item: Item, answer: str) -> Grade:
        passage = normalise(answer)
        flags = guards.find_flags(passage, item.question)
        passage = guards.cleared(passage, item.question)
        prepared = self._prepare(item)
        settings = self.settings
        views = embed(passage, self.encoder)
        words = Words(passage.text, typo_similarity=settings.typo_similarity, near_words=settings.near_words)
        near = closeness(views, prepared)
        judged = entailment.read(self.judge, item, passage, near) if self.judge and views.spans else None
        findings = gather(prepared, views, near, words, judged)
        verdicts = decide(findings, views, self._fusions.of(item))
        flags |= guards.off_topic(passage, [found.near.claim for found in findings], verdicts)
        score = scoring.score(verdicts)
        confidence = scoring.confidence(verdicts)
        reasons = review.reasons(verdicts, findings, flags, confidence, settings)
        if not self._calibrated:
            reasons = (review.UNCALIBRATED, *reasons)
        return Grade(
            question=item.question.id,
            answer=answer,
            score=score,
            band=scoring.band(score, settings),
            confidence=confidence,
            needs_review=bool(reasons),
            review_reasons=reasons,
            verdicts=verdicts,
            missed=tuple(v.concept for v in verdicts if v.status == "missed"),
            contradicted=tuple(v.concept for v in verdicts if v.status == "contradicted"),
            flags=tuple(flags),
            flag_evidence=flags,
            feedback=feedback.lines(verdicts, item.rubric.concepts),
            signature=sign(item, self._models, self._fusion_digest, self._runtime, settings),
        )

    def _prepare(self, item: Item) -> Prepared:
        with self._lock:
            found = self._prepared.get(item.question.id)
        if found is None:
            # Two threads may both compute this; the vectors are the same and the first one stays.
            found = prepare(item, self.encoder, self._store)
            with self._lock:
                found = self._prepared.setdefault(item.question.id, found)
        return found

    def grade_many(self, items: Iterable[tuple[str, str]]) -> Iterator[Grade]:
        """Yield the grade of each (question id, answer), in order, as `items` are read; repeated ones are graded once.

        Raises what `grade` raises when it comes to that item. Files are graded side by side by `grader batch`.
        """
        remembered = lru_cache(maxsize=1024)(self.grade)
        for question_id, answer in items:
            # Not everything that is wrongly passed as an answer can be remembered.
            yield (remembered if isinstance(answer, str) else self.grade)(question_id, answer)
