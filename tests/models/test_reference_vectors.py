"""The shipped encoder against vectors that the sentence-transformers library gave (training/reference_vectors.py)."""

from __future__ import annotations

from pathlib import Path

import numpy as np

FILE = Path(__file__).resolve().parents[1] / "data" / "reference_vectors.npz"


def test_cosine_with_the_original(encoder, marked_answers):
    with np.load(FILE, allow_pickle=False) as stored:
        ids, wanted = [str(name) for name in stored["ids"]], stored["vectors"].astype(np.float32)
    answers = {row["id"]: row["answer"] for row in marked_answers}
    assert len(ids) == len(set(ids)) == 200
    wanted /= np.linalg.norm(wanted, axis=1, keepdims=True)
    cosines = np.einsum("ij,ij->i", encoder.encode([answers[name] for name in ids]), wanted)
    assert cosines.min() >= 0.998
