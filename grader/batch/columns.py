"""From the columns of a file to answers: which column holds what, one question per row or one per column."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from grader.bank import QuestionBank
from grader.batch.job import Columns, Record, Row
from grader.batch.values import as_text
from grader.errors import InputError

_OPTIONS = {"id": "--id-column", "question": "--question-column", "answer": "--answer-column"}
_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Plan:
    """Where the values of a row are found. `answers`: column -> question, for files with a column for each question."""

    id: str
    candidate: str | None
    question: str | None
    answer: str
    asked: str | None
    answers: dict[str, str]
    carried: tuple[str, ...]

    def rows(self, record: Record) -> Iterator[Row]:
        """Yield the answers of one record; one row with its error where the record cannot be used."""
        values = record.values
        candidate = _optional(values, self.candidate)
        extra = {name: values[name] for name in self.carried if name in values}
        identity = _optional(values, self.id)
        if record.error:
            question = self.asked or _optional(values, self.question) or ""
            yield Row(identity, candidate, question.strip(), None, extra, record.place, record.error)
        elif self.answers:
            for column, question in self.answers.items():
                answer, fault = _answer(values, column)
                yield Row(identity, candidate, question, answer, extra, record.place, fault)
        else:
            answer, fault = _answer(values, self.answer)
            question = (self.asked or _optional(values, self.question) or "").strip()
            if not question:
                fault = fault or f"no question: the column {self.question} is empty"
            yield Row(identity, candidate, question, answer, extra, record.place, fault)


def _optional(values: dict[str, Any], column: str | None) -> str | None:
    value = values.get(column) if column is not None else None
    return None if value is None else as_text(value)


def _answer(values: dict[str, Any], column: str) -> tuple[str | None, str]:
    """Return the answer, or why there is none. Null is no answer at all, while the empty text is an empty answer."""
    value = values.get(column)
    if value is None:
        return None, f"no answer: {column} is null" if column in values else f"no answer: {column} is missing"
    if isinstance(value, str | int | float) and not isinstance(value, bool):
        return as_text(value), ""
    return None, f"no answer: {column} is no text"


def plan(header: Sequence[str], wanted: Columns, bank: QuestionBank, name: str) -> Plan:
    """Find the columns. Raises `InputError` that says which columns there are and what to pass."""
    names = {"id": wanted.id}
    if not wanted.wide:
        names["answer"] = wanted.answer
        if wanted.asked is None:
            names["question"] = wanted.question
    places = {role: _find(header, column) for role, column in names.items()}
    absent = [role for role in ("id", "question", "answer") if role in places and places[role] is None]
    if absent:
        raise _wrong(header, [(role, names[role]) for role in absent], name)
    candidate = _find(header, wanted.candidate or "candidate")
    if wanted.candidate and candidate is None:
        raise InputError(f"{name} has no column {wanted.candidate} ({_found(header)})", hint="mend --candidate-column")
    identity = str(places["id"])
    candidate = None if candidate == identity else candidate
    answers = _wide(header, {identity, candidate}, bank, name) if wanted.wide else {}
    used = {*answers, candidate, *places.values()}
    carried = tuple(column for column in header if column not in used)
    question, answer = places.get("question"), places.get("answer") or ""
    return Plan(identity, candidate, question, answer, wanted.asked, answers, carried)


def _wide(header: Sequence[str], taken: set[str | None], bank: QuestionBank, name: str) -> dict[str, str]:
    """Map columns to questions: by id, or by the very words of the question, as forms export them."""
    by_name = {question_id.casefold(): question_id for question_id in bank.ids}
    by_name |= {_plain(item.question.question): item.question.id for item in bank}
    found = {column: by_name[_plain(column)] for column in header if column not in taken and _plain(column) in by_name}
    if not found:
        raise InputError(
            f"{name} has no column named after a question ({_found(header)})",
            hint="name each column by a question's id, such as q24; `grader questions` lists them",
        )
    twice = [column for column, question in found.items() if list(found.values()).count(question) > 1]
    if twice:
        raise InputError(f"{name} has several columns for one question: {', '.join(twice)}", hint="keep one of them")
    return found


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())


def _find(header: Sequence[str], wanted: str) -> str | None:
    """Return the column of that name; "Answer " will do for "answer" where it is the only one."""
    if wanted in header:
        return wanted
    near = [column for column in header if _plain(column) == _plain(wanted)]
    return near[0] if len(near) == 1 else None


def _found(header: Sequence[str]) -> str:
    more = f" and {len(header) - _SHOWN} more" if len(header) > _SHOWN else ""
    return f"found: {', '.join(header[:_SHOWN]) or 'none'}{more}"


def _wrong(header: Sequence[str], absent: list[tuple[str, str]], name: str) -> InputError:
    hints = []
    for role, column in absent:
        near = difflib.get_close_matches(column.casefold(), [h.casefold() for h in header], 1, 0.5)
        # "Applicant id" is a better guess for id than anything that is merely spelt like it.
        worded = (h for h in header if column.casefold() in h.casefold().split())
        guess = next(worded, next((h for h in header if near and h.casefold() == near[0]), "NAME"))
        shown = f'"{guess}"' if " " in guess else guess
        hints.append(f"{_OPTIONS[role]} {shown}")
        if role == "question":
            hints[-1] += " (or --question ID for a file about one question, --wide for one column per question)"
    missing = " nor ".join(column for _, column in absent)
    return InputError(f"{name} has no column {missing} ({_found(header)})", hint=f"pass {' '.join(hints)}")


def unique(header: Sequence[str], name: str, needed: Columns) -> list[str]:
    """Return usable column names: blank ones numbered, repeated ones counted.

    Raises `InputError` where a column that is asked for occurs twice.
    """
    seen: dict[str, int] = {}
    names = []
    asked = {needed.id, needed.answer, needed.question, needed.candidate or "candidate"}
    for index, raw in enumerate(header, 1):
        column = raw.strip() or f"column {index}"
        seen[column] = seen.get(column, 0) + 1
        if seen[column] > 1 and column in asked:
            raise InputError(f"{name} has two columns {column}", hint="rename one of them")
        names.append(column if seen[column] == 1 else f"{column} ({seen[column]})")
    return names
