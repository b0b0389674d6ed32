"""Files of answers for the tests of batches."""

from __future__ import annotations

import csv
import json
from pathlib import Path

ROWS = [
    ("ann", "q24", "The dot product measures how similar a query and a key are."),
    ("bob", "q1", "Text is cut into tokens,\nand each gets an id."),
    ("cid", "q24", ""),
    ("ann", "q1", 'So-called "subwords", since a model needs numbers; naïve – 😀.'),
]
HEADER = ("id", "question", "answer")


def write_csv(path: Path, rows=ROWS, header=HEADER, encoding="utf-8", delimiter=",") -> Path:
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.writer(file, delimiter=delimiter)
        writer.writerow(header)
        writer.writerows(rows)
    return path


def read_csv(path: Path, delimiter=",") -> list[dict]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file, delimiter=delimiter, strict=True))


def read_jsonl(path: Path) -> list[dict]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n")[:-1]]


def texts(lines) -> list[tuple]:
    return [(line["id"], line["question"], line["answer"]) for line in lines]


def names_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())
