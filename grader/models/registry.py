"""Model names -> the class that runs them, imported when chosen."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from concurrent.futures import Executor
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from grader.models.base import Encoder, Judge
    from grader.models.weights import Weights

DEFAULT_ENCODER = "minilm"
DEFAULT_JUDGE = "judge"

_ENCODERS = {
    "minilm": "grader.models.onnx:OnnxEncoder",
}
_ANY_OTHER = "grader.models.sentence_transformers:SentenceTransformerEncoder"


def load_encoder(name: str = DEFAULT_ENCODER) -> Encoder:
    """Return a shipped encoder by name; any other name or path goes to the sentence-transformers library.

    Raises `ModelError` when the model is missing or damaged, `MissingExtra` when the library is not installed.
    """
    return find_encoder(name)(name)


def find_encoder(name: str) -> Callable[..., Encoder]:
    """Import the class that runs a model, and load nothing yet."""
    module, _, attribute = _ENCODERS.get(name, _ANY_OTHER).partition(":")
    found: Callable[..., Encoder] = getattr(importlib.import_module(module), attribute)
    return found


def load_judge(
    encoder: Callable[[], Encoder] | None = None, weights: Weights | None = None, pool: Executor | None = None
) -> Judge:
    """Return the shipped judge.

    `encoder` gives the encoder whose word table is shared, if it is the shipped one. `weights`: the judge's, if they
    are at hand. `pool`: where it goes on loading while the first answer is being read. Raises `ModelError` when the
    model is missing or damaged.
    """
    from grader.models.packed import PackedJudge

    return PackedJudge(encoder=encoder, weights=weights, pool=pool)
