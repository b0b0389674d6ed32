"""Everything that `grader` raises on purpose.

GraderError
├── QuestionNotFound   the bank has no question with that id
├── BankError          a question bank is missing or has faults; carries all of them
├── InputError         an answer, a file or an argument cannot be used
│   └── AnswerTooLong  the answer is longer than the limit in the settings
└── ModelError         a model is missing, damaged or of an unknown kind
    └── MissingExtra   a library that a model or file format needs is not installed

Each message says what is wrong and where; `hint` says how to mend it.
"""

from __future__ import annotations

from dataclasses import dataclass


class GraderError(Exception):
    """Base of all errors raised on purpose; `hint` is the mend, in the imperative."""

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        """Message and mend in one line."""
        return f"{self.message}; {self.hint}" if self.hint else self.message


class QuestionNotFound(GraderError):
    """The bank has no question with that id."""


@dataclass(frozen=True, order=True, slots=True)
class Fault:
    """One thing wrong with a file of a bank, or a question in memory. `line` is 1-based, 0 where there is none."""

    file: str
    line: int
    item: str
    message: str
    hint: str

    def __str__(self) -> str:
        """`file:line: item: what is wrong; the mend`."""
        place = f"{self.file}:{self.line}" if self.line else self.file
        item = f"{self.item}: " if self.item else ""
        return f"{place}: {item}{self.message}; {self.hint}"


class BankError(GraderError):
    """A question bank cannot be used; `faults` lists everything wrong with it, `rest` says where to read them."""

    def __init__(self, faults: list[Fault], *, rest: str = "see `grader lint`") -> None:
        self.faults = sorted(faults)
        more = f" (and {len(faults) - 1} more: {rest})" if len(faults) > 1 else ""
        first = self.faults[0]
        place = str(first).removesuffix(f"; {first.hint}")
        super().__init__(place, hint=f"{first.hint}{more}")


class InputError(GraderError):
    """An answer, a file or an argument cannot be used."""


class AnswerTooLong(InputError):
    """The answer has more characters than `Settings.max_characters`."""


class ModelError(GraderError):
    """A model is missing, damaged or of an unknown kind."""


class MissingExtra(ModelError):
    """A library that the chosen model or file format needs is not installed."""
