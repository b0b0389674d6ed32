"""Frozen dataclasses with pydantic's methods, which import pydantic only when something has to be validated.

`from pydantic import BaseModel` and its schemas take a quarter of the time of a whole `grader answer`, which validates
nothing: its bank was checked when it was packaged, and its grades are made by this package.
"""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal, Self

if TYPE_CHECKING:
    from pydantic import GetCoreSchemaHandler, TypeAdapter
    from pydantic_core import CoreSchema


class Record:
    """Base of frozen dataclasses. What comes from outside goes through `model_validate`; `__init__` checks nothing."""

    __slots__ = ()
    __pydantic_config__: ClassVar[dict[str, str]] = {"extra": "forbid"}

    @classmethod
    def model_validate(cls, data: Any) -> Self:
        """Return a record made from plain data. Raises `pydantic.ValidationError` with every fault."""
        made: Self = _adapter(cls).validate_python(data)
        return made

    @classmethod
    def model_validate_json(cls, text: str | bytes) -> Self:
        """Return a record made from JSON. Raises `pydantic.ValidationError` with every fault."""
        made: Self = _adapter(cls).validate_json(text)
        return made

    @classmethod
    def model_json_schema(cls) -> dict[str, Any]:
        """Return the JSON Schema of what `model_validate` takes."""
        return _adapter(cls).json_schema()

    def model_dump(self, *, mode: Literal["python", "json"] = "python") -> dict[str, Any]:
        """Return plain data; `mode="json"` has lists in place of tuples."""
        plain: dict[str, Any] = asdict(self)  # type: ignore[call-overload]
        if mode == "json":
            plain = json.loads(json.dumps(plain))
        return plain

    def model_dump_json(self, *, indent: int | None = None) -> str:
        """Return JSON, on one line or indented."""
        plain = asdict(self)  # type: ignore[call-overload]
        separators = (",", ":") if indent is None else (",", ": ")
        return json.dumps(plain, ensure_ascii=False, indent=indent, separators=separators)

    def model_copy(self, *, update: dict[str, Any] | None = None) -> Self:
        """Return a copy with some fields replaced, which are not validated."""
        return replace(self, **update or {})  # type: ignore[type-var]


class Checked:
    """A constraint of pydantic's for `Annotated`, by name and made when first needed: `Checked("Field", gt=0)`."""

    def __init__(self, name: str, **options: Any) -> None:
        self._name, self._options = name, options

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Give pydantic what `Annotated[source, Field(...)]` stands for."""
        import pydantic

        constraint = getattr(pydantic, self._name)(**self._options)
        return handler.generate_schema(Annotated[source, constraint])


_adapters: dict[type[Record], TypeAdapter[Any]] = {}


def _adapter(kind: type[Record]) -> TypeAdapter[Any]:
    if kind not in _adapters:
        from pydantic import TypeAdapter

        _adapters[kind] = TypeAdapter(kind)
    return _adapters[kind]
