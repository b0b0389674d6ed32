"""What the recipes of the shipped models share: writing a fused BERT graph and its 8-bit weight file.

Graphs are written by hand, already fused (com.microsoft Attention, BiasGelu), so that onnxruntime
need not optimise them at start. Word tables stay outside of the graph: a lookup of a few rows needs no session.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

HIDDEN, HEADS, LAYERS, BLOCK = 384, 12, 6, 32
EPSILON = 1e-12

Array = NDArray[np.float32]


class Graph:
    """Collects nodes and initializers; every method returns the name of its output.

    With `past` each layer also reads `past<index>`, keys and values of earlier tokens, (2, 1, heads, earlier, 32), and gives
    `present<index>`: those, and its own behind.
    """

    def __init__(self, *, past: bool = False) -> None:
        self.past = past
        self.nodes: list[onnx.NodeProto] = []
        self.small: list[onnx.TensorProto] = []
        self.large: dict[str, Array] = {}

    def node(
        self, op: str, inputs: list[str], output: str, domain: str = "", more: tuple[str, ...] = (), **attributes: float
    ) -> str:
        """Add a node; `more` names further outputs."""
        self.nodes.append(helper.make_node(op, inputs, [output, *more], name=output, domain=domain, **attributes))
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


def embedded(graph: Graph, weights: Mapping[str, Array], count: int) -> str:
    """Add word rows and the first `count` positions, and norm them."""
    positions = weights["embeddings.position_embeddings.weight"] + weights["embeddings.token_type_embeddings.weight"][0]
    table = graph.store("positions", positions[:count])
    state = graph.node("Add", ["words", graph.node("Gather", [table, "position"], "position_rows")], "embedded")
    gamma = graph.store("norm.gamma", weights["embeddings.LayerNorm.weight"])
    beta = graph.store("norm.beta", weights["embeddings.LayerNorm.bias"])
    return graph.node("LayerNormalization", [state, gamma, beta], "normed", epsilon=EPSILON, axis=-1)


def layer(
    graph: Graph, weights: Mapping[str, Array], index: int, state: str, cut: Callable[[str], str] | None = None
) -> str:
    """Add one post-norm BERT layer; reads the input `mask`. `cut` keeps some of the rows once they have been attended to."""
    source, name = f"encoder.layer.{index}.", f"layer{index}."

    def residual(inputs: str, value: str, norm: str, bias: str, output: str) -> str:
        # Not SkipLayerNormalization, whose loops are not vectorised: it took a tenth of the whole pass.
        added = graph.store(f"{name}{output}.bias", weights[f"{source}{bias}.bias"])
        value = graph.node("Add", [value, added], f"{name}{output}.biased")
        value = graph.node("Add", [inputs, value], f"{name}{output}.sum")
        gamma = graph.store(f"{name}{output}.gamma", weights[f"{source}{norm}.weight"])
        beta = graph.store(f"{name}{output}.beta", weights[f"{source}{norm}.bias"])
        return graph.node("LayerNormalization", [value, gamma, beta], name + output, epsilon=EPSILON, axis=-1)

    heads = [f"{source}attention.self.{part}" for part in ("query", "key", "value")]
    qkv = graph.store(name + "qkv", np.concatenate([weights[f"{h}.weight"].T for h in heads], axis=1))
    qkv_bias = graph.store(name + "qkv.bias", np.concatenate([weights[f"{h}.bias"] for h in heads]))
    inputs = [state, qkv, qkv_bias, "mask", *([f"past{index}"] if graph.past else [])]
    more = (f"present{index}",) if graph.past else ()
    mixed = graph.node("Attention", inputs, name + "attention", "com.microsoft", more, num_heads=HEADS)
    if cut:
        mixed, state = cut(mixed), cut(state)
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


def to_model(
    graph: Graph, name: str, inputs: list[onnx.ValueInfoProto], outputs: list[onnx.ValueInfoProto]
) -> onnx.ModelProto:
    """Wrap the graph as a model."""
    proto = helper.make_graph(graph.nodes, name, inputs, outputs, graph.small)
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


def write_halves(path: Path, matrices: Mapping[str, Array]) -> dict[str, dict[str, object]]:
    """Write the matrices as 16-bit floats, 64-byte aligned; return the table for the manifest."""
    table: dict[str, dict[str, object]] = {}
    with path.open("wb") as file:
        for name, matrix in matrices.items():
            file.write(b"\0" * (-file.tell() % 64))
            table[name] = {"shape": list(matrix.shape), "halves": file.tell()}
            file.write(matrix.astype(np.float16).tobytes())
    return table


def write_manifest(
    out: Path, files: list[str], facts: dict[str, object], matrices: dict[str, dict[str, object]]
) -> None:
    """Write manifest.json: the facts, the SHA-256 of every file, and where each matrix lies."""
    digests = {name: hashlib.sha256((out / name).read_bytes()).hexdigest() for name in files}
    text = json.dumps({**facts, "files": digests, "matrices": matrices}, indent=1)
    (out / "manifest.json").write_text(text + "\n", encoding="utf-8")
