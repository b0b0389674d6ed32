"""The default encoder: all-MiniLM-L6-v2 on onnxruntime and tokenizers, without torch."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from grader.models.files import read_files
from grader.models.session import RUNTIME, load_tokenizer, start_session
from grader.models.weights import Weights, expand
from grader.resources import shipped_model

# Texts are padded to a multiple of 8 tokens, whatever they are batched with: the shape that computes a text is a
# function of that text alone. tests/models/test_onnx.py compares bytes alone, batched, and with one thread and two.
_STEP = 8
_BATCH_TOKENS = 512


class OnnxEncoder:
    """Mean-pooled, L2-normalised sentence vectors of 384 dimensions; texts are cut after 256 tokens.

    Architecture and weights: Wang et al. 2020 (arXiv 2002.10957), Reimers and Gurevych 2019 (arXiv 1908.10084).
    `tokenizer` and the word table `words` can be shared with a judge. `weights`: those of `folder`, if at hand.
    """

    def __init__(
        self,
        name: str = "minilm",
        *,
        folder: Path | None = None,
        weights: Weights | None = None,
        threads: int | None = None,
    ) -> None:
        weights = weights or expand(read_files(folder or shipped_model(name)))
        files = weights.files
        self.name = name
        self.digest = files.digest
        self.runtime = RUNTIME
        self._dimensions = int(files.manifest["dimensions"])
        self._max_tokens = int(files.manifest["max_tokens"])
        self.words = weights.tables["words"]
        # Both let go of the interpreter: they run side by side.
        with ThreadPoolExecutor(1) as pool:
            tokenizer = pool.submit(load_tokenizer, files)
            self._session = start_session(weights, threads=threads)
            self.tokenizer = tokenizer.result()

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return one L2-normalised row for each text; see `Encoder.encode`."""
        vectors = np.zeros((len(texts), self._dimensions), np.float32)
        encodings = [self._cut(e.ids) for e in self.tokenizer.encode_batch(list(texts))] if texts else []
        shelves: dict[int, list[int]] = {}
        for index, ids in enumerate(encodings):
            shelves.setdefault(-(-len(ids) // _STEP) * _STEP, []).append(index)
        for length, members in shelves.items():
            size = max(1, _BATCH_TOKENS // length)
            for start in range(0, len(members), size):
                batch = members[start : start + size]
                vectors[batch] = self._run([encodings[i] for i in batch], length)
        return vectors

    def _cut(self, ids: list[int]) -> list[int]:
        """Keep the last token, [SEP], where a text is cut."""
        return ids if len(ids) <= self._max_tokens else [*ids[: self._max_tokens - 1], ids[-1]]

    def _run(self, batch: list[list[int]], length: int) -> NDArray[np.float32]:
        ids = np.zeros((len(batch), length), np.int64)
        mask = np.zeros((len(batch), length), np.int32)
        for row, tokens in enumerate(batch):
            ids[row, : len(tokens)] = tokens
            mask[row, : len(tokens)] = 1
        position = np.broadcast_to(np.arange(length), ids.shape)
        feed = {"words": self.words.rows(ids), "position": np.ascontiguousarray(position), "mask": mask}
        hidden: NDArray[np.float32] = self._session.run(None, feed)[0]
        pooled = np.stack([state[: len(tokens)].mean(axis=0) for state, tokens in zip(hidden, batch, strict=True)])
        norms = np.sqrt(np.einsum("ij,ij->i", pooled, pooled))
        return np.asarray(pooled / np.maximum(norms, np.float32(1e-12))[:, None], np.float32)
