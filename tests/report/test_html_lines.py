"""Reading the output of `grader batch`: what is taken, and what is refused with its line."""

from __future__ import annotations

import io
import json
import tracemalloc

import pytest
from graded_answers import ANSWER, encode, failed, graded, lines_of

from grader.errors import InputError
from grader.report.html.lines import read


def refused(raw, sources=None):
    with pytest.raises(InputError) as caught:
        list(read(io.BytesIO(raw), "g.jsonl", sources))
    assert caught.value.hint
    return str(caught.value)


def test_a_grade_and_an_error():
    first, second = lines_of(graded(extra={"office": "Berlin"}), failed())
    assert (first.id, first.candidate, first.question, first.answer) == ("a1", "Ada", "q24", ANSWER)
    assert first.grade.verdicts[0].status == "met"
    assert first.extra == {"office": "Berlin"}
    assert second.grade is None
    assert second.error == "no question 'q999'"


def test_without_candidate_the_id_names_the_person():
    row = graded(id="ada")
    del row["candidate"]
    assert lines_of(row)[0].candidate == "ada"
    assert lines_of({**row, "id": None})[0].candidate == "line 1"
    assert lines_of({**row, "candidate": "", "id": 7})[0].candidate == "7"


def test_a_byte_order_mark_and_blank_lines_are_passed_over():
    found = list(read(io.BytesIO(b"\xef\xbb\xbf" + encode([graded()]) + b"\n  \n" + encode([graded()])), "g", None))
    assert [line.number for line in found] == [1, 4]


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"no json\n", "g.jsonl, line 1 is no JSON object"),
        (b"[1]\n", "g.jsonl, line 1 is no JSON object"),
        (b"\xff\xfe\n", "g.jsonl, line 1 is no JSON object"),
        (b"[" * 100_000 + b"\n", "g.jsonl, line 1 is no JSON object"),
        (b'{"id": "a", "question": "q24", "answer": "x"}\n', "line 1 is no grade"),
        (b'{"question": "q24", "answer": "x", "score": NaN, "verdicts": []}\n', "line 1 is no JSON object"),
        (b'{"question": "q24", "concept": "c", "status": "met"}\n', "--long"),
    ],
)
def test_what_is_no_grade_is_refused(raw, said):
    assert said in refused(raw)


@pytest.mark.parametrize(
    "change", [{"score": 7}, {"score": "high"}, {"verdicts": [{}]}, {"surprise": 1}, {"flags": None}]
)
def test_a_grade_with_a_wrong_field_is_refused(change):
    assert "line 2 is no grade" in refused(encode([graded(), {**graded(), **change}]))


@pytest.mark.parametrize("change", [{"start": 1}, {"end": 10_000}, {"start": -3}, {"quote": "other"}])
def test_quotes_must_be_words_of_the_answer(change):
    row = graded()
    row["verdicts"][0]["evidence"][0] |= change
    assert "quotes words" in refused(encode([row]))


def test_half_a_surrogate_pair_is_replaced_in_place():
    row = json.dumps(graded("It is \ud800 how similar a query and a key are", {}))
    (line,) = read(io.BytesIO(row.encode()), "g")
    assert line.answer == "It is ? how similar a query and a key are"


def without_text(row):
    row = json.loads(json.dumps(row))
    del row["answer"]
    for verdict in row.get("verdicts", []):
        for evidence in verdict["evidence"]:
            del evidence["quote"]
    return row


def test_without_text_the_answers_are_asked_for():
    assert "--answers" in refused(encode([without_text(graded())]))


def test_answers_are_found_in_order():
    rows = [
        graded(),
        failed(),
        graded("Another: how similar a query and a key are.", {"similarity": ("met", "a query")}),
    ]
    sources = [("a0", "q24", "left out"), ("a1", "q24", ANSWER), ("a9", "q999", "x"), ("a1", "q24", rows[2]["answer"])]
    assert lines_of(*map(without_text, rows), sources=sources) == lines_of(*rows)


def test_answers_of_another_file_are_refused():
    bare = encode([without_text(graded())])
    assert "have no row for a1 and q24" in refused(bare, [("a2", "q24", ANSWER)])
    assert "quotes words" in refused(bare, [("a1", "q24", "short")])


def test_one_line_at_a_time():
    row = encode([graded("how similar " + "word " * 3000, {})])

    class Endless(io.RawIOBase):
        left = 400

        def readline(self, _limit=-1):
            self.left -= 1
            return row if self.left >= 0 else b""

    tracemalloc.start()
    count = sum(1 for _ in read(Endless(), "g"))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count == 400
    assert peak < 20 * len(row)
