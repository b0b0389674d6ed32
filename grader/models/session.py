"""Starts what every shipped model needs: a tokenizer and an onnxruntime session over expanded weights."""

from __future__ import annotations

import os

import onnxruntime
from tokenizers import Tokenizer

from grader.errors import ModelError
from grader.models.files import ModelFiles
from grader.models.weights import Weights

RUNTIME = f"onnxruntime {onnxruntime.__version__}"


def load_tokenizer(files: ModelFiles) -> Tokenizer:
    """Read tokenizer.json; texts are neither padded nor cut."""
    tokenizer = Tokenizer.from_buffer(files.contents["tokenizer.json"][:])
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return tokenizer


def start_session(weights: Weights, *, threads: int | None = None) -> onnxruntime.InferenceSession:
    """Start a session on the CPU. Raises `ModelError` where this onnxruntime does not run the graph."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads or min(os.cpu_count() or 1, 4)
    # The graph is written fused: nothing is left to optimise at every start.
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    options.log_severity_level = 3
    # Waiting threads must not spin: in a fresh process they would take the core that imports the rest.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    values = [onnxruntime.OrtValue.ortvalue_from_numpy(value) for value in weights.matrices.values()]
    options.add_external_initializers(list(weights.matrices), values)
    graph = weights.files.contents["graph.onnx"][:]
    try:
        return onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])
    except Exception as error:  # onnxruntime raises its own kinds, derived from Exception and RuntimeError
        raise ModelError(
            f"model {weights.files.path} does not run on {RUNTIME} ({error})",
            hint="install a version of onnxruntime that grader asks for: `pip check` names what does not fit",
        ) from error
