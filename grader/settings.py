"""The few numbers a user may want to change; the networks that are fitted to data lie beside the models instead."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, fields

from grader.errors import InputError
from grader.record import Record


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings(Record):
    """Settings of a Grader; the defaults are part of what was measured (docs/accuracy.md).

    `max_characters`: longest answer accepted. `typo_similarity`: how alike (0 to 1) two words must be to count as
    the same word with a typo. `near_words`: all parts of a keyword group must fall within so many words.
    `strong_from`, `good_from`, `partial_from`: lowest score of each band. `review_below`: grades with less
    confidence than this are sent to review.
    """

    max_characters: int = 20_000
    typo_similarity: float = 0.84
    near_words: int = 24
    strong_from: float = 0.8
    good_from: float = 0.6
    partial_from: float = 0.3
    review_below: float = 0.65

    def __post_init__(self) -> None:
        """Raise `InputError` for what is no number, a share outside 0 to 1, or a count below 1."""
        for field in fields(self):
            value, is_count = getattr(self, field.name), isinstance(field.default, int)
            kinds, most = (int, float("inf")) if is_count else ((int, float), 1)
            if isinstance(value, bool) or not isinstance(value, kinds) or not is_count <= value <= most:
                allowed = "a whole number of at least 1" if is_count else "a number from 0 to 1"
                raise InputError(f"Settings.{field.name} is {value!r}", hint=f"give {allowed}")

    @property
    def digest(self) -> str:
        """Eight hex digits that change with any setting; `default` for the defaults."""
        if self == Settings():
            return "default"
        return hashlib.sha256(self.model_dump_json().encode()).hexdigest()[:8]
