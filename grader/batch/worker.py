"""What every worker needs, wherever it runs: how its Grader is made, and how it grades some answers."""

from __future__ import annotations

import contextlib
import os
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from grader.bank import QuestionBank
from grader.batch.memo import Graded, Pairs
from grader.batch.prefetch import Remembering, prefetch
from grader.errors import GraderError
from grader.grading import Grader
from grader.models.registry import DEFAULT_ENCODER, find_encoder
from grader.results import Grade
from grader.settings import Settings

if TYPE_CHECKING:
    from grader.models.base import Encoder, Judge


@dataclass(frozen=True, slots=True)
class Recipe:
    """How to make the Grader, in this process or another one."""

    bank: str | None = None
    model: str | None = None
    judge: bool = True
    cache: bool = True
    settings: Settings | None = None

    def absolute(self) -> Recipe:
        """Return the same for a process with another working directory."""
        bank = str(Path(self.bank).resolve()) if self.bank else None
        model = str(Path(self.model).resolve()) if self.model and Path(self.model).exists() else self.model
        return replace(self, bank=bank, model=model)

    def make(self) -> Grader:
        """Make a Grader whose models use one thread for each answer: the answers run side by side instead."""
        name = self.model or DEFAULT_ENCODER
        encoder = _shipped() if name == DEFAULT_ENCODER else find_encoder(name)(name)
        judge = _judge(encoder) if self.judge else None
        cache = "default" if self.cache else None
        return Grader(QuestionBank(self.bank), Remembering(encoder), self.settings, judge=judge, cache=cache)


@dataclass(frozen=True, slots=True)
class EngineOptions:
    """Which engine grades, how many workers it has (None: one for each core), and where (for a cluster)."""

    name: str = "threads"
    workers: int | None = None
    address: str | None = None


def _shipped() -> Encoder:
    from grader.models.onnx import OnnxEncoder

    return OnnxEncoder(DEFAULT_ENCODER, threads=1)


def _judge(encoder: Encoder) -> Judge:
    from grader.models.packed import PackedJudge

    return PackedJudge(encoder=lambda: encoder, threads=1)


def fingerprint(grader: Grader) -> tuple[str, list[str]]:
    """Return what grades depend on besides the answer: the bank's digest; package, models, runtime and settings."""
    # The signature of any grade names the latter; after its first part comes the question.
    parts = grader.grade(grader.bank.ids[0], "").signature.split(" | ")
    return grader.bank.digest, [parts[0], *parts[2:]]


def grade_all(grader: Grader, pairs: Pairs) -> Graded:
    """Grade some answers. What cannot be graded gives its error: one row never stops a run."""
    if isinstance(grader.encoder, Remembering):
        # It only saves time. A fault in it is met again by the one answer that causes it, below.
        with contextlib.suppress(Exception):
            prefetch(grader.encoder, grader.bank, pairs, grader.settings.max_characters)
    return [_grade(grader, question_id, answer) for question_id, answer in pairs]


def _grade(grader: Grader, question_id: str, answer: str) -> Grade | str:
    try:
        return grader.grade(question_id, answer)
    except GraderError as error:
        return str(error)
    except MemoryError:
        raise
    except Exception as error:  # a fault met by one answer must not cost the other million
        return f"could not be graded ({type(error).__name__}: {error})"


def cores() -> int:
    """Return how many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return max(1, len(os.sched_getaffinity(0)))
    return os.cpu_count() or 1
