"""The unfinished file of a run: begun or gone on with, appended to, made safe, and named as the output at the end."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from grader.batch import journal
from grader.batch.journal import Places, State
from grader.errors import InputError

# At most so many seconds of grading are lost by a kill. Making rows safe takes some milliseconds.
_SECONDS = 1.0
_BLOCK = 1 << 20


def is_finished(places: Places, *, resume: bool, overwrite: bool) -> bool:
    """Return whether there is nothing left to do for --resume.

    Raises `InputError` where an output, or unfinished work, would be lost or mixed with other work.
    """
    if places.output.is_dir():
        raise InputError(f"{places.output} is a folder", hint="name a file")
    if overwrite and not resume:
        return False
    state = journal.load(places.journal)
    if places.output.exists():
        # With a journal: killed between the last rename and the removal of the journal.
        if resume and (state is None or journal.named(places, state)):
            journal.remove(places)
            return True
        if not (resume and state is not None and state.overwrite):
            raise InputError(f"{places.output} exists already", hint="name another file or pass --overwrite")
    elif state is not None and state.rows and not resume:
        raise InputError(
            f"{places.unfinished} holds {state.rows:,} rows of an unfinished run",
            hint="go on with --resume or start afresh with --overwrite",
        )
    elif state is None and places.unfinished.exists() and places.unfinished.stat().st_size:
        raise InputError(
            f"{places.unfinished} exists without its journal", hint="remove it or start afresh with --overwrite"
        )
    return False


class Unfinished:
    """A run's rows on the disk. Use as a context manager: on the way out what is complete is made safe."""

    def __init__(self, places: Places, made: dict[str, Any], *, resume: bool, overwrite: bool) -> None:
        self._places = places
        # Set where the last journal must stand, as when the disk has refused something.
        self.broken = False
        self.state = State(made, overwrite)
        self._sum = hashlib.sha256()
        try:
            self._file = os.fdopen(os.open(places.unfinished, os.O_RDWR | os.O_CREAT, 0o644), "r+b")
        except OSError as error:
            raise self.trouble(error) from error
        try:
            _lock(self._file.fileno(), places)
            old = journal.load(places.journal) if resume else None
            if old is not None and old.rows:
                self.state = old
                self._check(made)
            else:
                # The journal first: rows without a journal would not be known as ours.
                journal.save(places.journal, self.state)
                self._file.truncate(0)
        except OSError as error:
            self._file.close()
            raise self.trouble(error) from error
        except BaseException:
            self._file.close()
            raise
        self._saved = time.monotonic()

    def _check(self, made: dict[str, Any]) -> None:
        """See that it goes on with the same, read the rows again, and cut off what came after the last journal."""
        different = journal.differences(self.state.made, made)
        if different:
            raise InputError(
                f"{self._places.unfinished} was made with {different}",
                hint="give the same as before, or start afresh with --overwrite",
            )
        left = self.state.offset
        while left and (block := self._file.read(min(_BLOCK, left))):
            self._sum.update(block)
            left -= len(block)
        if left or self._sum.hexdigest() != self.state.digest:
            raise InputError(
                f"{self._places.unfinished} is not as this run left it", hint="start afresh with --overwrite"
            )
        self._file.truncate(self.state.offset)

    def append(self, content: bytes, *, rows: int = 1) -> None:
        """Add whole rows."""
        try:
            self._file.write(content)
        except OSError as error:
            raise self.trouble(error) from error
        self._sum.update(content)
        self.state.offset += len(content)
        self.state.rows += rows

    @property
    def due(self) -> bool:
        """Whether it is time to make the rows safe."""
        return time.monotonic() >= self._saved + _SECONDS

    def save(self, summary: dict[str, Any]) -> None:
        """Make the rows so far safe."""
        self.state.summary = summary
        self.state.digest = self._sum.hexdigest()
        try:
            self._file.flush()
            os.fsync(self._file.fileno())
            journal.save(self._places.journal, self.state)
        except OSError as error:
            raise self.trouble(error) from error
        self._saved = time.monotonic()

    def finish(self, convert: Callable[[Path, Path], None] | None) -> None:
        """Give the finished file the name of the output. `convert` makes it from the rows, for other formats."""
        places = self._places
        try:
            ready = places.unfinished
            if convert:
                ready = places.converted
                convert(places.unfinished, ready)
                ready.chmod(0o644)
                with ready.open("rb") as file:
                    os.fsync(file.fileno())
            self.state.ready = ready.name
            journal.save(places.journal, self.state)
            self._file.close()
            os.replace(ready, places.output)
            journal.sync_folder(places.output)
            journal.remove(places)
        except OSError as error:
            raise self.trouble(error) from error

    def trouble(self, error: OSError) -> InputError:
        """Return what to tell the user when the disk does not take the rows."""
        self.broken = True
        reason = error.strerror or str(error) or type(error).__name__
        where = error.filename or self._places.unfinished
        if not self.state.rows:
            return InputError(
                f"{where} cannot be written ({reason})", hint="check the folder and the space on the disk"
            )
        return InputError(
            f"{where} cannot be written ({reason}); finished rows are kept",
            hint="check the folder and the space on the disk, then pass --resume",
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self._file.close()
            if error is not None and not self.state.rows and not self.broken:
                journal.remove(self._places)  # nothing was done that would be lost
        except OSError:
            if error is None:
                raise


def _lock(handle: int, places: Places) -> None:
    """Keep a second run away from the same files, where the system can; the lock goes with the process."""
    try:
        import fcntl
    except ImportError:
        return
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        raise InputError(
            f"another run is writing {places.output}", hint="wait for it or name another output"
        ) from error
