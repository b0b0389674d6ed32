"""`grader batch`: CSV in, JSON Lines out, all or nothing."""

from __future__ import annotations

import csv
import json

import pytest

from grader import Grader

ROWS = [
    ("ann", "q24", "The dot product measures how similar a query and a key are."),
    ("bob", "q1", "Text is cut into tokens,\nand each gets an id."),
    ("cid", "q24", ""),
    ("ann", "q1", 'So-called "subwords", since a model needs numbers.'),
]


def write_csv(path, rows=ROWS, header=("id", "question", "answer"), encoding="utf-8"):
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.writer(file)
        writer.writerow(header)
        writer.writerows(rows)
    return path


def lines_of(path):
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def assert_nothing_left(folder, *expected):
    assert sorted(path.name for path in folder.iterdir()) == sorted(expected)


def assert_one_line(result, *parts):
    assert result.exit_code == 2, result.output
    assert len(result.stderr.splitlines()) == 1
    assert result.stderr.startswith("grader: ")
    for part in parts:
        assert part in result.stderr


def test_every_row_in_input_order(run, tmp_path):
    source, output = write_csv(tmp_path / "in.csv"), tmp_path / "out.jsonl"
    result = run("batch", source, "-o", output)
    assert result.exit_code == 0, result.output
    assert result.stdout == ""
    assert "4 graded, 0 with errors" in result.stderr
    lines = lines_of(output)
    assert [(line["id"], line["question"], line["answer"]) for line in lines] == ROWS
    assert_nothing_left(tmp_path, "in.csv", "out.jsonl")


def test_a_line_is_the_grade_that_the_answer_gets_alone(run, tmp_path):
    source, output = write_csv(tmp_path / "in.csv"), tmp_path / "out.jsonl"
    run("batch", source, "-o", output)
    grader = Grader(cache=None)
    for line, (candidate, question, answer) in zip(lines_of(output), ROWS, strict=True):
        assert line == {"id": candidate, **grader.grade(question, answer).model_dump(mode="json")}


def test_columns_in_any_order_with_others_and_a_byte_order_mark(run, tmp_path):
    rows = [("x", "Text becomes tokens.", "q1", "7")]
    source = write_csv(tmp_path / "in.csv", rows, ("note", "answer", "question", "id"), "utf-8-sig")
    result = run("batch", source, "-o", tmp_path / "out.jsonl")
    assert result.exit_code == 0, result.output
    assert lines_of(tmp_path / "out.jsonl")[0]["id"] == "7"


def test_a_header_alone_gives_an_empty_file(run, tmp_path):
    source = write_csv(tmp_path / "in.csv", [])
    assert run("batch", source, "-o", tmp_path / "out.jsonl").exit_code == 0
    assert (tmp_path / "out.jsonl").read_bytes() == b""


@pytest.mark.parametrize(
    ("content", "part"),
    [
        ("id,question,text\n1,q1,words\n", "no column answer (found: id, question, text)"),
        ("1,q1,words\n", "no column id nor question nor answer"),
        ("", "found: none"),
        ("id;question;answer\n1;q1;words\n", "no column id"),
    ],
)
def test_a_wrong_header(run, tmp_path, content, part):
    (tmp_path / "in.csv").write_text(content)
    assert_one_line(run("batch", tmp_path / "in.csv", "-o", tmp_path / "out.jsonl"), part, "id,question,answer")
    assert_nothing_left(tmp_path, "in.csv")


def test_rows_that_cannot_be_graded(run, tmp_path):
    rows = [ROWS[0], ("dan", "q99x", "words"), ("eve", "q1", "word " * 5000), ROWS[1]]
    source, output = write_csv(tmp_path / "in.csv", rows), tmp_path / "out.jsonl"
    result = run("batch", source, "-o", output)
    assert result.exit_code == 3
    assert "2 graded, 2 with errors" in result.stderr
    lines = lines_of(output)
    assert [line["id"] for line in lines] == ["ann", "dan", "eve", "bob"]
    assert [line["score"] is None for line in lines] == [False, True, True, False]
    assert list(lines[1]) == ["id", "question", "score", "error"]
    assert "no question 'q99x'" in lines[1]["error"]
    assert "25,000" in lines[2]["error"]


