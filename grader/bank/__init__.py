"""YAML folders -> QuestionBank; every fault of every file at once."""

from grader.bank.collection import Item, QuestionBank

__all__ = ["Item", "QuestionBank"]
