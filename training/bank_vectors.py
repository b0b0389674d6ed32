"""Prepare the shipped bank: `python training/bank_vectors.py`. Run it after any change to rubrics/ or reference/.

Writes vectors/: one file for each question, named by model and text digest, stale ones are removed; and the digests of
the files that passed validation.
"""

from __future__ import annotations

import hashlib
import json
import sys
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from grader.bank import QuestionBank
from grader.models.cache import vector_file, write_vectors
from grader.models.onnx import OnnxEncoder
from grader.prepared import rubric_texts


def main() -> None:
    """Write what is missing, remove what is stale."""
    encoder, folder = OnnxEncoder(), ROOT / "vectors"
    wanted: set[str] = set()
    for item in QuestionBank.load():
        texts = rubric_texts(item)
        name = vector_file(texts, encoder)
        wanted.add(name)
        if not (folder / name).exists():
            write_vectors(folder / name, encoder.encode(texts).astype(np.float16))
    for path in folder.glob("*.vec"):
        if path.name not in wanted:
            path.unlink()
    files = [path for name in ("rubrics", "reference") for path in sorted((ROOT / name).glob("*.yaml"))]
    digests = sorted(hashlib.sha256(path.read_bytes()).hexdigest() for path in files)
    (folder / "checked.json").write_text(json.dumps(digests, indent=0) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
