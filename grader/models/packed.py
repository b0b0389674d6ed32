"""The default judge: one pass over question, answer and all ideas gives the four probabilities for each idea.

The sequence is `[CLS] question [SEP] answer [SEP]`, then each idea as a block of its own. Question and answer attend to
themselves, an idea to itself and to them, never to another idea (see training/judge/model.py).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Executor, Future
from pathlib import Path

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
# Ideas of one pass; more are judged in further passes, so that memory does not grow with the square of their number.
_IDEAS = 10
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

    def judge(self, question: str, answer: str, ideas: Sequence[str]) -> NDArray[np.float64]:
        """Return the four probabilities of every idea; see `Judge.judge`. An answer without tokens misses them all."""
        asked = self._ids(question)[: self._facts["question_tokens"]]
        blocks = [[*self._ids(idea)[: self._facts["idea_tokens"] - 1], _SEP] for idea in ideas]
        best = np.tile(np.array([0.0, 0.0, 1.0, 0.0]), (len(ideas), 1))
        for tokens in _windows(self._ids(answer), self._facts["context_tokens"] - 3 - len(asked)):
            groups = [blocks[first : first + _IDEAS] for first in range(0, len(blocks), _IDEAS)]
            table = np.concatenate([self._run(asked, tokens, group) for group in groups])
            best = np.where(table[:, 2:3] < best[:, 2:3], table, best)
        return best

    def _ids(self, text: str) -> list[int]:
        return list(self._tokenizer.encode(text, add_special_tokens=False).ids)

    def _run(self, asked: list[int], tokens: list[int], blocks: list[list[int]]) -> NDArray[np.float64]:
        context = [_CLS, *asked, _SEP, *tokens, _SEP]
        ids = context + [token for block in blocks for token in block]
        length = -(-len(ids) // _STEP) * _STEP
        position, part = np.zeros(length, np.int64), np.full(length, -1)
        position[: len(context)] = np.arange(len(context))
        part[: len(context)] = 0
        at = start = len(context)
        member, first = np.zeros((len(blocks), length - start), np.float32), np.zeros(len(blocks), np.int64)
        for index, block in enumerate(blocks):
            end = at + len(block)
            position[at:end] = np.arange(self._facts["idea_offset"], self._facts["idea_offset"] + len(block))
            part[at:end], first[index], member[index, at - start : end - start] = index + 1, at - start, 1 / len(block)
            at = end
        padded = np.zeros((1, length), np.int64)
        padded[0, : len(ids)] = ids
        feed = {
            "words": self._words.rows(padded),
            "position": position[None],
            "mask": ((part[None] == 0) | (part[None] == part[:, None]))[None].astype(np.int32),
            "start": np.array([start]),
            "member": member,
            "first": first,
        }
        logits: NDArray[np.float32] = self._session.result().run(None, feed)[0]
        powers = np.exp(logits.astype(np.float64) - logits.max(axis=1, keepdims=True))
        return np.asarray(powers / powers.sum(axis=1, keepdims=True))


def _windows(tokens: list[int], room: int) -> list[list[int]]:
    """Cut into windows that overlap by a quarter; an answer without tokens has none."""
    if len(tokens) <= min(_LONG, room):
        return [tokens] if tokens else []
    size = min(_WINDOW, room)
    return [tokens[start : start + size] for start in range(0, len(tokens) - size // 4, size - size // 4)]
