"""Grades rows side by side. An engine turns rows into outcomes, in order; `find_engine` knows those there are."""

from __future__ import annotations

import importlib
import multiprocessing
import os
import threading
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from typing import Protocol

from grader.batch import memo
from grader.batch.job import Outcome, Row
from grader.batch.memo import Graded, Pairs
from grader.batch.worker import EngineOptions, Recipe, cores, grade_all
from grader.grading import Grader


class Engine(Protocol):
    """Grades rows, anywhere."""

    def outcomes(self, rows: Iterable[Row]) -> Generator[Outcome]:
        """Yield what becomes of each row, in order; so many rows are read ahead as keep the workers busy."""
        ...

    def close(self) -> None:
        """Stop; what has not begun is dropped."""
        ...


class _Pooled:
    """An engine around a pool of this machine's threads or processes."""

    def __init__(self, pool: Executor, workers: int) -> None:
        self.workers = workers
        self._pool = pool

    def outcomes(self, rows: Iterable[Row]) -> Generator[Outcome]:
        """See `Engine`."""
        return memo.outcomes(rows, self)

    def submit(self, pairs: Pairs) -> Future[Graded]:
        """See `memo.Pool`."""
        raise NotImplementedError

    def close(self) -> None:
        """See `Engine`."""
        self._pool.shutdown(cancel_futures=True)


class Threads(_Pooled):
    """Worker threads around one Grader: the models let go of the interpreter, and are in memory once."""

    def __init__(self, recipe: Recipe, grader: Grader, options: EngineOptions) -> None:
        del recipe
        workers = options.workers or cores()
        super().__init__(ThreadPoolExecutor(workers, thread_name_prefix="grade"), workers)
        self._grader = grader

    def submit(self, pairs: Pairs) -> Future[Graded]:
        """See `memo.Pool`."""
        return self._pool.submit(grade_all, self._grader, pairs)


class Processes(_Pooled):
    """Worker processes, each with a Grader of its own: for many cores, where threads would wait for the interpreter."""

    def __init__(self, recipe: Recipe, grader: Grader, options: EngineOptions) -> None:
        del grader
        workers = options.workers or cores()
        spawn = multiprocessing.get_context("spawn")
        super().__init__(ProcessPoolExecutor(workers, spawn, initializer=_begin, initargs=(recipe,)), workers)

    def submit(self, pairs: Pairs) -> Future[Graded]:
        """See `memo.Pool`."""
        return self._pool.submit(_in_worker, pairs)


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


_ENGINES = {
    "threads": "grader.batch.engine:Threads",
    "processes": "grader.batch.engine:Processes",
    "ray": "grader.batch.ray_data:RayData",
}


def find_engine(name: str) -> Callable[[Recipe, Grader, EngineOptions], Engine]:
    """Import an engine by name. Raises `MissingExtra` where its library is not installed."""
    module, _, attribute = _ENGINES[name].partition(":")
    found: Callable[[Recipe, Grader, EngineOptions], Engine] = getattr(importlib.import_module(module), attribute)
    return found
