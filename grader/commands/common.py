"""Options and input shared by several commands."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from grader.errors import InputError

if TYPE_CHECKING:
    from grader.bank import QuestionBank
    from grader.grading import Grader

bank_option = click.option(
    "--bank", metavar="DIR", help="Question bank: a folder with rubrics/ and reference/ (default: the shipped fifty)."
)


def model_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add --model, --no-judge and --no-cache."""
    model = click.option(
        "--model",
        metavar="NAME_OR_PATH",
        help="Another sentence-transformers model, through that library (default: the shipped all-MiniLM-L6-v2).",
    )
    no_judge = click.option(
        "--no-judge", is_flag=True, help="Grade by similarity and keywords alone: quicker, and much less right."
    )
    no_cache = click.option("--no-cache", is_flag=True, help="Keep no vectors of other banks on disk.")
    return model(no_judge(no_cache(function)))


def open_bank(path: str | None) -> QuestionBank:
    """Open a bank by path, or the shipped one."""
    from grader.bank import QuestionBank

    return QuestionBank(path)


def make_grader(bank: str | None, model: str | None, *, no_judge: bool, no_cache: bool) -> Grader:
    """Build the Grader that a command asks for."""
    from concurrent.futures import ThreadPoolExecutor

    from grader.models.registry import DEFAULT_ENCODER
    from grader.models.start import start_models

    # Threads that load models ask for the interpreter for a moment at a time, and would wait 5 ms for it each time.
    interval = sys.getswitchinterval()
    sys.setswitchinterval(5e-5)
    pool = ThreadPoolExecutor(2)
    try:
        encoder, judge = start_models(pool, model or DEFAULT_ENCODER, judge=not no_judge)
        opened = open_bank(bank)
        from grader.grading import Grader

        loaded = judge.result() if judge else None
        return Grader(opened, encoder.result(), judge=loaded, cache=None if no_cache else "default")
    finally:
        pool.shutdown(wait=False)  # the judge may still be starting
        sys.setswitchinterval(interval)


def decode(raw: bytes, name: str) -> str:
    """Read UTF-8; a BOM and one final newline are dropped. Raises `InputError` with the place of the first bad byte."""
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(
            f"{name} is not UTF-8 (byte {error.start + 1})", hint="save it as UTF-8 or convert it with iconv"
        ) from error
    return text.removesuffix("\n").removesuffix("\r")


def checked(text: str, name: str) -> str:
    """Return an argument unchanged. Raises `InputError` when bytes that are no text were smuggled in as surrogates."""
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise InputError(
            f"{name} is not UTF-8 (character {error.start + 1})", hint="check the terminal's encoding"
        ) from error
    return text


def read_file(path: str) -> str:
    """Read a whole text file."""
    try:
        return decode(Path(path).read_bytes(), path)
    except OSError as error:
        raise InputError(
            f"{path} cannot be read ({error.strerror})", hint="check the path and its permissions"
        ) from error


def read_stdin() -> str:
    """Read standard input to its end."""
    if sys.stdin is None:  # closed by the caller: `grader answer q24 - <&-`
        raise InputError("standard input is closed", hint="give the answer as TEXT or with --file")
    return decode(sys.stdin.buffer.read(), "standard input")
