"""Answers of about sixty words for measuring speed: drawn from marked answers, so that no two and no sentence are alike."""

from __future__ import annotations

import csv
import json
import random
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
_WORDS = 60


def _sentences() -> list[str]:
    found: dict[str, None] = {}
    for path in sorted((ROOT / "training" / "data" / "answers").glob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            for sentence in re.split(r"(?<=[.!?])\s+|\n", json.loads(line)["answer"]):
                if 6 <= len(sentence.split()) <= 30:
                    found[sentence.strip()] = None
    return list(found)


def different(count: int, seed: int = 7) -> Iterator[tuple[str, str, str]]:
    """Yield id, question and answer. Beyond some thousand answers, a word is changed so that sentences stay different."""
    sentences, chance = _sentences(), random.Random(seed)
    questions = [f"q{number}" for number in range(1, 51)]
    words = sorted({word for sentence in sentences for word in sentence.split() if word.isalpha()})
    order, used = list(range(len(sentences))), 0
    for number in range(count):
        answer: list[str] = []
        while len(" ".join(answer).split()) < _WORDS:
            if used % len(sentences) == 0:
                chance.shuffle(order)
            sentence = sentences[order[used % len(sentences)]]
            if used >= len(sentences):
                parts = sentence.split()
                parts[chance.randrange(len(parts))] = chance.choice(words)
                parts.insert(chance.randrange(len(parts)), chance.choice(words))
                sentence = " ".join(parts)
            answer.append(sentence)
            used += 1
        yield f"c{number}", questions[number % len(questions)], " ".join(answer)


def write_different(path: Path, count: int) -> None:
    """Write a CSV file of different answers."""
    _write(path, different(count))


def write_repeats(path: Path, count: int, of: int = 500) -> None:
    """Write a CSV file that repeats a few answers: it measures input, output and memory, not grading."""
    few = list(different(of))
    _write(path, ((f"c{number}", *few[number % of][1:]) for number in range(count)))


def _write(path: Path, rows: Iterator[tuple[str, str, str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("id", "question", "answer"))
        writer.writerows(rows)
