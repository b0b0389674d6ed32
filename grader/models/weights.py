"""Reads a model folder: checks its digests and expands its matrices to float32.

Matrices are stored as signed 8-bit blocks with one scale each, or as 16-bit floats, and computed with as float32. Few
bits keep the package small; the float32 arithmetic keeps results the same in any batch and nearly the same on any
machine, which 8-bit arithmetic with rounded activations is not.
"""

from __future__ import annotations

import hashlib
import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from grader.errors import ModelError

_REINSTALL = "reinstall grader, or build the model again with training/encoder/build.py"


@dataclass(frozen=True, slots=True)
class Blocks:
    """A matrix in 8-bit blocks along `axis`."""

    integers: NDArray[np.int8]
    scales: NDArray[np.float32]
    axis: int

    def expand(self) -> NDArray[np.float32]:
        """Return the whole matrix as float32."""
        rows, columns = self.integers.shape
        if self.axis == 0:
            shape, scales = (self.scales.shape[0], -1, columns), self.scales[:, None, :]
        else:
            shape, scales = (rows, self.scales.shape[1], -1), self.scales[:, :, None]
        values = self.integers.reshape(shape).astype(np.float32)
        values *= scales
        return values.reshape(rows, columns)

    def rows(self, index: NDArray[np.int64]) -> NDArray[np.float32]:
        """Return the rows at `index` (any shape) as float32, shape index.shape + (columns,); needs axis 1."""
        blocks = self.integers[index].reshape(*index.shape, self.scales.shape[1], -1)
        return (blocks * self.scales[index][..., None]).reshape(*index.shape, -1)


@dataclass(frozen=True, slots=True)
class Halves:
    """A matrix of 16-bit floats."""

    values: NDArray[np.float16]

    def expand(self) -> NDArray[np.float32]:
        """Return the matrix as float32."""
        return self.values.astype(np.float32)


@dataclass(frozen=True, slots=True)
class ModelFolder:
    """A model folder, read whole; nothing computed from it may be used before `verify` has passed."""

    path: Path
    manifest: dict[str, Any]
    files: dict[str, NDArray[np.uint8]]
    matrices: dict[str, Blocks | Halves]
    digest: str

    def verify(self) -> None:
        """Raise `ModelError` where a file is not the one in the manifest; made to run beside other work."""
        for name, content in self.files.items():
            if hashlib.sha256(content.data).hexdigest() != self.manifest["files"][name]:
                raise ModelError(f"model file {self.path / name} is damaged: its SHA-256 differs", hint=_REINSTALL)

    def table(self, name: str) -> Blocks:
        """Return a lookup table, of which single rows can be read."""
        found = self.matrices[name]
        if not isinstance(found, Blocks):
            raise ModelError(f"{name} of model {self.path} is no lookup table", hint=_REINSTALL)
        return found

    def expand(self, names: list[str]) -> dict[str, NDArray[np.float32]]:
        """Expand several matrices, on two threads: numpy lets go of the lock while it multiplies."""
        with ThreadPoolExecutor(2) as pool:
            return dict(zip(names, pool.map(lambda name: self.matrices[name].expand(), names), strict=True))


def open_folder(path: Path) -> ModelFolder:
    """Read a model folder. Raises `ModelError` where a file is missing or cut short, or the manifest is none."""
    try:
        raw_manifest = (path / "manifest.json").read_bytes()
        manifest = json.loads(raw_manifest)
        files = {name: np.fromfile(path / name, np.uint8) for name in manifest["files"]}
        matrices = {
            name: _matrix(files["weights.bin"], entry, manifest) for name, entry in manifest["matrices"].items()
        }
    except FileNotFoundError as error:
        raise ModelError(f"model file {error.filename} is missing", hint=_REINSTALL) from error
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ModelError(f"model folder {path} cannot be read ({error})", hint=_REINSTALL) from error
    return ModelFolder(path, manifest, files, matrices, hashlib.sha256(raw_manifest).hexdigest()[:16])


def _matrix(raw: NDArray[np.uint8], entry: dict[str, Any], manifest: dict[str, Any]) -> Blocks | Halves:
    rows, columns = entry["shape"]
    if "halves" in entry:
        at = entry["halves"]
        return Halves(raw[at : at + 2 * rows * columns].view(np.float16).reshape(rows, columns))
    axis, block = entry["axis"], manifest["block"]
    scale_shape = (rows // block, columns) if axis == 0 else (rows, columns // block)
    start, scales = entry["integers"], entry["scales"]
    return Blocks(
        raw[start : start + rows * columns].view(np.int8).reshape(rows, columns),
        raw[scales : scales + 4 * scale_shape[0] * scale_shape[1]].view(np.float32).reshape(scale_shape),
        axis,
    )
