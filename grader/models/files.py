"""Reads the files of a model folder and checks them; needs no numpy, so that it can begin while numpy is imported."""

from __future__ import annotations

import hashlib
import json
import mmap
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from grader.errors import ModelError

REINSTALL = "reinstall grader, or build the model again with training/encoder/build.py"


@dataclass(frozen=True, slots=True)
class ModelFiles:
    """The contents of a model's files, by name, each with the SHA-256 that the manifest gives; `digest` names them all.

    Contents are mapped, not copied: a model that is replaced while it is used must be replaced by new files.
    """

    path: Path
    manifest: dict[str, Any]
    contents: dict[str, mmap.mmap]
    digest: str

    def forget(self, name: str) -> None:
        """Give the memory of a file back; what of it is needed again is read again."""
        if hasattr(mmap, "MADV_DONTNEED"):
            self.contents[name].madvise(mmap.MADV_DONTNEED)


def read_files(path: Path) -> ModelFiles:
    """Read a model folder. Raises `ModelError` where a file is missing or not the one in the manifest."""
    try:
        raw_manifest = (path / "manifest.json").read_bytes()
        manifest = json.loads(raw_manifest)
        contents = {}
        for name, digest in manifest["files"].items():
            contents[name] = _mapped(path / name)
            if hashlib.sha256(contents[name]).hexdigest() != digest:
                raise ModelError(f"model file {path / name} is damaged: its SHA-256 differs", hint=REINSTALL)
    except FileNotFoundError as error:
        raise ModelError(f"model file {error.filename} is missing", hint=REINSTALL) from error
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise ModelError(f"model folder {path} cannot be read ({error})", hint=REINSTALL) from error
    return ModelFiles(path, manifest, contents, hashlib.sha256(raw_manifest).hexdigest()[:16])


def _mapped(path: Path) -> mmap.mmap:
    with path.open("rb") as file:
        if hasattr(mmap, "MAP_POPULATE"):  # one call in place of thousands of page faults
            return mmap.mmap(file.fileno(), 0, flags=mmap.MAP_PRIVATE | mmap.MAP_POPULATE, prot=mmap.PROT_READ)
        return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