def test_an_existing_output_stays_unless_told(run, tmp_path):
    source, output = write_csv(tmp_path / "in.csv"), tmp_path / "out.jsonl"
    output.write_text("precious")
    assert_one_line(run("batch", source, "-o", output), "exists already", "--overwrite")
    assert output.read_text() == "precious"
    assert run("batch", source, "-o", output, "--overwrite").exit_code == 0
    assert len(lines_of(output)) == len(ROWS)


def test_the_input_is_never_overwritten(run, tmp_path):
    source = write_csv(tmp_path / "in.csv")
    before = source.read_bytes()
    assert_one_line(run("batch", source, "-o", source, "--overwrite"), "input itself")
    assert source.read_bytes() == before


def test_a_missing_input(run, tmp_path):
    assert_one_line(run("batch", tmp_path / "no.csv", "-o", tmp_path / "out.jsonl"), "no.csv cannot be read")
    assert_nothing_left(tmp_path)


def test_a_missing_input_leaves_the_old_output(run, tmp_path):
    (tmp_path / "out.jsonl").write_text("precious")
    result = run("batch", tmp_path / "no.csv", "-o", tmp_path / "out.jsonl", "--overwrite")
    assert_one_line(result, "no.csv cannot be read")
    assert (tmp_path / "out.jsonl").read_text() == "precious"


def test_a_missing_output_folder(run, tmp_path):
    source = write_csv(tmp_path / "in.csv")
    assert_one_line(run("batch", source, "-o", tmp_path / "none" / "out.jsonl"), "cannot be written")


def test_an_output_is_required(run, tmp_path):
    assert run("batch", write_csv(tmp_path / "in.csv")).exit_code == 2


def test_an_input_that_is_not_utf8(run, tmp_path):
    source = write_csv(tmp_path / "in.csv", [("1", "q1", "drôle")], encoding="latin-1")
    assert_one_line(run("batch", source, "-o", tmp_path / "out.jsonl"), "in.csv is not UTF-8", "CSV UTF-8")
    assert_nothing_left(tmp_path, "in.csv")


# The bad row lies behind more than one read buffer, when rows have been written to the temporary file already.
@pytest.mark.parametrize(
    ("last", "part"),
    [(b"2,q1,dr\xf4le\n", "not UTF-8"), (b"2,q1,a,b,c\n", "more fields than columns"), (b'2,q1,"open\n', "CSV")],
)
def test_nothing_is_left_when_a_late_row_fails(run, tmp_path, last, part):
    source = tmp_path / "in.csv"
    source.write_bytes(b"id,question,answer\n1,q1," + b"x" * 30_000 + b"\n1,q1,tokens\n" + last)
    assert_one_line(run("batch", source, "-o", tmp_path / "out.jsonl"), part)
    assert_nothing_left(tmp_path, "in.csv")


def test_a_bank_with_faults(run, tmp_path):
    bank = tmp_path / "bank"
    (bank / "rubrics").mkdir(parents=True)
    (bank / "rubrics" / "w1.yaml").write_text("")
    source = write_csv(tmp_path / "in.csv", [("1", "w1", "words")])
    assert_one_line(run("batch", source, "-o", tmp_path / "out.jsonl", "--bank", bank), "more: see `grader lint`")
    assert_nothing_left(tmp_path, "bank", "in.csv")


def test_a_real_process(spawn, tmp_path):
    write_csv(tmp_path / "in.csv")
    done = spawn("batch", str(tmp_path / "in.csv"), "-o", str(tmp_path / "out.jsonl"))
    assert done.returncode == 0, done.stderr
    assert done.stdout == b""
    assert len(lines_of(tmp_path / "out.jsonl")) == len(ROWS)
    again = spawn("batch", str(tmp_path / "in.csv"), "-o", str(tmp_path / "out.jsonl"))
    assert again.returncode == 2
    assert b"Traceback" not in again.stderr
