"""What a grade was made with, in one short line."""

from __future__ import annotations

from grader import __version__
from grader.bank import Item
from grader.models.base import Encoder
from grader.settings import Settings


def sign(item: Item, encoder: Encoder, fusion_digest: str, settings: Settings) -> str:
    """Return `grader VERSION | question DIGEST | model NAME@DIGEST | fusion DIGEST | RUNTIME | settings DIGEST`.

    The digest of the question covers its rubric and reference, so that a change to another question of the bank
    leaves old grades comparable.
    """
    return " | ".join(
        (
            f"grader {__version__}",
            f"{item.question.id} {item.digest}",
            f"{encoder.name} {encoder.digest[:8]}",
            f"fusion {fusion_digest[:8]}",
            encoder.runtime,
            f"settings {settings.digest}",
        )
    )
