"""The few numbers a user may want to change; everything fitted to data lives beside the model instead."""

from __future__ import annotations

import hashlib

from pydantic import BaseModel, ConfigDict, Field


class Settings(BaseModel):
    """Settings of a Grader; the defaults are part of what was measured (docs/accuracy.md).

    `max_characters`: longest answer accepted. `typo_similarity`: how alike (0 to 1) two words must be to count as
    the same word with a typo. `near_words`: all parts of a keyword group must fall within so many words.
    `strong_from`, `good_from`, `partial_from`: lowest score of each band. `review_below`: grades with less
    confidence than this are sent to review.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    max_characters: int = Field(default=20_000, ge=1)
    typo_similarity: float = Field(default=0.84, ge=0, le=1)
    near_words: int = Field(default=24, ge=1)
    strong_from: float = Field(default=0.8, ge=0, le=1)
    good_from: float = Field(default=0.6, ge=0, le=1)
    partial_from: float = Field(default=0.3, ge=0, le=1)
    review_below: float = Field(default=0.65, ge=0, le=1)

    @property
    def digest(self) -> str:
        """Eight hex digits that change with any setting; `default` for the defaults."""
        if self == Settings():
            return "default"
        return hashlib.sha256(self.model_dump_json().encode()).hexdigest()[:8]
