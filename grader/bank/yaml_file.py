"""One YAML (or JSON) file -> a validated model, or every fault in it with its line."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from pathlib import Path

import yaml
from yaml.constructor import ConstructorError, SafeConstructor

from grader.bank.checked import Model, record, was_checked
from grader.errors import Fault
from grader.rubric import Question, Rubric

Loc = tuple[int | str, ...]

# libyaml is ten times faster (50 files: 12 ms instead of 118) but not in every build of PyYAML.
_LOADER: type = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

_MENDS = {
    "unexpected_keyword_argument": "remove it or correct its spelling",
    "missing": "add it",
    "greater_than": "use a number above 0",
    "too_short": "add at least one",
    "string_too_short": "write some text",
    "string_type": "put the value in quotes",
    "string_pattern_mismatch": "use letters, digits, _ . - and begin with a letter or digit",
    "bool_type": "write true or false",
    "dataclass_type": "write it as a mapping of keys and values",
    "tuple_type": "write it as a list",
}

# What a reader of YAML calls the types that pydantic names in Python's words.
_WANTED = {"dataclass_type": "a mapping", "tuple_type": "a list"}


def read(path: Path, model: type[Model], shown: str) -> Model | list[Fault]:
    """Read a file into a model. Returns the faults, with `shown` as the file's name, instead of raising."""
    raw = _read_bytes(path, shown)
    if isinstance(raw, Fault):
        return [raw]
    if was_checked(raw):
        return record(model, yaml.load(raw, Loader=_LOADER))  # noqa: S506 - both are safe loaders
    return _validated(raw, model, shown)


def _validated(raw: bytes, model: type[Model], shown: str) -> Model | list[Fault]:
    from pydantic import ValidationError

    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return [Fault(shown, 0, "", f"not UTF-8 (byte {error.start + 1})", "save the file as UTF-8")]
    try:
        node = yaml.compose(text, Loader=_LOADER)
    except (yaml.YAMLError, RecursionError) as error:
        return [_syntax_fault(shown, error)]
    if node is None:
        return [Fault(shown, 0, "", "the file is empty", f"fill it in: {', '.join(_required(model))} are needed")]
    faults: list[Fault] = _repeated_keys(node, shown)
    try:
        data = SafeConstructor().construct_document(node)
    except (ConstructorError, ValueError, RecursionError, TypeError) as error:
        return [*faults, _syntax_fault(shown, error)]
    try:
        value = model.model_validate(data)
    except ValidationError as error:
        # A list whose only element is faulty counts as too short as well; the element's own fault says it all.
        details = [detail for detail in error.errors() if detail["type"] != "too_short" or not detail["input"]]
        return faults + [_fault(shown, node, data, detail) for detail in details]
    return faults or value


def _read_bytes(path: Path, shown: str) -> bytes | Fault:
    try:
        return path.read_bytes()
    except OSError as error:
        return Fault(shown, 0, "", f"cannot be read ({error.strerror})", "check the file and its permissions")


def line_of(path: Path, loc: Loc) -> int:
    """Return the 1-based line of an item in a file that is known to parse."""
    node = yaml.compose(path.read_bytes().decode("utf-8-sig"), Loader=_LOADER)
    return _locate(node, loc)[0] if node is not None else 0


def _required(model: type[Question | Rubric]) -> list[str]:
    return [field.name for field in dataclasses.fields(model) if field.default is dataclasses.MISSING]


def _syntax_fault(shown: str, error: Exception) -> Fault:
    mark = getattr(error, "problem_mark", None)
    problem = getattr(error, "problem", None) or str(error) or type(error).__name__
    hint = "check indentation, quotes and colons near this line"
    return Fault(shown, mark.line + 1 if mark else 0, "", f"broken YAML: {problem}", hint)


def _repeated_keys(node: yaml.Node, shown: str, depth: int = 0) -> list[Fault]:
    """Find keys that occur twice in one mapping; YAML would silently keep the last."""
    faults: list[Fault] = []
    if isinstance(node, yaml.MappingNode) and depth < 20:
        seen: set[str] = set()
        for key, value in node.value:
            if key.value in seen if isinstance(key.value, str) else False:
                line = key.start_mark.line + 1
                faults.append(Fault(shown, line, key.value, "the key occurs twice", "keep one of them"))
            if isinstance(key.value, str):
                seen.add(key.value)
            faults += _repeated_keys(value, shown, depth + 1)
    elif isinstance(node, yaml.SequenceNode) and depth < 20:
        for child in node.value:
            faults += _repeated_keys(child, shown, depth + 1)
    return faults


def _fault(shown: str, node: yaml.Node, data: object, detail: object) -> Fault:
    """Turn one pydantic error into a fault with line, item and mend."""
    assert isinstance(detail, dict)  # noqa: S101 - narrows the TypedDict of pydantic for mypy
    loc: Loc = tuple(part for part in detail["loc"])
    line, depth = _locate(node, loc)
    kind = str(detail["type"])
    message = str(detail["msg"])
    message = message[:1].lower() + message[1:]
    if kind == "unexpected_keyword_argument":
        message = f"unknown key {loc[-1]!r}"
    elif kind == "missing":
        message = f"key {loc[-1]!r} is missing"
    elif kind == "too_short":
        message = f"{loc[-1]} is empty"
    elif kind in _WANTED:
        message = f"input should be {_WANTED[kind]}"
    return Fault(shown, line, describe(data, loc[:depth]), message, _MENDS.get(kind, "correct the value"))


def describe(data: object, loc: Sequence[int | str]) -> str:
    """Name a place as a person would: concepts[2].weight becomes `concept scaling, weight`."""
    parts: list[str] = []
    value = data
    for part in loc:
        try:
            value = value[part]  # type: ignore[index]
        except (KeyError, IndexError, TypeError):
            value = None
        if isinstance(part, int):
            named = value.get("id") if isinstance(value, dict) else None
            holder = parts.pop() if parts else "item"
            singular = holder.removesuffix("s")
            parts.append(f"{singular} {named}" if isinstance(named, str) else f"{singular} {part + 1}")
        else:
            parts.append(part)
    return ", ".join(parts)


def _locate(node: yaml.Node, loc: Loc) -> tuple[int, int]:
    """Return the line of the deepest node on the way to `loc`, and how many parts of the way exist."""
    line, depth = node.start_mark.line + 1, 0
    for part in loc:
        child: yaml.Node | None = None
        if isinstance(node, yaml.MappingNode):
            for key, value in node.value:
                if key.value == part:
                    line, child = key.start_mark.line + 1, value
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
            child = node.value[part]
            line = child.start_mark.line + 1
        if child is None:
            break
        node, depth = child, depth + 1
    return line, depth
