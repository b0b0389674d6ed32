"""Grading side by side: the grades of `grader answer`, each different answer and claim once, whatever the engine."""

from __future__ import annotations

import pytest
from answer_files import ROWS, read_jsonl, write_csv
from hypothesis import given, settings
from hypothesis import strategies as st

from grader import Grader
from grader.batch import memo, prefetch
from grader.batch.engine import Threads
from grader.batch.job import Row
from grader.batch.prefetch import Remembering
from grader.batch.worker import EngineOptions, Recipe, cores, grade_all


@pytest.fixture
def counting(toy_encoder):
    """A toy Grader that remembers vectors, and the texts that were embedded."""
    seen = []
    encode = toy_encoder.encode
    toy_encoder.encode = lambda texts: (seen.extend(texts), encode(texts))[1]
    return Grader(encoder=Remembering(toy_encoder), judge=None, cache=None), seen


def row(question, answer, error=""):
    return Row("x", None, question, answer, {}, "row 1", error)


def test_every_engine_gives_the_grades_of_one_answer_alone(grade, plain_grader, marked_answers, tmp_path):
    rows = [(str(n), item["question"], item["answer"]) for n, item in enumerate(marked_answers[::9])]
    source = write_csv(tmp_path / "in.csv", rows)
    alone = [plain_grader.grade(question, answer).model_dump(mode="json") for _, question, answer in rows]
    for engine in ("threads", "processes"):
        output = tmp_path / f"{engine}.jsonl"
        grade(source, output, engine=engine)
        assert [{k: v for k, v in line.items() if k not in {"id", "extra"}} for line in read_jsonl(output)] == alone


def test_grading_asks_for_no_text_that_was_not_foreseen(counting):
    grader, seen = counting
    grader.grade("q24", "")
    pairs = [("q24", answer) for _, _, answer in ROWS] + [("q24", "What role does the dot product play? It scales.")]
    prefetch.prefetch(grader.encoder, grader.bank, pairs, 20_000)
    ready = len(seen)
    for pair in pairs:
        grader.grade(*pair)
    assert len(seen) == ready


def test_claims_and_answers_are_computed_once(counting):
    grader, seen = counting
    grade_all(
        grader, [("q24", "The scores are scaled. They are many."), ("q24", "They are many."), ("q1", "They are many.")]
    )
    assert len([text for text in seen if text == "They are many."]) == 1
    engine = Threads(Recipe(), grader, EngineOptions(workers=1))
    rows = [row("q24", "Over and over again.")] * 5000 + [row("q1", "Over and over again.")]
    found = list(memo.outcomes(rows, engine))
    engine.close()
    assert len(found) == 5001
    assert len({id(outcome.grade) for outcome in found}) == 2
    assert seen.count("Over and over again.") == 1


def test_what_is_remembered_is_bounded(monkeypatch, toy_encoder):
    monkeypatch.setattr(prefetch, "_KEPT", 10)
    encoder = Remembering(toy_encoder)
    texts = [f"text {n}" for n in range(40)]
    assert encoder.encode(texts).tobytes() == toy_encoder.encode(texts).tobytes()
    assert len(encoder._rows) == 10
    monkeypatch.setattr(memo, "_KEPT_CHARACTERS", 100)
    kept = memo._Memo()
    for text in texts:
        kept.find(("q1", text))
    assert len(kept._tasks) <= 15


def test_reading_ahead_is_bounded(counting):
    engine, taken = Threads(Recipe(), counting[0], EngineOptions(workers=2)), []

    def rows():
        for number in range(2000):
            taken.append(number)
            yield row("q24", f"answer {number}")

    for given_back, _ in enumerate(memo.outcomes(rows(), engine)):
        assert len(taken) - given_back <= 8 * memo._CHUNK
    engine.close()


@settings(max_examples=25)
@given(
    st.lists(
        st.tuples(st.sampled_from(["q1", "q24", "nope"]), st.sampled_from("abc"), st.sampled_from(["", "bad"])),
        max_size=60,
    )
)
def test_the_order_stays(counting, items):
    engine = Threads(Recipe(), counting[0], EngineOptions(workers=3))
    rows = [row(*item) for item in items]
    found = list(memo.outcomes(iter(rows), engine))
    engine.close()
    assert [outcome.row for outcome in found] == rows
    for outcome in found:
        graded = outcome.row.question != "nope" and not outcome.row.error
        assert (outcome.grade is not None) == graded
        assert bool(outcome.error) != graded


def test_an_unforeseen_fault_costs_one_row(counting):
    grader, _ = counting
    inner = grader.encoder.inner.encode

    def encode(texts):
        if any("boom" in text for text in texts):
            raise ValueError("odd")
        return inner(texts)

    grader.encoder.inner.encode = encode
    first, second, third = grade_all(grader, [("q1", "Tokens."), ("q1", "It goes boom."), ("q1", "Ids.")])
    assert second == "could not be graded (ValueError: odd)"
    assert (first.question, third.question) == ("q1", "q1")


def test_there_is_a_core():
    assert cores() >= 1
