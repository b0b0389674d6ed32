"""What a question bank holds: questions with a reference answer, and rubrics of key concepts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

from grader.record import Checked, Record

if TYPE_CHECKING:
    from pydantic import GetCoreSchemaHandler
    from pydantic_core import CoreSchema

CORE_WEIGHT = 3.0
EXTRA_WEIGHT = 1.0
ID_PATTERN = r"^[A-Za-z0-9][A-Za-z0-9_.-]*$"

Id = Annotated[str, Checked("StringConstraints", pattern=ID_PATTERN, max_length=80)]
Text = Annotated[str, Checked("StringConstraints", strip_whitespace=True, min_length=1, max_length=20_000)]

# A phrase; or a group whose elements must all occur, each element a phrase or a list of alternatives.
Alternatives = Annotated[tuple[Text, ...], Checked("Field", min_length=1)]
Group = Annotated[tuple[Text | Alternatives, ...], Checked("Field", min_length=1)]
Keyword = Text | Group


@dataclass(frozen=True, slots=True, kw_only=True)
class Question(Record):
    """A question as candidates see it, with the reference answer that graders see."""

    id: Id
    question: Text
    topic: Text = "general"
    answer: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Concept(Record):
    """One idea that a complete answer expresses. Only `id` and `idea` are required.

    `weight` is positive; 3 by default, 1 for a concept declared `core: false`. `core` is what the question
    asks for; by default every concept whose weight is at least 3.
    """

    id: Id
    idea: Text
    weight: Annotated[float, Checked("Field", gt=0, le=1000, allow_inf_nan=False)] = None  # type: ignore[assignment]
    core: bool = None  # type: ignore[assignment]
    statements: tuple[Text, ...] = ()
    keywords: tuple[Keyword, ...] = ()
    misconceptions: tuple[Text, ...] = ()

    def __post_init__(self) -> None:
        """Derive whichever of `weight` and `core` was left out from the other."""
        if self.weight is None:
            object.__setattr__(self, "weight", EXTRA_WEIGHT if self.core is False else CORE_WEIGHT)
        if self.core is None:
            object.__setattr__(self, "core", self.weight >= CORE_WEIGHT)

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Take an empty `weight:` or `core:` of a file as left out."""
        from pydantic_core import core_schema

        return core_schema.no_info_before_validator_function(_without_empty, handler(source))


def _without_empty(data: Any) -> Any:
    if not isinstance(data, dict):
        return data
    return {key: value for key, value in data.items() if value is not None or key not in ("weight", "core")}


@dataclass(frozen=True, slots=True, kw_only=True)
class Rubric(Record):
    """The concepts of one question, in the order in which verdicts are reported."""

    question: Id
    concepts: Annotated[tuple[Concept, ...], Checked("Field", min_length=1)]

    def __post_init__(self) -> None:
        """Validate concepts that are given as plain data."""
        made = (one if isinstance(one, Concept) else Concept.model_validate(one) for one in self.concepts)
        object.__setattr__(self, "concepts", tuple(made))
