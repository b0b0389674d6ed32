"""Fixtures shared by all tests: a toy encoder, the shipped models, and makers of small values."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, settings

from grader import Grader, QuestionBank, Verdict
from grader.models.onnx import OnnxEncoder
from grader.results import STATUSES

ROOT = Path(__file__).resolve().parents[1]

# No deadline: a shared machine is slow at times. No database: the checkout stays clean.
settings.register_profile(
    "grader", deadline=None, database=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
settings.load_profile("grader")


class ToyEncoder:
    """Sums one random direction for each word: texts are as close as the words they share. Needs no model file."""

    name = "toy"
    digest = "70e0" * 4
    runtime = "toy 1"
    dimensions = 64

    def __init__(self) -> None:
        self.calls = 0

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        self.calls += 1
        rows = np.zeros((len(texts), self.dimensions), np.float32)
        for index, text in enumerate(texts):
            for word in re.findall(r"\w+", text.lower()) or ["-"]:
                seed = int.from_bytes(hashlib.sha256(word.encode("utf-8", "replace")).digest()[:8], "little")
                rows[index] += np.random.default_rng(seed).standard_normal(self.dimensions).astype(np.float32)
            rows[index] /= np.linalg.norm(rows[index])
        return rows


@pytest.fixture
def toy_encoder() -> ToyEncoder:
    return ToyEncoder()


@pytest.fixture(scope="session")
def shipped_bank() -> QuestionBank:
    return QuestionBank()


@pytest.fixture(scope="session")
def encoder() -> OnnxEncoder:
    return OnnxEncoder()


@pytest.fixture(scope="module")
def grader() -> Grader:
    return Grader(cache=None)


@pytest.fixture(scope="session")
def marked_answers() -> list[dict]:
    """The marked answers of the benchmark: id, question, style, answer, labels, score."""
    lines = (ROOT / "benchmarks" / "data" / "choosing.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


@pytest.fixture
def make_verdict() -> Callable[..., Verdict]:
    def make(probabilities: Sequence[float], *, core: bool = True, weight: float = 3.0, concept: str = "c") -> Verdict:
        best = int(np.argmax(probabilities))
        return Verdict(
            concept=concept,
            status=STATUSES[best],
            core=core,
            weight=weight,
            probability=probabilities[best],
            probabilities=dict(zip(STATUSES, probabilities, strict=True)),
        )

    return make
