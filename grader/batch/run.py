"""The loop: read, grade side by side, write in input order, make safe, and name the output at the end."""

from __future__ import annotations

import functools
import itertools
from collections.abc import Callable, Iterator
from concurrent.futures import BrokenExecutor
from contextlib import closing
from typing import Any

from grader.bank import QuestionBank
from grader.batch.columns import Plan, plan
from grader.batch.encoding import file_digest
from grader.batch.engine import Engine, find_engine
from grader.batch.job import Job, Layout, Row
from grader.batch.journal import Places
from grader.batch.repeats import Repeats
from grader.batch.sinks import find_sink, open_sink
from grader.batch.sinks.base import Sink
from grader.batch.sources import open_source
from grader.batch.sources.base import Source
from grader.batch.sources.given import Given, given
from grader.batch.summary import Summary
from grader.batch.unfinished import Unfinished, is_finished
from grader.batch.worker import EngineOptions, Recipe, fingerprint
from grader.errors import BankError, GraderError, InputError
from grader.grading import Grader

# Called now and then with: rows done, of which errors, and the share of the input that was read.
Progress = Callable[[int, int, float], None]


def grade_file(
    job: Job,
    recipe: Recipe,
    *,
    engine: EngineOptions | None = None,
    progress: Progress | None = None,
) -> Summary | None:
    """Grade a file; return what it came to, or None where --resume finds it finished.

    The output appears when all rows are done. Raises `InputError` for files, columns and options that cannot be used,
    `BankError` when the bank has faults, `MissingExtra`; with `strict`, `InputError` at the first row without a grade.
    """
    find_sink(job.output)
    places = Places.of(job.output)
    if is_finished(places, resume=job.resume, overwrite=job.overwrite):
        return None
    with given(job.source, places.copy) as source:
        if places.output.exists() and places.output.samefile(source.path):
            raise InputError(f"{job.output} is the input itself", hint="name another output file")
        bank = QuestionBank(recipe.bank)
        faults = bank.check()
        if faults:
            raise BankError(faults)
        if job.columns.asked is not None:
            bank[job.columns.asked]
        opened = open_source(source, job)
        found = plan(opened.header, job.columns, bank, source.name)
        layout = _layout(job, opened, found)
        sink = open_sink(job.output, layout)
        grader = recipe.make()
        made = _made(job, grader, opened, layout)
        engine = engine or EngineOptions()
        begin = functools.partial(find_engine(engine.name), recipe, grader, engine)
        run = _Run(job, source, opened, found, sink)
        with (
            closing(run.repeats),
            Unfinished(places, made, resume=job.resume, overwrite=job.overwrite) as unfinished,
        ):
            return run.go(unfinished, begin, progress)


def _layout(job: Job, source: Source, found: Plan) -> Layout:
    return Layout(
        carried=found.carried,
        kinds={name: kind for name, kind in source.kinds.items() if name in found.carried},
        candidate=found.candidate is not None,
        delimiter=source.delimiter,
        bom=source.bom,
        long=job.long,
        raw_csv=job.raw_csv,
        no_text=job.no_text,
    )


def _made(job: Job, grader: Grader, source: Source, layout: Layout) -> dict[str, Any]:
    """Return all that the bytes of the output depend on."""
    bank, made = fingerprint(grader)
    return {
        "input": source.digest,
        "bank": bank,
        "grader": made,
        "options": job.shaping(),
        "read": [job.encoding, layout.delimiter, layout.bom],
        "format": job.output.rpartition(".")[2].lower(),
    }


class _Run:
    """One run over an opened input."""

    def __init__(self, job: Job, given_file: Given, source: Source, found: Plan, sink: Sink) -> None:
        self._job, self._given, self._source, self._plan, self._sink = job, given_file, source, found, sink
        self.repeats = Repeats()

    def go(self, unfinished: Unfinished, begin: Callable[[], Engine], progress: Progress | None) -> Summary:
        """Grade what is not yet graded, then name the output."""
        summary = Summary.load(unfinished.state.summary)
        summary.note, summary.resumed = self._source.note, unfinished.state.rows
        if not unfinished.state.rows:
            unfinished.append(self._sink.head(), rows=0)
        engine = begin()
        try:
            self._grade(unfinished, summary, engine, progress)
        except BrokenExecutor as error:
            raise GraderError(
                "a worker process ended unexpectedly", hint="pass --resume, and fewer --workers if memory is short"
            ) from error
        except KeyboardInterrupt:
            # It can come between any two steps of counting a row: the journal before stands.
            unfinished.broken = True
            raise
        finally:
            engine.close()
            # What was read of a changed input must not be gone on from: the journal before stands.
            if not unfinished.broken and not self._given.changed():
                unfinished.save(summary.dump())
        self._check_input()
        unfinished.finish(self._sink.convert if self._sink.converts else None)
        summary.repeated, summary.repeated_at = self.repeats.found()
        return summary

    def _rows(self) -> Iterator[Row]:
        for record in self._source.records():
            for row in self._plan.rows(record):
                if row.id is not None and not record.error:
                    self.repeats.note(row.id, row.question)
                else:
                    self.repeats.skip()
                yield row

    def _grade(self, unfinished: Unfinished, summary: Summary, engine: Engine, progress: Progress | None) -> None:
        rows = self._rows()
        done = unfinished.state.rows
        if sum(1 for _ in itertools.islice(rows, done)) < done:
            raise self._changed()
        with closing(engine.outcomes(rows)) as found:
            for outcome in found:
                if self._job.strict and outcome.grade is None:
                    row = outcome.row
                    raise InputError(
                        f"{self._given.name}, {row.place}, id {row.id}: {outcome.error}",
                        hint="mend it and pass --overwrite, or go on with --resume and without --strict",
                    )
                unfinished.append(self._sink.encode(outcome))
                summary.add(outcome)
                if unfinished.due:
                    if self._given.changed():
                        raise self._changed()
                    unfinished.save(summary.dump())
                if progress:
                    progress(summary.rows, summary.failed, self._source.position())

    def _check_input(self) -> None:
        try:
            same = not self._given.changed() and file_digest(self._given.path) == self._source.digest
        except OSError:
            same = False
        if not same:
            raise self._changed()

    def _changed(self) -> InputError:
        return InputError(
            f"{self._given.name} was changed while it was graded; finished rows are kept",
            hint="put the old file back and pass --resume, or start afresh with --overwrite",
        )
