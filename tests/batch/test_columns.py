"""Which column holds what: names, one column per question, carried columns, repeated rows."""

from __future__ import annotations

import pytest
from answer_files import HEADER, ROWS, names_in, read_csv, read_jsonl, texts, write_csv

from grader import InputError, QuestionNotFound


def test_named_columns(grade, tmp_path):
    header = ("No", "Q", "Text", "Name", "note")
    source = write_csv(tmp_path / "in.csv", [("1", "q1", "Tokens.", "Ann", "x")], header)
    grade(source, tmp_path / "out.jsonl", id="No", question="Q", answer="Text", candidate="Name")
    (line,) = read_jsonl(tmp_path / "out.jsonl")
    assert list(line)[:4] == ["id", "candidate", "question", "answer"]
    assert (line["id"], line["candidate"], line["extra"]) == ("1", "Ann", {"note": "x"})


def test_case_and_spaces_of_a_header_do_not_matter(grade, tmp_path):
    source = write_csv(tmp_path / "in.csv", ROWS, ("ID", " Question", "ANSWER "))
    grade(source, tmp_path / "out.jsonl")
    assert texts(read_jsonl(tmp_path / "out.jsonl")) == ROWS


def test_a_candidate_column_of_its_own(grade, tmp_path):
    source = write_csv(tmp_path / "in.csv", [("1", "q1", "Tokens.", "Ann")], (*HEADER, "candidate"))
    grade(source, tmp_path / "out.csv")
    assert read_csv(tmp_path / "out.csv")[0]["candidate"] == "Ann"
    grade(source, tmp_path / "named.csv", id="candidate")
    row = read_csv(tmp_path / "named.csv")[0]
    assert "candidate" not in row
    assert (row["id"], row["input_id"]) == ("Ann", "1")


def test_one_question_for_the_whole_file(grade, tmp_path):
    source = write_csv(tmp_path / "in.csv", [("1", "Tokens.", "kept")], ("id", "answer", "question"))
    grade(source, tmp_path / "out.jsonl", asked="q1")
    (line,) = read_jsonl(tmp_path / "out.jsonl")
    assert (line["question"], line["extra"]) == ("q1", {"question": "kept"})
    with pytest.raises(QuestionNotFound, match="q1x"):
        grade(source, tmp_path / "o.jsonl", asked="q1x")


def test_one_column_for_each_question(grade, shipped_bank, tmp_path):
    words = shipped_bank["q24"].question.question
    source = write_csv(
        tmp_path / "in.csv", [("ann", "x", "Tokens.", "It scales."), ("bob", "y", "", "Similarity.")],
        ("id", "note", "Q1", words.upper()),
    )  # fmt: skip
    grade(source, tmp_path / "out.jsonl", wide=True)
    found = read_jsonl(tmp_path / "out.jsonl")
    assert texts(found) == [
        ("ann", "q1", "Tokens."),
        ("ann", "q24", "It scales."),
        ("bob", "q1", ""),
        ("bob", "q24", "Similarity."),
    ]
    assert [line["extra"] for line in found] == [{"note": "x"}] * 2 + [{"note": "y"}] * 2


@pytest.mark.parametrize(
    ("header", "options", "part"),
    [
        (("id", "question", "text"), {}, r"no column answer \(found: id, question, text\); pass --answer-column"),
        (("1", "q1", "words"), {}, "no column id nor question nor answer .*--id-column .*--question ID .*--wide"),
        (("Applicant id", "question", "answer"), {}, 'pass --id-column "Applicant id"'),
        (HEADER, {"id": "number"}, "no column number"),
        (HEADER, {"candidate": "who"}, "no column who .*--candidate-column"),
        (HEADER, {"wide": True}, "no column named after a question .*q24"),
        (("id", "q1", "Q1"), {"wide": True}, "several columns for one question: q1, Q1"),
        (("id", "answer", "answer"), {"asked": "q1"}, "two columns answer"),
        ((), {}, "found: none"),
    ],
)
def test_a_wrong_header(grade, tmp_path, header, options, part):
    source = write_csv(tmp_path / "in.csv", [], header)
    with pytest.raises(InputError, match=part) as caught:
        grade(source, tmp_path / "out.jsonl", **options)
    assert "\n" not in str(caught.value)
    assert names_in(tmp_path) == ["in.csv"]


def test_carried_columns(grade, tmp_path):
    header = (*HEADER, "score", "note", "", "note", "bänd")
    source = write_csv(tmp_path / "in.csv", [("1", "q1", "Tokens.", "7", "a", "b", "c", "d")], header)
    grade(source, tmp_path / "out.jsonl")
    extra = {"score": "7", "note": "a", "column 6": "b", "note (2)": "c", "bänd": "d"}
    assert read_jsonl(tmp_path / "out.jsonl")[0]["extra"] == extra
    grade(source, tmp_path / "out.csv")
    (row,) = read_csv(tmp_path / "out.csv")
    assert row["score"].startswith("0.")
    assert [row[name] for name in ("input_score", "note", "column 6", "note (2)", "bänd")] == ["7", "a", "b", "c", "d"]


def test_repeated_rows_are_graded_and_counted(grade, tmp_path):
    rows = [ROWS[0], ROWS[1], ROWS[0], ("ann", "q24", "Other words."), ("ann", "q24 ", "More."), ROWS[3]]
    summary = grade(write_csv(tmp_path / "in.csv", rows), tmp_path / "out.jsonl")
    assert summary.graded == 6
    assert (summary.repeated, summary.repeated_at) == (3, [3, 4, 5])
    assert len(read_jsonl(tmp_path / "out.jsonl")) == 6
    assert grade(write_csv(tmp_path / "in.csv"), tmp_path / "other.jsonl").repeated == 0


def test_many_repeats_are_counted_in_parts(monkeypatch):
    from grader.batch import repeats

    monkeypatch.setattr(repeats, "_PART_ROWS", 1000)
    noted = repeats.Repeats()
    for number in range(40_000):
        noted.note(str(number % 30_000), "q1")
        noted.skip()
    assert noted.found() == (10_000, [60_001, 60_003, 60_005])
    noted.close()
