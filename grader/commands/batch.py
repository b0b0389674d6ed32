"""`grader batch`: grade a file of answers."""

from __future__ import annotations

import sys

import click

from grader.commands.common import bank_option, model_options


@click.command("batch")
@click.argument("source", metavar="IN")
@click.option(
    "-o", "--output", required=True, metavar="OUT", help="Where the grades go: .csv, .xlsx, .jsonl, .parquet."
)
@click.option("--resume", is_flag=True, help="Go on where a killed run stopped.")
@click.option("--overwrite", is_flag=True, help="Replace OUT and unfinished work for it.")
@click.option("--question", "asked", metavar="ID", help="The whole file answers this question.")
@click.option("--wide", is_flag=True, help="One column per question, named by its id.")
@click.option("--id-column", default="id", show_default=True, metavar="NAME", help="Names the answer or candidate.")
@click.option("--question-column", default="question", show_default=True, metavar="NAME", help="The question's id.")
@click.option("--answer-column", default="answer", show_default=True, metavar="NAME", help="The answer.")
@click.option("--candidate-column", metavar="NAME", help="Who answered (default: candidate, if there is one).")
@click.option("--encoding", metavar="NAME", help="Encoding of IN (default: recognised).")
@click.option("--sheet", metavar="NAME", help="Sheet of an Excel workbook (default: the first).")
@click.option("--long", is_flag=True, help="One row per concept instead of one per answer.")
@click.option("--no-text", is_flag=True, help="Write neither answers nor quotes of them.")
@click.option("--raw-csv", is_flag=True, help="Leave cells as they are that a spreadsheet takes for formulas.")
@click.option("--strict", is_flag=True, help="Stop at the first row that cannot be graded.")
@click.option(
    "--engine",
    type=click.Choice(["threads", "processes", "ray"]),
    default="threads",
    show_default=True,
    help="Processes suit many cores and need memory for each; ray suits many machines.",
)
@click.option("--address", metavar="ADDRESS", help="A running Ray cluster (default: one on this machine).")
@click.option("--workers", type=click.IntRange(1, 512), metavar="N", help="How many at a time (default: the cores).")
@bank_option
@model_options
@click.pass_context
def command(
    ctx: click.Context,
    source: str,
    output: str,
    resume: bool,
    overwrite: bool,
    asked: str | None,
    wide: bool,
    id_column: str,
    question_column: str,
    answer_column: str,
    candidate_column: str | None,
    encoding: str | None,
    sheet: str | None,
    long: bool,
    no_text: bool,
    raw_csv: bool,
    strict: bool,
    engine: str,
    workers: int | None,
    address: str | None,
    bank: str | None,
    model: str | None,
    no_judge: bool,
    no_cache: bool,
) -> None:
    r"""Grade the answers in IN: CSV, Excel, JSON Lines or Parquet; - is standard input.

    IN has the columns id, question (its id, such as q24) and answer; further
    columns are carried through. OUT has one row per answer in the same order.
    It appears when all rows are done; killed runs go on with --resume.

    \b
    Exit codes: 0 all graded, 2 wrong use or input, 3 finished with error rows.
    """
    if wide and asked is not None:
        raise click.UsageError("pass --wide or --question, not both", ctx)
    if address is not None and engine != "ray":
        raise click.UsageError("--address names a Ray cluster: pass --engine ray with it", ctx)
    from grader.batch.job import Columns, Job
    from grader.batch.progress import Line
    from grader.batch.run import grade_file
    from grader.batch.worker import EngineOptions, Recipe
    from grader.commands.batch_text import render

    columns = Columns(id_column, question_column, answer_column, candidate_column, asked, wide)
    job = Job(
        source=source,
        output=output,
        columns=columns,
        encoding=encoding,
        sheet=sheet,
        long=long,
        raw_csv=raw_csv,
        no_text=no_text,
        strict=strict,
        resume=resume,
        overwrite=overwrite,
    )
    recipe = Recipe(bank, model, judge=not no_judge, cache=not no_cache)
    line = Line(sys.stderr)
    try:
        summary = grade_file(job, recipe, engine=EngineOptions(engine, workers, address), progress=line)
    except KeyboardInterrupt:
        line.close()
        click.echo("grader: stopped; finished rows are kept: go on with --resume", err=True)
        ctx.exit(130)
    finally:
        line.close()
    if summary is None:
        click.echo(f"{output} is finished already", err=True)
        return
    click.echo(render(summary, output), err=True)
    if summary.failed:
        ctx.exit(3)
