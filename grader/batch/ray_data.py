"""Grades rows on Ray Data, here or on a cluster: Ray places workers, tries again where one dies, keeps the order."""

from __future__ import annotations

import logging
import os
import re
import socket
import warnings
from collections import Counter
from collections.abc import Generator, Iterable, Iterator
from contextlib import closing
from typing import TYPE_CHECKING

from grader.batch.extras import need
from grader.batch.job import Outcome, Row
from grader.batch.worker import EngineOptions, Recipe, cores, fingerprint, grade_all
from grader.errors import GraderError
from grader.results import Grade

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from grader.grading import Grader

# Ray reports usage over the network unless it is told not to, before it is imported; and it speaks to the terminal.
os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
os.environ.setdefault("RAY_BACKEND_LOG_LEVEL", "fatal")
ray = need("ray", "ray", "which runs the workers")
data = need("ray.data", "ray", "which runs the workers")

# One dataset: setting it up takes seconds, and its rows wait in memory.
_ROWS, _ROWS_PER_WORKER, _CHARACTERS = 20_000, 500, 50_000_000
# A block is graded, or graded again, as a whole: some for each worker, tens in all, at least one for each worker.
_BLOCKS_PER_WORKER, _MOST_BLOCKS, _MIN_BLOCK_ROWS = 8, 64, 16
# An answer that kills its worker every time must not be tried for ever: its worker is started so many times. Tries are
# not counted: where a node is lost they fail at once, many times, until Ray gives it up half a minute later.
_RESTARTS, _RETRIES = 16, -1
_ANSWER_SECONDS = 10
# What passes between the processes of this machine: blocks are a few megabytes.
_OBJECT_STORE_BYTES = 256 * 1024 * 1024


class RayData:
    """An engine whose workers are Ray's. Raises `GraderError` where there is no cluster at the address."""

    def __init__(self, recipe: Recipe, grader: Grader, options: EngineOptions) -> None:
        self._recipe = recipe.absolute()
        self._made = fingerprint(grader)
        self._began = not ray.is_initialized()
        if self._began:
            _connect(options)
        there = max(1, int(ray.cluster_resources().get("CPU", 1)))
        self._workers = min(options.workers or there, there)
        logging.getLogger("ray.data").setLevel(logging.ERROR)

    def outcomes(self, rows: Iterable[Row]) -> Generator[Outcome]:
        """See `Engine`."""
        some: list[Row] = []
        characters = 0
        for row in rows:
            some.append(row)
            characters += len(row.answer or "")
            if len(some) >= max(_ROWS, _ROWS_PER_WORKER * self._workers) or characters >= _CHARACTERS:
                yield from self._dataset(some)
                some, characters = [], 0
        yield from self._dataset(some)

    def _dataset(self, rows: list[Row]) -> Generator[Outcome]:
        """Grade the rows of one dataset, each different answer once."""
        left = Counter((row.question, row.answer) for row in rows if not row.error and row.answer is not None)
        pairs = iter(list(left))
        found: dict[tuple[str, str], Grade | str] = {}
        with closing(self._results([{"question": question, "answer": answer} for question, answer in left])) as results:
            for row in rows:
                pair = row.question, row.answer or ""
                if row.answer is None or row.error:
                    yield Outcome(row, None, row.error)
                    continue
                while pair not in found:
                    found[next(pairs)] = next(results)
                left[pair] -= 1
                result = found[pair] if left[pair] else found.pop(pair)
                yield Outcome(row, None, result) if isinstance(result, str) else Outcome(row, result)

    def _results(self, items: list[dict[str, str]]) -> Generator[Grade | str]:
        if not items:
            return
        most = max(_MOST_BLOCKS, self._workers)
        blocks = max(1, min(_BLOCKS_PER_WORKER * self._workers, len(items) // _MIN_BLOCK_ROWS, most))
        dataset = data.from_items(items, override_num_blocks=blocks)
        dataset.context.execution_options.preserve_order = True
        dataset.context.enable_progress_bars = False
        dataset.context.print_on_execution_start = False
        with warnings.catch_warnings():
            # Deprecated without another way to bound the tries; pyproject.toml stays below the release that drops them.
            warnings.simplefilter("ignore", DeprecationWarning)
            graded = dataset.map_batches(
                _Worker,
                fn_constructor_args=(self._recipe, self._made),
                batch_size=_MIN_BLOCK_ROWS,
                compute=data.ActorPoolStrategy(size=min(self._workers, blocks)),
                num_cpus=1,
                max_restarts=_RESTARTS,
                max_task_retries=_RETRIES,
            )
        rows: Iterator[dict[str, str]] = iter(graded.iter_rows())
        try:
            for item, row in zip(items, rows, strict=True):
                yield _result(item, row)
        except GraderError:
            raise
        except Exception as error:  # Ray's own kinds, and those of the libraries below it
            hint = "mend the cluster and go on with --resume"
            raise GraderError(f"Ray gave up: {_reason(error)}", hint=hint) from error

    def close(self) -> None:
        """See `Engine`. A Ray that was there before is left as it was."""
        if self._began:
            ray.shutdown()


def _result(item: dict[str, str], row: dict[str, str]) -> Grade | str:
    if (row["question"], row["answer"]) != (item["question"], item["answer"]):
        raise GraderError("Ray gave grades in another order", hint="use another engine and report this")
    return row["error"] or Grade.model_validate_json(row["grade"])


def _connect(options: EngineOptions) -> None:
    address = options.address or os.environ.get("RAY_ADDRESS") or "local"
    quiet = {"log_to_driver": False, "logging_level": logging.ERROR}
    try:
        if address == "local":
            count = options.workers or cores()
            store = _OBJECT_STORE_BYTES
            ray.init("local", num_cpus=count, include_dashboard=False, object_store_memory=store, **quiet)
        else:
            _knock(address)
            ray.init(address, **quiet)
    except (OSError, RuntimeError, ValueError) as error:
        hint = (
            "see Ray's logs in /tmp/ray" if address == "local" else "start one with `ray start --head`, or name another"
        )
        raise GraderError(f"no Ray cluster at {address} ({_reason(error)})", hint=hint) from error


def _knock(address: str) -> None:
    """Raise `OSError` where nothing answers at HOST:PORT: Ray itself would wait for minutes."""
    found = re.fullmatch(r"(?:ray://)?(.+):(\d+)", address)
    if found:
        socket.create_connection((found.group(1), int(found.group(2))), timeout=_ANSWER_SECONDS).close()


def _reason(error: BaseException) -> str:
    """Return the last line of a message, where Ray puts the cause, without the codes that colour it."""
    lines = [line.strip() for line in re.sub(r"\x1b\[[0-9;]*m", "", str(error)).splitlines() if line.strip()]
    return lines[-1] if lines else type(error).__name__


class _Worker:
    """Lives in a process of Ray's: one Grader, and columns of answers in, columns of grades out."""

    def __init__(self, recipe: Recipe, made: tuple[str, list[str]]) -> None:
        self._grader = recipe.make()
        if fingerprint(self._grader) != made:
            raise GraderError("a worker has another version, bank or model than this machine", hint="install the same")

    def __call__(self, batch: dict[str, NDArray[np.object_]]) -> dict[str, list[str]]:
        questions, answers = (list(map(str, batch[name])) for name in ("question", "answer"))
        results = grade_all(self._grader, list(zip(questions, answers, strict=True)))
        return {
            "question": questions,
            "answer": answers,
            "grade": ["" if isinstance(result, str) else result.model_dump_json() for result in results],
            "error": [result if isinstance(result, str) else "" for result in results],
        }
