"""Loads the models of a fresh process on threads, beside the imports of the rest.

Imports hold the interpreter, reading, hashing, expanding and starting a model hardly do: each begins as soon as the
libraries that it needs are imported. What it saves: docs/performance.md.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor, Future, wait
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from grader.models.files import ModelFiles, read_files
from grader.models.registry import DEFAULT_ENCODER, DEFAULT_JUDGE, find_encoder, load_judge
from grader.resources import shipped_model

if TYPE_CHECKING:
    from grader.models.base import Encoder, Judge
    from grader.models.weights import Weights

Model = TypeVar("Model")


def start_models(pool: Executor, name: str, *, judge: bool) -> tuple[Future[Encoder], Future[Judge] | None]:
    """Begin to load an encoder and, if wanted, the judge; the pool needs two workers."""
    wanted = [DEFAULT_ENCODER] * (name == DEFAULT_ENCODER) + [DEFAULT_JUDGE] * judge
    files = {one: pool.submit(read_files, shipped_model(one)) for one in wanted}
    import numpy  # noqa: F401, ICN001 - imported here and not by a worker, whose turn it then is to compute

    weights = {one: pool.submit(_expand, found) for one, found in files.items()}
    # Not beside the import of onnxruntime, which holds the interpreter for 30 ms on end.
    wait(weights.values())
    make = find_encoder(name)
    if name == DEFAULT_ENCODER:
        encoder = pool.submit(_with_weights, partial(make, name), weights[name])
    else:
        encoder = pool.submit(make, name)
    if not judge:
        return encoder, None
    return encoder, pool.submit(_with_weights, partial(load_judge, encoder.result, pool=pool), weights[DEFAULT_JUDGE])


def _expand(files: Future[ModelFiles]) -> Weights:
    from grader.models.weights import expand

    return expand(files.result())


def _with_weights(make: Callable[..., Model], weights: Future[Weights]) -> Model:
    return make(weights=weights.result())
