"""Finds the packaged data: in a wheel under `grader/_data`, in a checkout beside the package."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def data_root() -> Path:
    """Return the folder that holds `rubrics/`, `reference/`, `models/` and `vectors/`."""
    packaged = _PACKAGE / "_data"
    return packaged if packaged.is_dir() else _PACKAGE.parent


def shipped_bank() -> Path:
    """Return the folder of the question bank that comes with the package."""
    return data_root()


def shipped_model(name: str) -> Path:
    """Return the folder of a model that comes with the package."""
    return data_root() / "models" / name


def shipped_vectors() -> Path:
    """Return the folder of the vectors of the shipped bank, made by `training/bank_vectors.py`."""
    return data_root() / "vectors"


def shipped_checks() -> Path:
    """Return the list of the shipped bank's files that passed validation, by SHA-256 (see `bank.checked`)."""
    return shipped_vectors() / "checked.json"
