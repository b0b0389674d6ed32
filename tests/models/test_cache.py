"""Stored vectors: whatever lies in the folder, the vectors are right."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from grader.models.cache import VectorStore, default_cache_dir, vector_file

TEXTS = ["a tokenizer splits text", "every piece has a number", "é \ud800"]
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def expected(toy_encoder):
    return toy_encoder.encode(TEXTS).astype(np.float16).astype(np.float32)


@pytest.fixture
def stored(tmp_path, toy_encoder):
    """A folder with the vectors, as (folder, file)."""
    VectorStore(writable=tmp_path).get(TEXTS, toy_encoder)
    return tmp_path, tmp_path / vector_file(TEXTS, toy_encoder)


def test_the_second_time_is_read(stored, toy_encoder, expected):
    calls = toy_encoder.calls
    assert VectorStore(writable=stored[0]).get(TEXTS, toy_encoder).tobytes() == expected.tobytes()
    assert VectorStore([stored[0]]).get(TEXTS, toy_encoder).tobytes() == expected.tobytes()
    assert toy_encoder.calls == calls


def test_fresh_and_stored_are_the_same_bytes(stored, toy_encoder):
    fresh = VectorStore().get(TEXTS, toy_encoder)
    assert VectorStore([stored[0]]).get(TEXTS, toy_encoder).tobytes() == fresh.tobytes()


@pytest.mark.parametrize(
    "damage",
    [
        lambda raw: b"",
        lambda raw: b"junk",
        lambda raw: raw[:32],
        lambda raw: raw[:-1],
        lambda raw: raw[: len(raw) // 2],
        lambda raw: raw + b"\0\0",
        lambda raw: raw[:-1] + bytes([raw[-1] ^ 1]),
        lambda raw: bytes([raw[0] ^ 1]) + raw[1:],
        lambda raw: bytes(len(raw)),
    ],
)
def test_damaged_files_are_replaced(stored, toy_encoder, expected, damage):
    folder, file = stored
    good = file.read_bytes()
    file.write_bytes(damage(good))
    assert VectorStore(writable=folder).get(TEXTS, toy_encoder).tobytes() == expected.tobytes()
    assert file.read_bytes() == good


def test_a_folder_in_place_of_the_file(tmp_path, toy_encoder, expected):
    (tmp_path / vector_file(TEXTS, toy_encoder)).mkdir()
    assert VectorStore(writable=tmp_path).get(TEXTS, toy_encoder).tobytes() == expected.tobytes()
    assert [path for path in tmp_path.iterdir() if path.name.startswith(".writing-")] == []


def test_a_file_in_place_of_the_folder(tmp_path, toy_encoder, expected):
    blocked = tmp_path / "cache"
    blocked.write_text("not a folder")
    for folder in (blocked, blocked / "vectors"):
        assert VectorStore(writable=folder).get(TEXTS, toy_encoder).tobytes() == expected.tobytes()
    assert blocked.read_text() == "not a folder"


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="permissions do not bind this user")
def test_a_folder_without_permission(tmp_path, toy_encoder, expected):
    tmp_path.chmod(0o500)
    try:
        assert VectorStore(writable=tmp_path).get(TEXTS, toy_encoder).tobytes() == expected.tobytes()
    finally:
        tmp_path.chmod(0o700)
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk(tmp_path, toy_encoder, expected, monkeypatch):
    def fail(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", fail)
    assert VectorStore(writable=tmp_path).get(TEXTS, toy_encoder).tobytes() == expected.tobytes()
    assert list(tmp_path.iterdir()) == []


def test_names_depend_on_texts_and_model(toy_encoder):
    names = {vector_file(texts, toy_encoder) for texts in (["ab"], ["a", "b"], ["b", "a"], ["a"])}
    toy_encoder.digest = "other"
    assert len(names | {vector_file(["ab"], toy_encoder)}) == 5


def test_default_folder(monkeypatch):
    monkeypatch.setenv("GRADER_CACHE_DIR", "somewhere")
    assert default_cache_dir() == Path("somewhere")
    monkeypatch.delenv("GRADER_CACHE_DIR")
    assert default_cache_dir() is None or "grader" in default_cache_dir().parts


WRITER = """
import sys
from pathlib import Path
import numpy as np
from grader.models.cache import VectorStore, vector_file

class Encoder:
    name, digest, runtime = "n", "d", "r"
    def encode(self, texts):
        return np.full((len(texts), 64), 0.125, np.float32)

folder, texts = Path(sys.argv[1]), ["a", "b", "c"]
for _ in range(100):
    assert (VectorStore(writable=folder).get(texts, Encoder()) == 0.125).all()
    (folder / vector_file(texts, Encoder())).unlink(missing_ok=True)
VectorStore(writable=folder).get(texts, Encoder())
"""


def test_several_processes_write_at_once(tmp_path):
    command = [sys.executable, "-c", WRITER, str(tmp_path / "cache")]
    writers = [subprocess.Popen(command, stderr=subprocess.PIPE, cwd=ROOT) for _ in range(4)]
    outcomes = [(writer.communicate()[1], writer.returncode) for writer in writers]
    assert outcomes == [(b"", 0)] * 4
    # A slower process may unlink the file last; then it writes it again before it ends.
    assert [path.suffix for path in (tmp_path / "cache").iterdir()] == [".vec"]
