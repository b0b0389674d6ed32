"""Starts what every shipped model needs: a tokenizer and an onnxruntime session over expanded weights."""

from __future__ import annotations

import os
from collections.abc import Sequence

import onnxruntime
from tokenizers import Tokenizer

from grader.errors import ModelError
from grader.models.weights import ModelFolder

RUNTIME = f"onnxruntime {onnxruntime.__version__}"


def load_tokenizer(opened: ModelFolder) -> Tokenizer:
    """Read tokenizer.json; texts are neither padded nor cut."""
    tokenizer = Tokenizer.from_file(str(opened.path / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return tokenizer


def start_session(
    opened: ModelFolder, *, outside: Sequence[str] = (), threads: int | None = None
) -> onnxruntime.InferenceSession:
    """Expand the matrices, except those that stay `outside` of the graph, and start a session on the CPU.

    Raises `ModelError` where this onnxruntime does not run the graph.
    """
    matrices = opened.expand([name for name in opened.matrices if name not in outside])
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads or min(os.cpu_count() or 1, 4)
    # The graph is written fused: nothing is left to optimise at every start.
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    options.log_severity_level = 3
    # Waiting threads must not spin: in a fresh process they would take the core that imports the rest.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    values = [onnxruntime.OrtValue.ortvalue_from_numpy(value) for value in matrices.values()]
    options.add_external_initializers(list(matrices), values)
    graph = str(opened.path / "graph.onnx")
    try:
        return onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])
    except Exception as error:  # onnxruntime raises its own kinds, derived from Exception and RuntimeError
        opened.verify()
        raise ModelError(
            f"model {opened.path} does not run on {RUNTIME} ({error})",
            hint="install the versions that grader asks for: pip install --force-reinstall grader",
        ) from error
