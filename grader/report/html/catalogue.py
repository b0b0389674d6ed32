"""What a bank says about the questions that were graded; a page does without where it says nothing."""

from __future__ import annotations

from dataclasses import dataclass, field

from grader.bank import QuestionBank


@dataclass(frozen=True, slots=True)
class Known:
    """The words of a question and of its concepts. `digest` is empty where the bank does not have it."""

    text: str = ""
    topic: str = ""
    digest: str = ""
    ideas: dict[str, str] = field(default_factory=dict)


class Catalogue:
    """Looks questions up, and notes what does not fit: `unknown` questions, and those `changed` since grading."""

    def __init__(self, bank: QuestionBank) -> None:
        self.bank = bank
        self._known: dict[str, Known] = {}
        self.unknown: dict[str, None] = {}
        self.changed: dict[str, None] = {}

    def find(self, question: str, signature: str = "") -> Known:
        """Return what is known of a question; a grade's signature says which words it was graded by."""
        known = self._known.get(question)
        if known is None:
            known = self._known[question] = self._look_up(question)
        if not known.digest:
            self.unknown[question] = None
        elif signature and f" | {question} {known.digest} | " not in signature:
            self.changed[question] = None
        return known

    def notes(self) -> list[str]:
        """Return what a reader should know about the words on the page."""
        notes = []
        if self.unknown:
            notes.append(f"not in the question bank, so without its words: {_some(self.unknown)}")
        if self.changed:
            notes.append(f"the question bank has changed since grading: {_some(self.changed)}")
        return notes

    def _look_up(self, question: str) -> Known:
        if question not in self.bank:
            return Known()
        item = self.bank[question]
        ideas = {concept.id: concept.idea for concept in item.rubric.concepts}
        return Known(item.question.question, item.question.topic, item.digest, ideas)


def _some(names: dict[str, None], most: int = 5) -> str:
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(list(names)[:most]) + more
