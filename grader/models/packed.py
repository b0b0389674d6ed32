"""The default judge: one pass over question, answer and all ideas gives the four probabilities for each idea.

The sequence is `[CLS] question [SEP] answer [SEP]`, then each idea as a block of its own. Question and answer attend to
themselves, an idea to itself and to them, never to another idea (see training/judge/model.py). Keys and values of
question and answer are kept, so that further texts are read without reading these again.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Executor, Future
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from onnxruntime import InferenceSession

from grader.errors import ModelError
from grader.models.base import Encoder
from grader.models.files import read_files
from grader.models.onnx import OnnxEncoder
from grader.models.session import RUNTIME, load_tokenizer, start_session
from grader.models.weights import Weights, expand, tables
from grader.resources import shipped_model

_CLS, _SEP = 101, 102
# Sequences are padded to a multiple of 8 tokens: the shape depends on this answer alone.
_STEP = 8
# Texts of one pass; more are judged in further passes, so that memory does not grow with the square of their number.
_TEXTS = 10
# The answers of the training have some 80 tokens; one right claim amid 300 others is seen less surely than amid 150.
_LONG, _WINDOW = 224, 128


class PackedJudge:
    """A six-layer MiniLM that was trained on marked answers (models/judge/README.md).

    Answers of more than 224 tokens are read in overlapping windows of 128; for each idea the window counts that says
    most about it. The word table is the encoder's: `encoder` gives one to share it with, if it is an `OnnxEncoder`.
    `pool` starts the session in the background, once the encoder is there; the first answer waits for it, and meets
    what goes wrong.
    """

    def __init__(
        self,
        *,
        folder: Path | None = None,
        weights: Weights | None = None,
        encoder: Callable[[], Encoder] | None = None,
        threads: int | None = None,
        pool: Executor | None = None,
    ) -> None:
        weights = weights or expand(read_files(folder or shipped_model("judge")))
        files = weights.files
        self.name = str(files.manifest["name"])
        self.digest = files.digest
        self.runtime = RUNTIME
        self._facts = files.manifest
        # Not while the encoder starts, too: each holds its weights twice for a moment, together more than 250 MB.
        other = encoder() if encoder else None
        if isinstance(other, OnnxEncoder):
            self._words, self._tokenizer, found = other.words, other.tokenizer, other.digest
        else:
            shared = read_files(shipped_model(files.manifest["words"]))
            self._words, self._tokenizer, found = tables(shared)["words"], load_tokenizer(shared), shared.digest
        if found != files.manifest["words_digest"]:
            raise ModelError(
                f"judge {files.path} was trained on other words than those of model {files.manifest['words']}",
                hint="reinstall grader, or train it again with training/judge/train.py",
            )
        session: Future[InferenceSession] = Future()
        if pool:
            session = pool.submit(start_session, weights, threads=threads)
        else:
            session.set_result(start_session(weights, threads=threads))
        self._session = session

    def open(self, question: str, answer: str) -> Callable[[Sequence[str]], NDArray[np.float64]]:
        """Return what judges texts about this answer; see `Judge.open`. An answer without tokens misses them all."""
        asked = self._ids(question)[: self._facts["question_tokens"]]
        parts = _windows(self._ids(answer), self._facts["context_tokens"] - 3 - len(asked))
        windows = [_Window(self._facts, [_CLS, *asked, _SEP, *tokens, _SEP], self._run) for tokens in parts]

        def read(texts: Sequence[str]) -> NDArray[np.float64]:
            blocks = [[*self._ids(text)[: self._facts["idea_tokens"] - 1], _SEP] for text in texts]
            best = np.tile(np.array([0.0, 0.0, 1.0, 0.0]), (len(texts), 1))
            groups = [blocks[first : first + _TEXTS] for first in range(0, len(blocks), _TEXTS)]
            for window in windows if texts else ():
                table = np.concatenate([window.judge(group) for group in groups])
                best = np.where(table[:, 2:3] < best[:, 2:3], table, best)
            return best

        return read

    def _ids(self, text: str) -> list[int]:
        return list(self._tokenizer.encode(text, add_special_tokens=False).ids)

    def _run(self, ids: list[int], feed: dict[str, NDArray[Any]]) -> list[NDArray[np.float32]]:
        padded = np.zeros((1, feed["position"].shape[1]), np.int64)
        padded[0, : len(ids)] = ids
        outputs: list[NDArray[np.float32]] = self._session.result().run(
            None, {"words": self._words.rows(padded), **feed}
        )
        return outputs


class _Window:
    """A question and a part of its answer; what the model makes of them is kept, for texts that come later.

    `run` takes the token ids of one pass and what else the graph needs.
    """

    def __init__(
        self,
        facts: dict[str, Any],
        context: list[int],
        run: Callable[[list[int], dict[str, NDArray[Any]]], list[NDArray[np.float32]]],
    ) -> None:
        self._facts, self._context, self._run = facts, context, run
        # To which block each token of the first pass belongs: 0 is the context, -1 padding.
        self._owner = np.zeros(0, np.int64)
        empty = np.zeros((2, 1, facts["heads"], 0, facts["head_size"]), np.float32)
        self._past = {f"past{layer}": empty for layer in range(facts["layers"])}

    def judge(self, blocks: list[list[int]]) -> NDArray[np.float64]:
        """Return the four probabilities for each text, given by its tokens."""
        start = 0 if len(self._owner) else len(self._context)
        ids = [*self._context[:start], *(token for block in blocks for token in block)]
        length = -(-len(ids) // _STEP) * _STEP
        position, owner = np.zeros(length, np.int64), np.full(length, -1)
        position[:start] = np.arange(start)
        owner[:start] = 0
        member, first = np.zeros((len(blocks), length - start), np.float32), np.zeros(len(blocks), np.int64)
        at = start
        for index, block in enumerate(blocks):
            end = at + len(block)
            position[at:end] = np.arange(self._facts["idea_offset"], self._facts["idea_offset"] + len(block))
            owner[at:end], first[index], member[index, at - start : end - start] = index + 1, at - start, 1 / len(block)
            at = end
        # Of the first pass later texts see the context alone.
        earlier = np.broadcast_to(self._owner == 0, (length, len(self._owner)))
        seen = np.concatenate([earlier, (owner == 0) | (owner == owner[:, None])], axis=1)
        feed: dict[str, NDArray[Any]] = {
            "position": position[None],
            "mask": seen[None].astype(np.int32),
            "start": np.array([start]),
            "member": member,
            "first": first,
        }
        logits, *present = self._run(ids, {**feed, **self._past})
        if start:
            self._owner, self._past = owner, dict(zip(self._past, present, strict=True))
        powers = np.exp(logits.astype(np.float64) - logits.max(axis=1, keepdims=True))
        return np.asarray(powers / powers.sum(axis=1, keepdims=True))


def _windows(tokens: list[int], room: int) -> list[list[int]]:
    """Cut into windows that overlap by a quarter; an answer without tokens has none."""
    if len(tokens) <= min(_LONG, room):
        return [tokens] if tokens else []
    size = min(_WINDOW, room)
    return [tokens[start : start + size] for start in range(0, len(tokens) - size // 4, size - size // 4)]
