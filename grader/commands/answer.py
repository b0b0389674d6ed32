"""`grader answer`: grade one answer and show why."""

from __future__ import annotations

import difflib
import sys

import click

from grader.commands.common import bank_option, checked, make_grader, model_options, read_file, read_stdin

_EXAMPLE = 'grader answer q24 "It measures how similar a query and a key are."'


# An answer may begin with a dash ("- splits text into tokens"): what is no option is text. For this reason the
# command has no short options, not even -h, which click would find in "- has no memory".
@click.command("answer", context_settings={"ignore_unknown_options": True, "help_option_names": ["--help"]})
@click.argument("question")
@click.argument("text", required=False)
@click.option("--file", "path", metavar="PATH", help="Read the answer from a UTF-8 file.")
@click.option("--json", "as_json", is_flag=True, help="Print the Grade as JSON.")
@click.option("--min-score", type=click.FloatRange(0, 1), help="Exit with 1 when the score is lower (for scripts).")
@bank_option
@model_options
@click.pass_context
def command(
    ctx: click.Context,
    question: str,
    text: str | None,
    path: str | None,
    as_json: bool,
    min_score: float | None,
    bank: str | None,
    model: str | None,
    no_judge: bool,
    no_cache: bool,
) -> None:
    r"""Grade one answer to QUESTION (an id such as q24).

    TEXT is the answer; - or nothing reads it from standard input.

    \b
    Exit codes: 0 graded, 1 below --min-score, 2 wrong use or input.
    """
    meant = _misspelt(ctx, text or "")
    if meant:
        raise click.UsageError(f"no such option: {text}; did you mean {meant}?", ctx)
    if path is not None and text is not None:
        raise click.UsageError("give the answer as TEXT or with --file, not both", ctx)
    if path is not None:
        answer = read_file(path)
    elif text is not None and text != "-":
        answer = checked(text, "TEXT")
    elif text is None and (sys.stdin is None or sys.stdin.isatty()):
        raise click.UsageError(f"no answer given; for example: {_EXAMPLE}", ctx)
    else:
        answer = read_stdin()
    grader = make_grader(bank, model, no_judge=no_judge, no_cache=no_cache)
    grade = grader.grade(question, answer)
    if as_json:
        click.echo(grade.model_dump_json(indent=2))
    else:
        from grader.report.terminal import render

        click.echo(render(grade, grader.bank[question]))
    # As shown, and as the band is read: 0.5951 is 0.60.
    if min_score is not None and (grade.score is None or round(grade.score, 2) < min_score):
        ctx.exit(1)


def _misspelt(ctx: click.Context, text: str) -> str:
    """Return the option that a text is nearly: "--no-juge" would be graded in place of what is piped in."""
    if not text.startswith("--") or any(character.isspace() for character in text):
        return ""
    options = [name for parameter in ctx.command.params for name in parameter.opts if name.startswith("--")]
    return next(iter(difflib.get_close_matches(text.partition("=")[0].lower(), options, n=1, cutoff=0.85)), "")
