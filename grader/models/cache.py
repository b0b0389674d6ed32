"""Vectors of rubrics on disk, by model and text digest.

The shipped bank's vectors lie in a read-only folder of the package, other banks' in the user's cache folder; both
hold one
small file for each rubric. A store that is read-only, full or corrupt never fails a grade: the vectors are then
computed.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from grader.models.base import Encoder

_CHECK_BYTES = 32


def default_cache_dir() -> Path | None:
    """Return where vectors are kept: GRADER_CACHE_DIR, else the platform's cache folder; None if there is no home."""
    named = os.environ.get("GRADER_CACHE_DIR")
    if named:
        return Path(named)
    with contextlib.suppress(RuntimeError):
        if sys.platform == "win32":
            return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local") / "grader" / "cache"
        if sys.platform == "darwin":
            return Path.home() / "Library" / "Caches" / "grader"
        return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "grader"
    return None


class VectorStore:
    """Reads from every folder in turn and writes to `writable`, if any."""

    def __init__(self, readable: Sequence[Path] = (), writable: Path | None = None) -> None:
        self._readable = [*readable, *([writable] if writable else [])]
        self._writable = writable

    def get(self, texts: Sequence[str], encoder: Encoder) -> NDArray[np.float32]:
        """Return one row for each text, rounded to half precision so that stored and fresh vectors are the same."""
        name = f"{_key(texts, encoder)}.vec"
        for folder in self._readable:
            vectors = _read(folder / name, len(texts))
            if vectors is not None:
                return vectors.astype(np.float32)
        half = encoder.encode(texts).astype(np.float16)
        if self._writable:
            write_vectors(self._writable / name, half)
        return half.astype(np.float32)


def _key(texts: Sequence[str], encoder: Encoder) -> str:
    digest = hashlib.sha256(encoder.digest.encode())
    for text in texts:
        encoded = text.encode("utf-8", "surrogatepass")
        digest.update(len(encoded).to_bytes(8, "little"))
        digest.update(encoded)
    return digest.hexdigest()[:40]


def vector_file(texts: Sequence[str], encoder: Encoder) -> str:
    """Return the name of the file that holds the vectors of these texts."""
    return f"{_key(texts, encoder)}.vec"


def _read(path: Path, rows: int) -> NDArray[np.float16] | None:
    """Return the stored rows, or None where the file is absent, unreadable, cut short or altered."""
    try:
        raw = path.read_bytes()
    except OSError:
        return None
    check, body = raw[:_CHECK_BYTES], raw[_CHECK_BYTES:]
    if hashlib.sha256(body).digest() != check or not body or len(body) % (2 * rows):
        return None
    return np.frombuffer(body, np.float16).reshape(rows, -1)


def write_vectors(path: Path, half: NDArray[np.float16]) -> None:
    """Write a file whole or not at all, so that readers and other writers never see half of it."""
    body = half.tobytes()
    temporary: str | None = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".writing-")
        with os.fdopen(handle, "wb") as file:
            file.write(hashlib.sha256(body).digest() + body)
        os.replace(temporary, path)
    except OSError:
        if temporary:
            with contextlib.suppress(OSError):
                os.unlink(temporary)
