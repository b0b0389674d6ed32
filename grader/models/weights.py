"""Expands the matrices of a model to float32.

Matrices are stored as signed 8-bit blocks with one scale each, or as 16-bit floats, and computed with as float32. Few
bits keep the package small; the float32 arithmetic keeps results the same in any batch and nearly the same on any
machine, which 8-bit arithmetic with rounded activations is not.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from grader.errors import ModelError
from grader.models.files import REINSTALL, ModelFiles

# Only a few rows of the word table are needed for one answer.
_TABLES = ("words",)


@dataclass(frozen=True, slots=True)
class Blocks:
    """A matrix in 8-bit blocks along `axis`."""

    integers: NDArray[np.int8]
    scales: NDArray[np.float32]
    axis: int

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        return self.integers.shape[0], self.integers.shape[1]

    @property
    def size(self) -> int:
        """How many numbers there are."""
        return self.integers.size

    def expand_into(self, room: NDArray[np.float32]) -> None:
        """Write the whole matrix as float32 into an array of its shape."""
        rows, columns = self.shape
        if self.axis == 0:
            shape, scales = (self.scales.shape[0], -1, columns), self.scales[:, None, :]
        else:
            shape, scales = (rows, self.scales.shape[1], -1), self.scales[:, :, None]
        np.multiply(self.integers.reshape(shape), scales, out=room.reshape(shape))

    def rows(self, index: NDArray[np.int64]) -> NDArray[np.float32]:
        """Return the rows at `index` (any shape) as float32, shape index.shape + (columns,); needs axis 1."""
        blocks = self.integers[index].reshape(*index.shape, self.scales.shape[1], -1)
        return (blocks * self.scales[index][..., None]).reshape(*index.shape, -1)


@dataclass(frozen=True, slots=True)
class Halves:
    """A matrix of 16-bit floats."""

    values: NDArray[np.float16]

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        return self.values.shape[0], self.values.shape[1]

    @property
    def size(self) -> int:
        """How many numbers there are."""
        return self.values.size

    def expand_into(self, room: NDArray[np.float32]) -> None:
        """Write the whole matrix as float32 into an array of its shape."""
        np.copyto(room, self.values)


@dataclass(frozen=True, slots=True)
class Weights:
    """What a model computes with: `matrices` as float32 by name; of lookup tables, single rows are expanded."""

    files: ModelFiles
    matrices: dict[str, NDArray[np.float32]]
    tables: dict[str, Blocks]


def expand(files: ModelFiles) -> Weights:
    """Expand every matrix but the lookup tables. Raises `ModelError` where the manifest does not fit the weights."""
    everything = _stored(files)
    stored = {name: matrix for name, matrix in everything.items() if name not in _TABLES}
    # One piece of memory for all: the system hands it out in pages of 2 MB, not of 4 kB.
    room = np.empty(sum(matrix.size for matrix in stored.values()), np.float32)
    matrices, at = {}, 0
    raw = np.frombuffer(files.contents["weights.bin"], np.uint8)
    at_once = all(isinstance(matrix, Halves) for matrix in stored.values()) and 2 * len(room) == len(raw)
    if at_once:  # every call has to ask for the interpreter again, while other threads import
        np.copyto(room, raw.view(np.float16))
    for name, matrix in stored.items():
        matrices[name] = room[at : at + matrix.size].reshape(matrix.shape)
        if not at_once:
            matrix.expand_into(matrices[name])
        at += matrix.size
    files.forget("weights.bin")
    return Weights(files, matrices, _tables(everything))


def tables(files: ModelFiles) -> dict[str, Blocks]:
    """Return the lookup tables by name. Raises `ModelError` where the manifest does not fit the weights."""
    return _tables(_stored(files))


def _tables(stored: dict[str, Blocks | Halves]) -> dict[str, Blocks]:
    return {name: one for name, one in stored.items() if name in _TABLES and isinstance(one, Blocks)}


def _stored(files: ModelFiles) -> dict[str, Blocks | Halves]:
    try:
        return {name: _matrix(files, entry) for name, entry in files.manifest["matrices"].items()}
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ModelError(f"model folder {files.path} cannot be read ({error})", hint=REINSTALL) from error


def _matrix(files: ModelFiles, entry: dict[str, Any]) -> Blocks | Halves:
    raw = np.frombuffer(files.contents["weights.bin"], np.uint8)
    rows, columns = entry["shape"]
    if "halves" in entry:
        at = entry["halves"]
        return Halves(raw[at : at + 2 * rows * columns].view(np.float16).reshape(rows, columns))
    axis, block = entry["axis"], files.manifest["block"]
    scale_shape = (rows // block, columns) if axis == 0 else (rows, columns // block)
    start, scales = entry["integers"], entry["scales"]
    return Blocks(
        raw[start : start + rows * columns].view(np.int8).reshape(rows, columns),
        raw[scales : scales + 4 * scale_shape[0] * scale_shape[1]].view(np.float32).reshape(scale_shape),
        axis,
    )
