"""Embeds the claims of many answers together, each different claim once: full batches of like length are quicker."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Sequence
from threading import Lock
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from grader import guards
from grader.text import claims, normalise

if TYPE_CHECKING:
    from grader.bank import QuestionBank
    from grader.models.base import Encoder

_KEPT = 8192


class Remembering:
    """An `Encoder` that keeps the vectors of the last 8192 different texts.

    The row of a text does not depend on the texts it is computed with: a remembered row has the very same bytes.
    """

    def __init__(self, encoder: Encoder) -> None:
        self.inner = encoder
        self.name, self.digest, self.runtime = encoder.name, encoder.digest, encoder.runtime
        self._rows: OrderedDict[str, NDArray[np.float32]] = OrderedDict()
        self._lock = Lock()

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return one row for each text; see `Encoder.encode`."""
        if not texts:
            return self.inner.encode(texts)
        with self._lock:
            known = {text: self._rows[text] for text in texts if text in self._rows}
        new = list(dict.fromkeys(text for text in texts if text not in known))
        if new:
            known |= zip(new, self.inner.encode(new), strict=True)
        with self._lock:
            for text in dict.fromkeys(texts):
                self._rows[text] = known[text]
                self._rows.move_to_end(text)
            while len(self._rows) > _KEPT:
                self._rows.popitem(last=False)
        return np.stack([known[text] for text in texts])


def prefetch(encoder: Remembering, bank: QuestionBank, pairs: Iterable[tuple[str, str]], most: int) -> None:
    """Embed what grading these answers will ask for. Texts that it does not foresee are embedded when asked for."""
    texts: list[str] = []
    for question_id, answer in pairs:
        if question_id in bank and len(answer) <= most:
            passage = guards.cleared(normalise(answer), bank[question_id].question)
            texts += [passage.text[span.start : span.end] for span in claims(passage.text)]
    encoder.encode(texts[: _KEPT // 2])
