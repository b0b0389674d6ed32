"""The judge that ships: probabilities, independence of neighbours, long answers, sharing, damage."""

from __future__ import annotations

import shutil
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.errors import ModelError
from grader.models.base import Judge
from grader.models.files import read_files
from grader.models.onnx import OnnxEncoder
from grader.models.packed import PackedJudge
from grader.models.weights import expand
from grader.resources import shipped_model

QUESTION = "How does attention score the similarity of a query and a key?"
IDEAS = [
    "The dot product of a query and a key measures how similar they are.",
    "The scores are divided by the square root of the key dimension.",
    "A softmax turns the scores into weights that sum to one.",
]
RIGHT = (
    "You take the dot product of query and key, and divide it by the square root of d_k so that the softmax behaves."
)
FILLER = (
    "My last job was at a hospital. We used to plan the shifts of nurses by hand, and then I wrote a small program for it. "
    "It was fun, and I learned a lot about people. The best part was lunch. "
)
MET, PARTIAL, MISSED, CONTRADICTED = range(4)


@pytest.fixture(scope="module")
def judge() -> PackedJudge:
    return PackedJudge()


def test_it_is_a_judge(judge):
    assert isinstance(judge, Judge)
    assert judge.name == "judge"
    assert judge.runtime.startswith("onnxruntime ")


@settings(max_examples=25, deadline=None)
@given(st.text(max_size=300), st.lists(st.text(min_size=1, max_size=80), min_size=1, max_size=4))
def test_rows_sum_to_one(judge, answer, ideas):
    table = judge.open(QUESTION, answer)(ideas)
    assert table.shape == (len(ideas), 4)
    assert np.all(table >= 0)
    np.testing.assert_allclose(table.sum(axis=1), 1, atol=1e-9)


def test_texts_that_come_later_are_judged_as_if_alone(judge):
    about = judge.open(QUESTION, RIGHT)
    first, second = about(IDEAS), about(IDEAS[:2])
    np.testing.assert_allclose(second, first[:2], atol=1e-5)
    assert about(IDEAS[:2]).tobytes() == second.tobytes()
    long = judge.open(QUESTION, FILLER * 12 + RIGHT)
    np.testing.assert_allclose(long(IDEAS), long(IDEAS), atol=1e-5)


def test_an_answer_without_tokens_misses_everything(judge):
    assert judge.open(QUESTION, "")(IDEAS).argmax(axis=1).tolist() == [MISSED] * 3


def test_what_is_said_is_met_and_what_is_not_is_missed(judge):
    table = judge.open(QUESTION, RIGHT)(IDEAS)
    assert table.argmax(axis=1).tolist()[:2] == [MET, MET]
    assert judge.open(QUESTION, "I like long walks on the beach.")(IDEAS).argmax(axis=1).tolist() == [MISSED] * 3


def test_a_verdict_does_not_depend_on_its_neighbours(judge):
    together = judge.open(QUESTION, RIGHT)(IDEAS)
    alone = np.concatenate([judge.open(QUESTION, RIGHT)([idea]) for idea in IDEAS])
    turned = judge.open(QUESTION, RIGHT)(IDEAS[::-1])[::-1]
    np.testing.assert_allclose(together, alone, atol=1e-5)
    np.testing.assert_allclose(together, turned, atol=1e-5)


def test_the_same_bytes_with_one_thread_or_two_and_after_other_work(judge):
    first = judge.open(QUESTION, RIGHT)(IDEAS)
    judge.open("Something else?", "other " * 500)(IDEAS * 5)
    assert first.tobytes() == judge.open(QUESTION, RIGHT)(IDEAS).tobytes()
    assert first.tobytes() == PackedJudge(threads=1).open(QUESTION, RIGHT)(IDEAS).tobytes()


IN_TALK = pytest.mark.xfail(
    strict=True, reason="behind other talk the first idea reads as half said (docs/accuracy.md)"
)


@pytest.mark.parametrize("place", ["start", pytest.param("middle", marks=IN_TALK), pytest.param("end", marks=IN_TALK)])
def test_a_claim_is_found_anywhere_in_a_long_answer(judge, place):
    filler = FILLER * 12
    answer = {"start": RIGHT + filler, "middle": f"{filler} {RIGHT} {filler}", "end": filler + RIGHT}[place]
    assert judge.open(QUESTION, answer)(IDEAS)[:2].argmax(axis=1).tolist() == [MET, MET]


@pytest.mark.parametrize("place", ["start", "middle", "end"])
def test_a_claim_is_not_missed_in_a_long_answer(judge, place):
    filler = FILLER * 12
    answer = {"start": RIGHT + filler, "middle": f"{filler} {RIGHT} {filler}", "end": filler + RIGHT}[place]
    assert MISSED not in judge.open(QUESTION, answer)(IDEAS)[:2].argmax(axis=1).tolist()


def test_a_judge_that_starts_in_the_background_is_the_same(judge):
    with ThreadPoolExecutor(1) as pool:
        found = PackedJudge(pool=pool).open(QUESTION, RIGHT)(IDEAS)
    assert found.tobytes() == judge.open(QUESTION, RIGHT)(IDEAS).tobytes()


def test_what_goes_wrong_in_the_background_is_met_by_the_first_answer():
    weights = expand(read_files(shipped_model("judge")))
    broken = replace(
        weights, files=replace(weights.files, contents={**weights.files.contents, "graph.onnx": b"no graph"})
    )
    with ThreadPoolExecutor(1) as pool:
        judge = PackedJudge(weights=broken, pool=pool)
        with pytest.raises(ModelError, match="does not run"):
            judge.open(QUESTION, RIGHT)(IDEAS)


def test_many_ideas_are_judged_in_several_passes(judge):
    many = judge.open(QUESTION, RIGHT)(IDEAS * 9)
    assert many.shape == (27, 4)
    np.testing.assert_allclose(many[:3], many[24:], atol=1e-5)


def test_it_shares_the_words_of_an_encoder(judge):
    shared = PackedJudge(encoder=OnnxEncoder)
    assert shared.open(QUESTION, RIGHT)(IDEAS).tobytes() == judge.open(QUESTION, RIGHT)(IDEAS).tobytes()


@pytest.mark.parametrize("name", ["weights.bin", "graph.onnx"])
def test_a_damaged_file_is_named(tmp_path, name):
    shutil.copytree(shipped_model("judge"), tmp_path / "judge")
    path = tmp_path / "judge" / name
    raw = bytearray(path.read_bytes())
    raw[len(raw) // 2] ^= 0xFF
    path.write_bytes(raw)
    with pytest.raises(ModelError, match=name):
        PackedJudge(folder=tmp_path / "judge")


def test_a_missing_file_is_named(tmp_path):
    shutil.copytree(shipped_model("judge"), tmp_path / "judge")
    (tmp_path / "judge" / "weights.bin").unlink()
    with pytest.raises(ModelError, match=r"weights\.bin is missing"):
        PackedJudge(folder=tmp_path / "judge")


def test_words_of_another_encoder_are_refused():
    encoder = OnnxEncoder()
    encoder.digest = "0" * 16
    with pytest.raises(ModelError, match="other words"):
        PackedJudge(encoder=lambda: encoder)
