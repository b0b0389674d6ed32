"""Sends answers to a pool of workers and gives them back in input order; an answer met twice is graded once."""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Generator, Iterable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Protocol

from grader.batch.job import Outcome, Row
from grader.results import Grade

Pairs = Sequence[tuple[str, str]]
# A grade, or why there is none.
Graded = list[Grade | str]

# Answers graded together. More make fuller batches; fewer spread a short file over all workers.
_CHUNK = 16
_WAITING_ROWS = 4096
_KEPT = 2048
_KEPT_CHARACTERS = 4_000_000


class Pool(Protocol):
    """Grades some answers elsewhere."""

    @property
    def workers(self) -> int:
        """How many run at a time."""
        ...

    def submit(self, pairs: Pairs) -> Future[Graded]:
        """Begin to grade pairs of question id and answer, and return at once."""
        ...


@dataclass(slots=True)
class _Task:
    """One different answer: sent with `place` others in `future`, or still to be sent."""

    pair: tuple[str, str]
    future: Future[Graded] | None = None
    place: int = 0

    def result(self) -> Grade | str:
        if self.future is None:
            raise RuntimeError("asked for before it was sent")
        return self.future.result()[self.place]


class _Memo:
    """The last different answers, within a number and a size."""

    def __init__(self) -> None:
        self._tasks: OrderedDict[tuple[str, str], _Task] = OrderedDict()
        self._characters = 0

    def find(self, pair: tuple[str, str]) -> tuple[_Task, bool]:
        """Return the task of an answer, and whether it is new."""
        task = self._tasks.get(pair)
        if task is not None:
            self._tasks.move_to_end(pair)
            return task, False
        task = self._tasks[pair] = _Task(pair)
        self._characters += len(pair[1])
        while len(self._tasks) > _KEPT or (self._characters > _KEPT_CHARACTERS and len(self._tasks) > 1):
            (_, answer), _ = self._tasks.popitem(last=False)
            self._characters -= len(answer)
        return task, True


def outcomes(rows: Iterable[Row], pool: Pool) -> Generator[Outcome]:
    """Yield what becomes of each row, in order. Only so many rows are read ahead that all workers are busy."""
    window = _Window(pool)
    for row in rows:
        window.take(row)
        while window.must_give():
            yield window.give()
    window.send()
    while window.waiting:
        yield window.give()


class _Window:
    """The rows between reading and writing."""

    def __init__(self, pool: Pool) -> None:
        self.waiting: deque[tuple[Row, _Task | None]] = deque()
        self._pool = pool
        self._memo = _Memo()
        self._sent: deque[Future[Graded]] = deque()
        self._chunk: list[_Task] = []

    def take(self, row: Row) -> None:
        """Let a row in, and send its answer off with others."""
        if row.error or row.answer is None:
            self.waiting.append((row, None))
            return
        task, new = self._memo.find((row.question, row.answer))
        self.waiting.append((row, task))
        if new:
            self._chunk.append(task)
        if len(self._chunk) >= _CHUNK or len(self.waiting) >= _WAITING_ROWS:
            self.send()

    def send(self) -> None:
        """Send what has been collected."""
        if self._chunk:
            future = self._pool.submit([task.pair for task in self._chunk])
            for place, task in enumerate(self._chunk):
                task.future, task.place = future, place
            self._sent.append(future)
            self._chunk = []

    def must_give(self) -> bool:
        """Return whether a row should leave: its grade is there, or enough rows are under way."""
        while self._sent and self._sent[0].done():
            self._sent.popleft()
        if not self.waiting:
            return False
        full = len(self._sent) > 2 * self._pool.workers or len(self.waiting) >= _WAITING_ROWS
        return full or _is_done(self.waiting[0][1])

    def give(self) -> Outcome:
        """Let the first row out, when its grade is there."""
        row, task = self.waiting.popleft()
        if task is None:
            return Outcome(row, None, row.error)
        result = task.result()
        return Outcome(row, None, result) if isinstance(result, str) else Outcome(row, result)


def _is_done(task: _Task | None) -> bool:
    return task is None or (task.future is not None and task.future.done())
