"""What a local model has to offer. Any object with these members can be passed to `Grader`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Protocol, runtime_checkable

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@runtime_checkable
class Encoder(Protocol):
    """Turns texts into vectors whose dot product is their cosine similarity."""

    @property
    def name(self) -> str:
        """A short name, shown in signatures."""
        ...

    @property
    def digest(self) -> str:
        """Hex digits that identify the weights: vectors on disk are kept under it."""
        ...

    @property
    def runtime(self) -> str:
        """Library and version that run the model, such as `onnxruntime 1.23.0`."""
        ...

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return one L2-normalised float32 row for each text, shape (n, dimensions); (0, dimensions) for none.

        The row of a text must not depend on the other texts, bit for bit. Safe to call from several threads.
        """
        ...


@runtime_checkable
class Judge(Protocol):
    """Reads a question and an answer, and says of ideas whether the answer states them."""

    @property
    def name(self) -> str:
        """A short name, shown in signatures."""
        ...

    @property
    def digest(self) -> str:
        """Hex digits that identify the weights."""
        ...

    @property
    def runtime(self) -> str:
        """The library that runs the model, with its version."""
        ...

    def open(self, question: str, answer: str) -> Callable[[Sequence[str]], NDArray[np.float64]]:
        """Return a function that says of texts whether this answer states them; it may be called several times.

        It returns the probabilities of met, partial, missed, contradicted for each text: shape (n, 4), rows sum to one.
        The verdict on a text must not depend on the other texts. `open` is safe to call from several threads, what it
        returns is for one.
        """
        ...
