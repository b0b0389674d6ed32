"""Grades answers side by side. An engine is anything with `submit` and `close`; `ENGINES` names those there are."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from grader.bank import QuestionBank
from grader.batch.prefetch import Remembering, prefetch
from grader.errors import GraderError
from grader.grading import Grader
from grader.models.registry import DEFAULT_ENCODER, find_encoder
from grader.results import Grade
from grader.settings import Settings

if TYPE_CHECKING:
    from grader.models.base import Encoder, Judge

Pairs = Sequence[tuple[str, str]]
# A grade, or why there is none.
Graded = list[Grade | str]


@dataclass(frozen=True, slots=True)
class Recipe:
    """How to make the Grader, in this process or another one."""

    bank: str | None = None
    model: str | None = None
    judge: bool = True
    cache: bool = True
    settings: Settings | None = None

    def make(self) -> Grader:
        """Make a Grader whose models use one thread for each answer: the answers run side by side instead."""
        name = self.model or DEFAULT_ENCODER
        encoder = _shipped() if name == DEFAULT_ENCODER else find_encoder(name)(name)
        judge = _judge(encoder) if self.judge else None
        cache = "default" if self.cache else None
        return Grader(QuestionBank(self.bank), Remembering(encoder), self.settings, judge=judge, cache=cache)


def _shipped() -> Encoder:
    from grader.models.onnx import OnnxEncoder

    return OnnxEncoder(DEFAULT_ENCODER, threads=1)


def _judge(encoder: Encoder) -> Judge:
    from grader.models.packed import PackedJudge

    return PackedJudge(encoder=lambda: encoder, threads=1)


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


class Engine(Protocol):
    """Runs `grade_all` elsewhere."""

    @property
    def workers(self) -> int:
        """How many run at a time."""
        ...

    def submit(self, pairs: Pairs) -> Future[Graded]:
        """Grade some answers, and return at once."""
        ...

    def close(self) -> None:
        """Stop; what has not begun is dropped."""
        ...


class Threads:
    """Worker threads around one Grader: the models let go of the interpreter, and are in memory once."""

    def __init__(self, recipe: Recipe, grader: Grader, workers: int) -> None:
        del recipe
        self.workers = workers
        self._grader = grader
        self._pool = ThreadPoolExecutor(workers, thread_name_prefix="grade")

    def submit(self, pairs: Pairs) -> Future[Graded]:
        """See `Engine`."""
        return self._pool.submit(grade_all, self._grader, pairs)

    def close(self) -> None:
        """See `Engine`."""
        self._pool.shutdown(cancel_futures=True)


class Processes:
    """Worker processes, each with a Grader of its own: for many cores, where threads would wait for the interpreter."""

    def __init__(self, recipe: Recipe, grader: Grader, workers: int) -> None:
        del grader
        self.workers = workers
        self._pool = ProcessPoolExecutor(
            workers, multiprocessing.get_context("spawn"), initializer=_begin, initargs=(recipe,)
        )

    def submit(self, pairs: Pairs) -> Future[Graded]:
        """See `Engine`."""
        return self._pool.submit(_in_worker, pairs)

    def close(self) -> None:
        """See `Engine`."""
        self._pool.shutdown(cancel_futures=True)


_worker: list[Grader] = []


def _begin(recipe: Recipe) -> None:
    """Make the Grader of a worker process, which ends with the process that started it, even where that is killed."""
    parent = multiprocessing.parent_process()
    if parent is not None:

        def follow() -> None:
            parent.join()
            os._exit(1)

        threading.Thread(target=follow, daemon=True).start()
    _worker.append(recipe.make())


def _in_worker(pairs: Pairs) -> Graded:
    return grade_all(_worker[0], pairs)


ENGINES: dict[str, Callable[[Recipe, Grader, int], Engine]] = {"threads": Threads, "processes": Processes}


def cores() -> int:
    """Return how many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return max(1, len(os.sched_getaffinity(0)))
    return os.cpu_count() or 1
