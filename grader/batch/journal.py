"""What a killed run goes on from: how far the unfinished file is good, and what it was made with.

Beside OUT lie `OUT.partial`, the rows so far, and `OUT.journal`. The journal is replaced whole, and only after the rows
it counts are on the disk; rows behind its offset are cut off and graded again. At the end the finished file gets the
name OUT, and both are gone.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from grader.errors import InputError

_FORMAT = 1


@dataclass(frozen=True, slots=True)
class Places:
    """The files of one run: `unfinished` rows, `converted` where another format is made of them, `copy` of a pipe."""

    output: Path
    unfinished: Path
    journal: Path
    converted: Path
    copy: Path

    @classmethod
    def of(cls, output: str) -> Places:
        """Name them after the output."""
        beside = [Path(f"{output}.{ending}") for ending in ("partial", "journal", "converted", "input")]
        return cls(Path(output), *beside)


@dataclass(slots=True)
class State:
    """`rows` answers are done and take `offset` bytes, whose SHA-256 is `digest`.

    `made` says what they were made with, `summary` sums them up, and `overwrite` whether an existing output may go.
    `ready`: the file that is about to become the output, once all is done.
    """

    made: dict[str, Any]
    overwrite: bool = False
    ready: str = ""
    rows: int = 0
    offset: int = 0
    digest: str = hashlib.sha256().hexdigest()
    summary: dict[str, Any] = field(default_factory=dict)


_NAMES = {"input": "another input", "bank": "another question bank", "grader": "other models, settings or versions"}


def differences(old: dict[str, Any], new: dict[str, Any]) -> str:
    """Say in words what two runs were made differently with; empty where nothing differs."""
    found = [_NAMES.get(key, "other options") for key in new if old.get(key) != new[key]]
    return " and ".join(dict.fromkeys(found))


def load(path: Path) -> State | None:
    """Return what a journal says; None where there is none. Raises `InputError` where it cannot be used."""
    try:
        raw = json.loads(path.read_bytes())
        if raw.pop("format") != _FORMAT:
            raise InputError(f"{path} was written by another version", hint="pass --overwrite to start afresh")
        return State(**raw)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise InputError(f"{path} cannot be read ({error.strerror})", hint="check its permissions") from error
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise InputError(f"{path} is damaged", hint="pass --overwrite to start afresh") from error


def save(path: Path, state: State) -> None:
    """Replace a journal, whole or not at all. Raises `OSError`."""
    content = {"format": _FORMAT, **{name: getattr(state, name) for name in State.__slots__}}
    new = path.with_name(f"{path.name}.new")
    with new.open("w", encoding="utf-8") as file:
        json.dump(content, file)
        file.flush()
        os.fsync(file.fileno())
    os.replace(new, path)
    sync_folder(path)


def named(places: Places, state: State) -> bool:
    """Return whether the output has got its name already: what was ready is gone from its old place."""
    return bool(state.ready) and not places.output.with_name(state.ready).exists()


def sync_folder(path: Path) -> None:
    """Make the names in the folder of a file last through a power cut; not every system can."""
    with contextlib.suppress(OSError):
        handle = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def remove(places: Places) -> None:
    """Remove what a run leaves beside its output; the journal last, as it explains the rest."""
    for path in (places.unfinished, places.converted, places.journal.with_name(f"{places.journal.name}.new")):
        path.unlink(missing_ok=True)
    places.journal.unlink(missing_ok=True)
