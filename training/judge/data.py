"""What the judge is kept from, and what it reads of a marked answer."""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "benchmarks")]
from marked import Marked, read_marked, sources  # noqa: E402

# Nothing trains on these: the questions decide about unseen questions, the fields about unseen fields.
KEPT_QUESTIONS = frozenset({"q5", "q12", "q19", "q24", "q30", "q36", "q43", "q48"})
KEPT_FIELDS = frozenset(
    {
        "computer networks and HTTP",
        "statistics and probability",
        "accounting and finance basics",
        "cloud and DevOps",
        "molecular and cell biology",
        "music theory",
        "cryptography",
        "monitoring and incident response",
        "linguistics",
        "nursing practice",
    }
)


def is_kept(answer: Marked) -> bool:
    """Return whether an answer belongs to a question or field that nothing trains on."""
    return answer.field in KEPT_FIELDS or answer.item.question.id in KEPT_QUESTIONS


def ideas(answer: Marked) -> list[str]:
    """Return the ideas in the order of the labels."""
    return [concept.idea for concept in answer.item.rubric.concepts]


__all__ = ["Marked", "ideas", "is_kept", "read_marked", "sources"]
