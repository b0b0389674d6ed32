"""Libraries that are needed for some formats only."""

from __future__ import annotations

import importlib
from types import ModuleType

from grader.errors import MissingExtra


def need(module: str, extra: str) -> ModuleType:
    """Import a library. Raises `MissingExtra` with the command that installs it."""
    try:
        return importlib.import_module(module)
    except ImportError as error:
        library = module.partition(".")[0]
        raise MissingExtra(
            f"{library}, which reads or writes {extra} files, is not installed", hint=f"pip install 'grader[{extra}]'"
        ) from error
