"""The default encoder: all-MiniLM-L6-v2 on onnxruntime and tokenizers, without torch."""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from tokenizers import Tokenizer

from grader.errors import ModelError
from grader.models.weights import ModelFolder, open_folder
from grader.resources import shipped_model

# Texts are padded to a multiple of 8 tokens, whatever they are batched with: the shape that computes a text is a
# function of that text alone. tests/models/test_onnx.py compares bytes alone, batched, and with one thread and two.
_STEP = 8
_BATCH_TOKENS = 512


class OnnxEncoder:
    """Mean-pooled, L2-normalised sentence vectors of 384 dimensions; texts are cut after 256 tokens.

    Architecture and weights: Wang et al. 2020 (arXiv 2002.10957), Reimers and Gurevych 2019 (arXiv 1908.10084).
    """

    def __init__(self, name: str = "minilm", *, folder: Path | None = None, threads: int | None = None) -> None:
        opened = open_folder(folder or shipped_model(name))
        self.name = name
        self.digest = opened.digest
        self.runtime = f"onnxruntime {onnxruntime.__version__}"
        self._dimensions = int(opened.manifest["dimensions"])
        self._words = opened.matrices["words"]
        # Hashing, the tokenizer and the session let go of the interpreter: they run side by side.
        with ThreadPoolExecutor(2) as pool:
            checked = pool.submit(opened.verify)
            tokenizer = pool.submit(_load_tokenizer, opened)
            try:
                self._session = _start_session(opened, threads or min(os.cpu_count() or 1, 4))
            except Exception as error:  # onnxruntime raises its own kinds, derived from Exception and RuntimeError
                checked.result()
                raise ModelError(
                    f"model {opened.path} does not run on onnxruntime {onnxruntime.__version__} ({error})",
                    hint="install the versions that grader asks for: pip install --force-reinstall grader",
                ) from error
            checked.result()
            self._tokenizer = tokenizer.result()

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return one L2-normalised row for each text; see `Encoder.encode`."""
        vectors = np.zeros((len(texts), self._dimensions), np.float32)
        encodings = [e.ids for e in self._tokenizer.encode_batch(list(texts))] if texts else []
        shelves: dict[int, list[int]] = {}
        for index, ids in enumerate(encodings):
            shelves.setdefault(-(-len(ids) // _STEP) * _STEP, []).append(index)
        for length, members in shelves.items():
            size = max(1, _BATCH_TOKENS // length)
            for start in range(0, len(members), size):
                batch = members[start : start + size]
                vectors[batch] = self._run([encodings[i] for i in batch], length)
        return vectors

    def _run(self, batch: list[list[int]], length: int) -> NDArray[np.float32]:
        ids = np.zeros((len(batch), length), np.int64)
        mask = np.zeros((len(batch), length), np.int32)
        for row, tokens in enumerate(batch):
            ids[row, : len(tokens)] = tokens
            mask[row, : len(tokens)] = 1
        position = np.broadcast_to(np.arange(length), ids.shape)
        feed = {"words": self._words.rows(ids), "position": np.ascontiguousarray(position), "mask": mask}
        hidden: NDArray[np.float32] = self._session.run(None, feed)[0]
        pooled = np.stack([state[: len(tokens)].mean(axis=0) for state, tokens in zip(hidden, batch, strict=True)])
        norms = np.sqrt(np.einsum("ij,ij->i", pooled, pooled))
        return np.asarray(pooled / np.maximum(norms, np.float32(1e-12))[:, None], np.float32)


def _load_tokenizer(opened: ModelFolder) -> Tokenizer:
    tokenizer = Tokenizer.from_file(str(opened.path / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.enable_truncation(int(opened.manifest["max_tokens"]))
    return tokenizer


def _start_session(opened: ModelFolder, threads: int) -> onnxruntime.InferenceSession:
    matrices = opened.expand([name for name in opened.matrices if name != "words"])
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    # The graph is written fused: nothing is left to optimise at every start.
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    options.log_severity_level = 3
    # Waiting threads must not spin: in a fresh process they would take the core that imports the rest.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    values = [onnxruntime.OrtValue.ortvalue_from_numpy(value) for value in matrices.values()]
    options.add_external_initializers(list(matrices), values)
    return onnxruntime.InferenceSession(str(opened.path / "graph.onnx"), options, providers=["CPUExecutionProvider"])
