"""`grader batch`: grade a CSV file of answers into JSON Lines."""

from __future__ import annotations

import click

from grader.commands.common import bank_option, make_grader, model_options


@click.command("batch")
@click.argument("source", metavar="IN.csv")
@click.option("-o", "--output", required=True, metavar="OUT.jsonl", help="Where the grades go, one JSON line a row.")
@click.option("--overwrite", is_flag=True, help="Replace OUT.jsonl if it exists.")
@bank_option
@model_options
@click.pass_context
def command(
    ctx: click.Context,
    source: str,
    output: str,
    overwrite: bool,
    bank: str | None,
    model: str | None,
    no_cache: bool,
) -> None:
    r"""Grade a UTF-8 CSV file with the columns id, question and answer.

    OUT.jsonl gets one line a row, in input order: the id and the Grade, or the id, an error and a null score. It
    appears only when every row is done.

    \b
    Exit codes: 0 all graded, 2 wrong use or input, 3 finished with error rows.
    """
    from grader.batch.run import grade_file

    grader = make_grader(bank, model, no_cache=no_cache)
    graded, failed = grade_file(grader, source, output, overwrite=overwrite)
    click.echo(f"{graded} graded, {failed} with errors -> {output}", err=True)
    if failed:
        ctx.exit(3)
