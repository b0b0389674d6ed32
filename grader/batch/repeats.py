"""Which rows repeat the id and question of an earlier row, at constant memory: digests on disk, counted at the end."""

from __future__ import annotations

import hashlib
import tempfile
from array import array
from collections.abc import Iterator

import numpy as np

_PART_ROWS = 1 << 20
_SHOWN = 3


class Repeats:
    """Notes every row; `found` tells how many repeat another, and where the first few are."""

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile()  # noqa: SIM115 - closed by `close`
        self._buffer = array("Q")
        self._count = 0
        self._blanks = 0

    def note(self, identity: str, question: str) -> None:
        """Note the row."""
        self._add(f"{len(identity)}:{identity}{question}")

    def skip(self) -> None:
        """Note a row without an id, which repeats none."""
        self._blanks += 1
        self._add(f"-{self._blanks}")

    def _add(self, key: str) -> None:
        digest = hashlib.blake2b(key.encode("utf-8", "surrogatepass"), digest_size=8).digest()
        self._buffer.append(int.from_bytes(digest, "little"))
        self._count += 1
        if len(self._buffer) >= 1 << 14:
            self._flush()

    def _flush(self) -> None:
        self._buffer.tofile(self._file)
        self._buffer = array("Q")

    def found(self) -> tuple[int, list[int]]:
        """Return how many rows repeat an earlier one, and the numbers of the first ones noted (from 1)."""
        self._flush()
        parts = -(-self._count // _PART_ROWS)
        total = 0
        first: list[int] = []
        for part in range(parts):
            keys, rows = self._part(part, parts)
            order = np.lexsort((rows, keys))
            same = np.flatnonzero(keys[order][1:] == keys[order][:-1]) + 1
            total += len(same)
            first = sorted([*first, *(int(row) + 1 for row in np.sort(rows[order][same])[:_SHOWN])])[:_SHOWN]
        return total, first

    def close(self) -> None:
        """Give the disk space back."""
        self._file.close()

    def _part(self, part: int, parts: int) -> tuple[np.ndarray, np.ndarray]:
        """Return those keys, with their rows, that fall into one of several parts."""
        kept = [(keys[mask], start + np.flatnonzero(mask)) for start, keys in self._blocks()
                for mask in [keys % np.uint64(parts) == np.uint64(part)]]  # fmt: skip
        return np.concatenate([keys for keys, _ in kept]), np.concatenate([rows for _, rows in kept])

    def _blocks(self) -> Iterator[tuple[int, np.ndarray]]:
        self._file.seek(0)
        start = 0
        while raw := self._file.read(1 << 20):
            keys = np.frombuffer(raw, np.uint64)
            yield start, keys
            start += len(keys)
