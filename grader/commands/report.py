"""`grader report`: graded answers as a page."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import click

from grader.commands.common import bank_option, open_bank
from grader.errors import InputError

if TYPE_CHECKING:
    from grader.bank import QuestionBank
    from grader.batch.columns import Plan
    from grader.batch.job import Columns
    from grader.report.html.lines import Line, Source


@click.command("report")
@click.argument("graded", metavar="GRADED")
@click.option("-o", "--output", required=True, metavar="OUT", help="The page to write, such as report.html.")
@click.option("--candidate", metavar="ID", help="One candidate's page, fit to be sent: no scores, nobody else.")
@click.option("--answers", metavar="FILE", help="The file that was graded, where GRADED was made with --no-text.")
@click.option("--title", metavar="TEXT", help="The heading of the page.")
@click.option("--overwrite", is_flag=True, help="Replace OUT if it exists.")
@bank_option
def command(
    graded: str,
    output: str,
    candidate: str | None,
    answers: str | None,
    title: str | None,
    overwrite: bool,
    bank: str | None,
) -> None:
    r"""Make a page of GRADED, the .jsonl file of `grader batch`; - is standard input.

    The page is one file that opens offline in any browser: which answers a
    person should look at and why, candidates side by side, what they miss,
    and every answer with its evidence marked.

    \b
    Try:  grader batch examples/candidates.csv -o graded.jsonl
          grader report graded.jsonl -o report.html
    """
    from grader.report.html import letter, page
    from grader.report.html.catalogue import Catalogue
    from grader.report.html.lines import read

    name = "standard input" if graded == "-" else graded
    catalogue = Catalogue(open_bank(bank))
    _check_output(output, overwrite=overwrite, inputs=[graded, answers])
    with ExitStack() as stack:
        file = stack.enter_context(_opened(graded, name))
        sources = stack.enter_context(_sources(answers, catalogue.bank, output)) if answers is not None else None
        lines = _some(read(file, name, sources), name)
        if candidate is None:
            with _written(output) as out:
                tally = page.write(out, lines, catalogue, title or page.TITLE)
            said = f"{page.summary(tally)} {tally.review + tally.failed:,} to review."
        else:
            found = _answers_of(candidate, lines, name)
            with _written(output) as out:
                letter.write(out, found, catalogue, title or letter.TITLE)
            said = f"{candidate}: {len(found)} answer{'' if len(found) == 1 else 's'}."
    for note in catalogue.notes():
        click.echo(f"grader: {note}", err=True)
    click.echo(f"{said} -> {output}", err=True)


def _check_output(output: str, *, overwrite: bool, inputs: list[str | None]) -> None:
    path = Path(output)
    if path.is_dir():
        raise InputError(f"{output} is a folder", hint="name a file, such as report.html")
    if not path.exists():
        return
    if any(other is not None and Path(other).exists() and path.samefile(other) for other in inputs):
        raise InputError(f"{output} is the input itself", hint="name another output file")
    if not overwrite:
        raise InputError(f"{output} exists already", hint="name another file or pass --overwrite")


@contextlib.contextmanager
def _opened(graded: str, name: str) -> Iterator[BinaryIO]:
    if graded == "-":
        if sys.stdin is None:
            raise InputError("standard input is closed", hint="name a file")
        yield sys.stdin.buffer
        return
    if Path(graded).suffix.lower() in {".csv", ".xlsx", ".parquet"}:
        raise InputError(f"{name} is no .jsonl file", hint="grade into JSON Lines: grader batch IN -o graded.jsonl")
    try:
        file = Path(graded).open("rb")  # noqa: SIM115 - closed below; only the opening is guarded
    except OSError as error:
        raise InputError(f"{name} cannot be read ({error.strerror})", hint="check the path") from error
    with file:
        yield file


@contextlib.contextmanager
def _written(output: str) -> Iterator[BinaryIO]:
    """Yield a file that becomes the output once everything is in it; after an error nothing is left."""
    path = Path(output)
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with part.open("wb") as out:
            yield out
        part.replace(path)
    except OSError as error:
        raise InputError(f"{output} cannot be written ({error.strerror})", hint="check the folder") from error
    finally:
        with contextlib.suppress(OSError):
            part.unlink()


def _some(lines: Iterator[Line], name: str) -> Iterator[Line]:
    empty = True
    for line in lines:
        empty = False
        yield line
    if empty:
        raise InputError(f"{name} has no answers", hint="make it with grader batch IN -o graded.jsonl")


def _answers_of(candidate: str, lines: Iterator[Line], name: str) -> list[Line]:
    found: list[Line] = []
    names: dict[str, None] = {}
    for line in lines:
        names[line.candidate] = None
        if line.candidate == candidate:
            found.append(line)
    if found:
        return found
    import difflib

    near = difflib.get_close_matches(candidate, names, n=3)
    some = ", ".join(list(names)[:5])
    raise InputError(
        f"{name} has no candidate {candidate}",
        hint=f"did you mean {' or '.join(near)}?" if near else f"there are {some}",
    )


@contextlib.contextmanager
def _sources(answers: str, bank: QuestionBank, output: str) -> Iterator[Iterator[Source]]:
    """Yield id, question and answer of each row of the file that was graded."""
    from grader.batch.job import Columns, Job
    from grader.batch.sources import open_source
    from grader.batch.sources.given import given

    with given(answers, Path(f"{output}.answers.part")) as source:
        opened = open_source(source, Job(source=answers, output=output))
        # A question in every row; else a column for each; else the whole file is about one, whichever that is.
        kinds = [Columns(), Columns(wide=True), Columns(asked=bank.ids[0])]
        columns, found = _first_that_fits(kinds, opened.header, bank, source.name)
        rows = (row for record in opened.records() for row in found.rows(record))
        yield ((row.id, None if columns.asked else row.question, row.answer) for row in rows)


def _first_that_fits(
    kinds: list[Columns], header: Sequence[str], bank: QuestionBank, name: str
) -> tuple[Columns, Plan]:
    from grader.batch.columns import plan

    for columns in kinds:
        with contextlib.suppress(InputError):
            return columns, plan(header, columns, bank, name)
    raise InputError(
        f"{name} has no columns id and answer (found: {', '.join(header[:20]) or 'none'})",
        hint="rename its columns to id, question and answer",
    )
