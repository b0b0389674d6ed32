"""What a grade was made with, in one short line."""

from __future__ import annotations

from collections.abc import Sequence

from grader import __version__
from grader.bank import Item
from grader.models.base import Encoder, Judge
from grader.settings import Settings


def sign(item: Item, models: Sequence[Encoder | Judge], fusion_digest: str, runtime: str, settings: Settings) -> str:
    """Return `grader VERSION | QUESTION DIGEST | MODEL DIGEST (each) | fusion DIGEST | RUNTIME | settings DIGEST`.

    The digest of the question covers its rubric and reference, so that a change to another question of the bank
    leaves old grades comparable.
    """
    return " | ".join(
        (
            f"grader {__version__}",
            f"{item.question.id} {item.digest}",
            *(f"{model.name} {model.digest[:8]}" for model in models),
            f"fusion {fusion_digest[:8]}",
            runtime,
            f"settings {settings.digest}",
        )
    )
