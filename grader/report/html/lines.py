"""The JSON Lines of `grader batch`, read line by line and checked."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO, NoReturn

from pydantic import ValidationError

from grader.errors import InputError
from grader.results import Evidence, Grade

_LINE_LIMIT = 16_000_000
_AROUND = ("id", "candidate", "extra")

# Id, question and answer of one row of the file that was graded; no question where the whole file is about one.
Source = tuple[str | None, str | None, str | None]


@dataclass(frozen=True, slots=True)
class Line:
    """One answer and its grade, or why there is none. `candidate` is the id where the file has no such column."""

    number: int
    id: str
    candidate: str
    question: str
    answer: str
    grade: Grade | None
    error: str
    extra: dict[str, Any]


def read(file: BinaryIO, name: str, sources: Iterable[Source] | None = None) -> Iterator[Line]:
    """Yield the answers, one line in memory at a time.

    `sources` are the answers of a file that was written without them, in the same order; `file` may lack some rows.
    Raises `InputError` with the line that is no grade, or whose quotes are not words of its answer.
    """
    texts = _Texts(sources, name) if sources is not None else None
    number = 0
    while raw := file.readline(_LINE_LIMIT):
        number += 1
        if number == 1:
            raw = raw.removeprefix(b"\xef\xbb\xbf")
        if not raw.strip():
            continue
        place = f"{name}, line {number}"
        if len(raw) >= _LINE_LIMIT:
            raise InputError(
                f"{place} is longer than {_LINE_LIMIT:,} bytes", hint="grade the answers with grader batch"
            )
        yield _line(_object(raw, place), number, place, texts)


def _object(raw: bytes, place: str) -> dict[str, Any]:
    try:
        found: Any = json.loads(raw.decode("utf-8"), parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        reason = error.msg if isinstance(error, json.JSONDecodeError) else "it cannot be read"
        raise _not_graded(place, f"is no JSON object ({reason})") from error
    if not isinstance(found, dict):
        raise _not_graded(place, "is no JSON object")
    if b"\\ud" in raw.lower():
        # Half of a surrogate pair, as in "\ud800", cannot be written again. One sign for one keeps offsets right.
        found = json.loads(json.dumps(found, ensure_ascii=False).encode("utf-8", "replace"))
    return dict(found)


def _no_constant(text: str) -> NoReturn:
    raise ValueError(text)


def _not_graded(place: str, what: str) -> InputError:
    return InputError(f"{place} {what}", hint="make the file with grader batch IN -o graded.jsonl")


def _line(found: dict[str, Any], number: int, place: str, texts: _Texts | None) -> Line:
    if "verdicts" not in found and "concept" in found:
        raise InputError(f"{place} is about a single concept", hint="grade without --long: the page needs whole grades")
    identity, extra = found.get("id"), found.get("extra")
    named = found.get("candidate")
    shown = str(identity) if identity not in (None, "") else f"line {number}"
    candidate = shown if named in (None, "") else str(named)
    error = found.get("error")
    question = found.get("question")
    if not isinstance(question, str) or (not error and "verdicts" not in found):
        raise _not_graded(place, "is no grade")
    answer = found.get("answer")
    if answer is None and texts is not None:
        answer = texts.find(None if identity is None else str(identity), question, place)
    grade = None if error else _grade(found, answer, place)
    text = answer if isinstance(answer, str) else ""
    extra = extra if isinstance(extra, dict) else {}
    return Line(number, shown, candidate, question, text, grade, str(error or ""), extra)


def _grade(found: dict[str, Any], answer: Any, place: str) -> Grade:
    if answer is None:
        raise InputError(
            f"{place} has no answer: it was graded with --no-text", hint="pass --answers with the file that was graded"
        )
    whole = {key: value for key, value in found.items() if key not in _AROUND}
    if "answer" not in found:
        whole = {**_quoted(whole, str(answer)), "answer": answer}
    try:
        grade = Grade.model_validate(whole)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        raise _not_graded(place, f"is no grade ({where}: {first['msg']})") from error
    if grade.score is not None and not 0 <= grade.score <= 1:
        raise _not_graded(place, f"is no grade (score {grade.score})")
    for evidence in _evidence(grade):
        inside = 0 <= evidence.start <= evidence.end <= len(grade.answer)
        if not inside or grade.answer[evidence.start : evidence.end] != evidence.quote:
            raise InputError(
                f"{place} quotes words that its answer does not have at {evidence.start}",
                hint="the answer was changed after it was graded: grade it again",
            )
    return grade


def _evidence(grade: Grade) -> Iterator[Evidence]:
    for verdict in grade.verdicts:
        yield from verdict.evidence
    for several in grade.flag_evidence.values():
        yield from several


def _quoted(value: Any, answer: str) -> Any:
    """Return a grade without text with its quotes filled in."""
    if isinstance(value, list):
        return [_quoted(item, answer) for item in value]
    if not isinstance(value, dict):
        return value
    filled = {key: _quoted(item, answer) for key, item in value.items()}
    start, end = value.get("start"), value.get("end")
    if isinstance(start, int) and isinstance(end, int):
        filled["quote"] = answer[start:end] if 0 <= start <= end <= len(answer) else "\0"
    return filled


class _Texts:
    """The answers of another file, asked for in its order."""

    def __init__(self, sources: Iterable[Source], name: str) -> None:
        self._sources, self._name = iter(sources), name

    def find(self, identity: str | None, question: str, place: str) -> str | None:
        for other, asked, answer in self._sources:
            if other == identity and asked in (None, question):
                return answer
        raise InputError(
            f"{place}: the answers have no row for {identity or 'a row without id'} and {question} from here on",
            hint="pass --answers with the very file that was graded, its rows in the same order",
        )
