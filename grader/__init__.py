"""Grades free-text answers to interview questions, concept by concept, on your own machine.

>>> from grader import Grader
>>> grade = Grader().grade("q24", "It measures how similar a query and a key are.")
>>> grade.verdicts[0].status
'met'
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from grader.bank import Item, QuestionBank
    from grader.errors import (
        AnswerTooLong,
        BankError,
        Fault,
        GraderError,
        InputError,
        MissingExtra,
        ModelError,
        QuestionNotFound,
    )
    from grader.frames import to_frame
    from grader.grading import Grader
    from grader.models.base import Encoder, Judge
    from grader.results import Evidence, Grade, Verdict
    from grader.rubric import Concept, Question, Rubric
    from grader.settings import Settings

__version__ = "0.1.0"

# Name -> the module it lives in. Imported when first used: `import grader` costs no model runtime, no numpy
# and no pydantic, so a tool that only wants the version or one error class does not pay for a grader.
_HOMES = {
    "AnswerTooLong": "errors",
    "BankError": "errors",
    "Concept": "rubric",
    "Encoder": "models.base",
    "Evidence": "results",
    "Fault": "errors",
    "Grade": "results",
    "Grader": "grading",
    "GraderError": "errors",
    "InputError": "errors",
    "Item": "bank",
    "Judge": "models.base",
    "MissingExtra": "errors",
    "ModelError": "errors",
    "Question": "rubric",
    "QuestionBank": "bank",
    "QuestionNotFound": "errors",
    "Rubric": "rubric",
    "Settings": "settings",
    "Verdict": "results",
    "to_frame": "frames",
}

__all__ = [
    "AnswerTooLong",
    "BankError",
    "Concept",
    "Encoder",
    "Evidence",
    "Fault",
    "Grade",
    "Grader",
    "GraderError",
    "InputError",
    "Item",
    "Judge",
    "MissingExtra",
    "ModelError",
    "Question",
    "QuestionBank",
    "QuestionNotFound",
    "Rubric",
    "Settings",
    "Verdict",
    "__version__",
    "to_frame",
]


def __getattr__(name: str) -> Any:
    """Import a public name from its home on first use (PEP 562)."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """Return the public names, for completion in shells and editors."""
    return sorted(__all__)
