"""The input as a file that can be read more than once; a pipe is copied beside the output first."""

from __future__ import annotations

import contextlib
import os
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from grader.errors import InputError


@dataclass(frozen=True, slots=True)
class Given:
    """`name` as the user knows it, `path` where the bytes are, `state` to see changes by."""

    name: str
    path: Path
    state: tuple[int, int]

    def changed(self) -> bool:
        """Return whether size or time of the file are others than when it was opened, or it is gone."""
        try:
            return _state(self.path) != self.state
        except OSError:
            return True


@contextlib.contextmanager
def given(source: str, copy: Path) -> Iterator[Given]:
    """Yield the input. Standard input (-) and pipes are copied to `copy`, which is removed afterwards."""
    name = "standard input" if source == "-" else source
    path = Path(source)
    if source != "-" and (path.is_file() or not path.exists()):
        yield _file(name, path)
        return
    if source != "-" and path.is_dir():
        raise InputError(f"{name} is a folder", hint="name a file")
    try:
        _copy(source, name, copy)
        yield Given(name, copy, _state(copy))
    finally:
        with contextlib.suppress(OSError):
            copy.unlink()


def _file(name: str, path: Path) -> Given:
    try:
        with path.open("rb"):
            return Given(name, path, _state(path))
    except OSError as error:
        raise InputError(f"{name} cannot be read ({error.strerror})", hint="check the path") from error


def _copy(source: str, name: str, copy: Path) -> None:
    if source == "-" and sys.stdin is None:
        raise InputError("standard input is closed", hint="name a file")
    try:
        with copy.open("wb") as to:
            if source == "-":
                shutil.copyfileobj(sys.stdin.buffer, to)
            else:
                with Path(source).open("rb") as file:
                    shutil.copyfileobj(file, to)
    except OSError as error:
        raise InputError(
            f"{name} cannot be copied to {copy} ({error.strerror})", hint="check the folder of the output"
        ) from error


def _state(path: Path) -> tuple[int, int]:
    found = os.stat(path)  # noqa: PTH116 - one call for both
    return found.st_size, found.st_mtime_ns
