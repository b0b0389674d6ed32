"""The shipped encoder: a text's vector is the same bytes in any company, and a damaged model says so."""

from __future__ import annotations

import shutil

import numpy as np
import pytest

from grader import Encoder, ModelError
from grader.models.onnx import OnnxEncoder
from grader.resources import shipped_model


@pytest.fixture(scope="module")
def texts(marked_answers):
    """Texts of very different lengths, from none to more than the 256 tokens that are read."""
    answers = [row["answer"] for row in marked_answers[:20]]
    return ["", "a", "BPE", "😀", "O(n^2)", *answers, " ".join(answers[:8]), *(a[:40] for a in answers[:6])]


@pytest.fixture(scope="module")
def alone(encoder, texts):
    return np.concatenate([encoder.encode([text]) for text in texts])


def test_shape_and_length(encoder, alone):
    assert isinstance(encoder, Encoder)
    assert alone.dtype == np.float32
    assert alone.shape[1] == 384
    assert np.allclose(np.linalg.norm(alone, axis=1), 1, atol=1e-5)
    assert encoder.encode([]).shape == (0, 384)


def test_batches_change_no_byte(encoder, texts, alone):
    assert encoder.encode(texts).tobytes() == alone.tobytes()


def test_order_changes_no_byte(encoder, texts, alone):
    assert encoder.encode(texts[::-1])[::-1].tobytes() == alone.tobytes()


def test_repetition_changes_no_byte(encoder, texts, alone):
    assert encoder.encode(texts * 2).tobytes() == np.concatenate([alone, alone]).tobytes()


@pytest.mark.parametrize("threads", [1, 2])
def test_threads_change_no_byte(texts, alone, threads):
    other = OnnxEncoder(threads=threads)
    assert other.encode(texts).tobytes() == alone.tobytes()
    assert np.concatenate([other.encode([text]) for text in texts]).tobytes() == alone.tobytes()


def test_meaning(encoder):
    cat, kitten, tax = encoder.encode(["The cat sleeps.", "A kitten is napping.", "Taxes rose last year."])
    assert cat @ kitten > cat @ tax + 0.3


@pytest.fixture
def copied(tmp_path):
    return shutil.copytree(shipped_model("minilm"), tmp_path / "minilm")


def test_a_copied_folder_works(copied, encoder):
    assert OnnxEncoder(folder=copied).digest == encoder.digest


@pytest.mark.parametrize("name", ["manifest.json", "weights.bin", "graph.onnx", "tokenizer.json"])
def test_missing_file(copied, name):
    (copied / name).unlink()
    with pytest.raises(ModelError, match=name) as caught:
        OnnxEncoder(folder=copied)
    assert "\n" not in str(caught.value)
    assert caught.value.hint


@pytest.mark.parametrize("name", ["weights.bin", "graph.onnx", "tokenizer.json", "manifest.json"])
def test_a_file_cut_short(copied, name):
    whole = (copied / name).read_bytes()
    (copied / name).write_bytes(whole[: len(whole) // 2])
    with pytest.raises(ModelError) as caught:
        OnnxEncoder(folder=copied)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("name", ["weights.bin", "graph.onnx", "tokenizer.json"])
def test_altered_byte(copied, name):
    content = bytearray((copied / name).read_bytes())
    content[len(content) // 2] ^= 1
    (copied / name).write_bytes(content)
    with pytest.raises(ModelError, match=name) as caught:
        OnnxEncoder(folder=copied)
    assert "\n" not in str(caught.value)
    assert "damaged" in str(caught.value)


@pytest.mark.parametrize("manifest", ["", "{", "[]", "{}", '{"files": 3}', "null"])
def test_broken_manifest(copied, manifest):
    (copied / "manifest.json").write_text(manifest)
    with pytest.raises(ModelError) as caught:
        OnnxEncoder(folder=copied)
    assert "\n" not in str(caught.value)
