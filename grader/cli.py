"""The `grader` command: assembles the commands, turns errors into one line."""

from __future__ import annotations

import importlib
import os
import sys
from typing import Any

import click

from grader import __version__
from grader.errors import GraderError

# Name -> (module, one line for the overview). Imported when run: `grader --help` costs no model runtime, numpy or
# pydantic.
_COMMANDS = {
    "answer": ("grader.commands.answer", "Grade one answer and show why."),
    "batch": ("grader.commands.batch", "Grade a file of answers: CSV, Excel, JSON Lines, Parquet."),
    "lint": ("grader.commands.lint", "Check every file of a question bank."),
    "questions": ("grader.commands.questions", "List the questions of a bank."),
    "report": ("grader.commands.report", "Make a page of graded answers for a hiring manager, or for a candidate."),
    "show": ("grader.commands.show", "Show a question and its key concepts."),
}


class _Lazy(click.Group):
    def list_commands(self, _ctx: click.Context) -> list[str]:
        return sorted(_COMMANDS)

    def get_command(self, _ctx: click.Context, name: str) -> click.Command | None:
        if name not in _COMMANDS:
            return None
        command: click.Command = importlib.import_module(_COMMANDS[name][0]).command
        return command

    def format_commands(self, _ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in sorted(_COMMANDS.items())])

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in _COMMANDS:
            import difflib

            near = difflib.get_close_matches(args[0], _COMMANDS, n=1)
            hint = f"did you mean {near[0]!r}?" if near else f"commands: {', '.join(sorted(_COMMANDS))}"
            raise click.UsageError(f"no command {args[0]!r}; {hint}", ctx)
        return super().resolve_command(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except GraderError as error:
            from grader.report.terminal import visible

            click.echo(f"grader: {visible(' '.join(str(error).split()))}", err=True)
            ctx.exit(2)


@click.group(cls=_Lazy, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 80})
@click.version_option(__version__, message="grader %(version)s")
def cli() -> None:
    r"""Grade free-text answers to interview questions, concept by concept.

    Everything runs on this machine: no network, no API key, and the same answer
    always gets the same grade.

    \b
    Try:  grader questions
          grader answer q24 "It measures how similar a query and a key are."
    """


def _run() -> int:
    """Run the command line and return the exit code."""
    try:
        cli()
    except SystemExit as end:
        if isinstance(end.code, int | None):
            return end.code or 0
        raise
    return 0


def _leave(code: int) -> None:
    if sys.argv[1:2] != ["answer"]:
        sys.exit(code)
    # Nothing is left open. Taking the models apart would take a tenth of the time of the whole grade; the system does
    # it at once.
    for stream in (sys.stdout, sys.stderr):
        if stream:
            stream.flush()
    os._exit(code)


def main() -> None:
    """Run the command line; standard streams are UTF-8 wherever they go."""
    # pydantic would look through every installed distribution for plugins at every start; none is used here.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    # numpy's products are small here; its threads would only wait, and keep a core busy while they do.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    try:
        _leave(_run())
    except BrokenPipeError:
        # `grader questions | head -1`: the reader has seen enough. Without this Python complains while it shuts down.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
