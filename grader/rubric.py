"""What a question bank holds: questions with a reference answer, and rubrics of key concepts."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

CORE_WEIGHT = 3.0
EXTRA_WEIGHT = 1.0
ID_PATTERN = r"^[A-Za-z0-9][A-Za-z0-9_.-]*$"

Id = Annotated[str, StringConstraints(pattern=ID_PATTERN, max_length=80)]
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=20_000)]

# A phrase; or a group whose elements must all occur, each element a phrase or a list of alternatives.
Alternatives = Annotated[tuple[Text, ...], Field(min_length=1)]
Group = Annotated[tuple[Text | Alternatives, ...], Field(min_length=1)]
Keyword = Text | Group


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Question(_Frozen):
    """A question as candidates see it, with the reference answer that graders see."""

    id: Id
    question: Text
    topic: Text = "general"
    answer: Text


class Concept(_Frozen):
    """One idea that a complete answer expresses. Only `id` and `idea` are required.

    `weight` is positive; 3 by default, 1 for a concept declared `core: false`. `core` is what the question
    asks for; by default every concept whose weight is at least 3.
    """

    id: Id
    idea: Text
    weight: Annotated[float, Field(gt=0, le=1000, allow_inf_nan=False)] = CORE_WEIGHT
    core: bool = True
    statements: tuple[Text, ...] = ()
    keywords: tuple[Keyword, ...] = ()
    misconceptions: tuple[Text, ...] = ()

    @model_validator(mode="before")
    @classmethod
    def _fill_weight_and_core(cls, data: Any) -> Any:
        """Derive whichever of `weight` and `core` was left out from the other."""
        if not isinstance(data, dict):
            return data
        data = dict(data)
        if data.get("weight") is None:
            data["weight"] = EXTRA_WEIGHT if data.get("core") is False else CORE_WEIGHT
        if data.get("core") is None:
            weight = data["weight"]
            data["core"] = isinstance(weight, int | float) and weight >= CORE_WEIGHT
        return data


class Rubric(_Frozen):
    """The concepts of one question, in the order in which verdicts are reported."""

    question: Id
    concepts: Annotated[tuple[Concept, ...], Field(min_length=1)]
