"""Libraries that are needed for some formats and engines only."""

from __future__ import annotations

import importlib
from types import ModuleType

from grader.errors import MissingExtra

_PACKAGES = {"excel": "openpyxl xlsxwriter", "ray": "'ray[data]'"}


def need(module: str, extra: str, purpose: str = "") -> ModuleType:
    """Import a library. Raises `MissingExtra` with the command that installs it; by default it is one for files."""
    try:
        return importlib.import_module(module)
    except ImportError as error:
        library = module.partition(".")[0]
        purpose = purpose or f"which reads or writes {extra} files"
        # Not "grader[...]": in the public index that name belongs to another project.
        hint = f"pip install {_PACKAGES.get(extra, library)}"
        raise MissingExtra(f"{library}, {purpose}, is not installed", hint=hint) from error
