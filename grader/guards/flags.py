"""The flags, in the order in which they are shown."""

from __future__ import annotations

EMPTY = "empty"
NO_WORDS = "no-words"
QUESTION_COPIED = "question-copied"
REFERENCE_COPIED = "reference-copied"
KEYWORD_LIST = "keyword-list"
REPEATED = "repeated-sentences"
INSTRUCTIONS = "instructions-to-grader"
OTHER_LANGUAGE = "other-language"
GIBBERISH = "gibberish"
HIDDEN_CHARACTERS = "hidden-characters"
LOOKALIKE_LETTERS = "lookalike-letters"
OFF_TOPIC = "off-topic"

#: Flags that send a grade to a person, with the reason given.
REVIEW_REASONS = {
    OTHER_LANGUAGE: "the answer seems to be in another language than the bank",
    REFERENCE_COPIED: "the answer repeats the reference answer",
    INSTRUCTIONS: "the answer speaks to the grader",
    HIDDEN_CHARACTERS: "words of the answer are broken up by characters that cannot be seen",
    LOOKALIKE_LETTERS: "words of the answer mix letters of several scripts that look alike",
}
