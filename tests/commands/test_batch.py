"""`grader batch`: options, exit codes, and what it says."""

from __future__ import annotations

import csv
import json
import os

import pytest

from grader.batch.progress import Line, describe

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


@pytest.fixture
def batch(run):
    def call(*args, **options):
        return run("batch", *args, "--no-judge", **options)

    return call


def lines_of(path):
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def names_in(folder):
    return sorted(path.name for path in folder.iterdir())


def assert_one_line(result, *parts):
    assert result.exit_code == 2, result.output
    assert len(result.stderr.splitlines()) == 1
    assert result.stderr.startswith("grader: ")
    for part in parts:
        assert part in result.stderr


def test_every_row_in_input_order(batch, tmp_path):
    source, output = write_csv(tmp_path / "in.csv"), tmp_path / "out.jsonl"
    result = batch(source, "-o", output)
    assert result.exit_code == 0, result.output
    assert result.stdout == ""
    assert [(line["id"], line["question"], line["answer"]) for line in lines_of(output)] == ROWS
    assert names_in(tmp_path) == ["in.csv", "out.jsonl"]


def test_the_summary(batch, tmp_path, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.chdir(tmp_path)
    result = batch(write_csv(tmp_path / "in.csv", [*ROWS, ROWS[0]]), "-o", "out.jsonl")
    scores = {
        q: [line["score"] for line in lines_of(tmp_path / "out.jsonl") if line["question"] == q] for q in ("q24", "q1")
    }
    lines = result.stderr.splitlines()
    assert lines[0] == "5 graded, 0 with errors -> out.jsonl"
    assert [line.split()[:3] for line in lines[3:5]] == [
        [q, str(len(found)), f"{sum(found) / len(found):.2f}"] for q, found in scores.items()
    ]
    assert "missed most" in lines
    assert any(line.startswith(" 100%  q") for line in lines)
    assert any(line.startswith("To review by a person: ") for line in lines)
    assert lines[-2:] == [
        "Note: 1 answer repeats the id and question of an earlier one; all are graded",
        "      (number 5)",
    ]
    assert max(map(len, lines)) <= 80


def test_rows_that_cannot_be_graded(batch, tmp_path):
    rows = [ROWS[0], ("dan", "q99x", "words"), ("eve", "q1", "word " * 5000), ROWS[1]]
    result = batch(write_csv(tmp_path / "in.csv", rows), "-o", tmp_path / "out.jsonl")
    assert result.exit_code == 3
    assert "2 graded, 2 with errors" in result.stderr
    assert "first error: line 3: no question 'q99x'" in result.stderr
    lines = lines_of(tmp_path / "out.jsonl")
    assert [line["score"] is None for line in lines] == [False, True, True, False]
    assert list(lines[1]) == ["id", "question", "answer", "score", "error", "extra"]
    assert "25,000" in lines[2]["error"]


def test_strict(batch, tmp_path):
    source = write_csv(tmp_path / "in.csv", [ROWS[0], ("dan", "q99x", "words")])
    assert_one_line(batch(source, "-o", tmp_path / "out.csv", "--strict"), "line 3", "id dan", "--strict")
    assert batch(source, "-o", tmp_path / "out.csv", "--resume").exit_code == 3


def test_all_options_together(batch, tmp_path):
    source = write_csv(tmp_path / "in.csv", [("1", "Tokens.", "Ann", "=x")], ("No", "Text", "Who", "more"), "utf-16")
    result = batch(
        source, "--output", tmp_path / "out.csv", "--question", "q1", "--id-column", "No", "--answer-column", "Text",
        "--candidate-column", "Who", "--encoding", "utf-16", "--long", "--no-text", "--raw-csv", "--engine", "threads",
        "--workers", "1", "--no-cache", "--overwrite",
    )  # fmt: skip
    assert result.exit_code == 0, result.output
    first = (tmp_path / "out.csv").read_text(encoding="utf-8-sig").splitlines()[1]
    assert first.startswith("1,Ann,q1,")
    assert first.endswith(",=x")


def test_wide(batch, tmp_path):
    source = write_csv(tmp_path / "in.csv", [("ann", "Tokens.", "It scales.")], ("id", "q1", "q24"))
    assert batch(source, "-o", tmp_path / "out.jsonl", "--wide").exit_code == 0
    assert [line["question"] for line in lines_of(tmp_path / "out.jsonl")] == ["q1", "q24"]
    assert batch(source, "-o", tmp_path / "o.jsonl", "--wide", "--question", "q1").exit_code == 2


def test_a_wrong_header(batch, tmp_path):
    source = write_csv(tmp_path / "in.csv", [], ("id", "question", "text"))
    result = batch(source, "-o", tmp_path / "out.jsonl")
    assert_one_line(result, "no column answer (found: id, question, text)", "--answer-column")
    assert names_in(tmp_path) == ["in.csv"]


def test_a_finished_run(batch, tmp_path):
    source, output = write_csv(tmp_path / "in.csv"), tmp_path / "out.jsonl"
    assert batch(source, "-o", output, "--resume").exit_code == 0
    before = output.read_bytes()
    assert_one_line(batch(source, "-o", output), "exists already", "--overwrite")
    again = batch(source, "-o", output, "--resume")
    assert (again.exit_code, again.stderr) == (0, f"{output} is finished already\n")
    assert output.read_bytes() == before


def test_an_output_is_required(batch, tmp_path):
    assert batch(write_csv(tmp_path / "in.csv")).exit_code == 2


def test_a_bank_with_faults(batch, tmp_path):
    bank = tmp_path / "bank"
    (bank / "rubrics").mkdir(parents=True)
    (bank / "rubrics" / "w1.yaml").write_text("")
    source = write_csv(tmp_path / "in.csv", [("1", "w1", "words")])
    assert_one_line(batch(source, "-o", tmp_path / "out.jsonl", "--bank", bank), "more: see `grader lint`")
    assert names_in(tmp_path) == ["bank", "in.csv"]


def test_a_real_process_reads_standard_input(spawn, tmp_path):
    source = write_csv(tmp_path / "in.csv").read_bytes()
    output = str(tmp_path / "out.jsonl")
    done = spawn("batch", "-", "-o", output, "--no-judge", input=source)
    assert done.returncode == 0, done.stderr
    assert done.stdout == b""
    assert b"\r" not in done.stderr.replace(os.linesep.encode(), b""), "a progress line without a terminal"
    assert len(lines_of(tmp_path / "out.jsonl")) == len(ROWS)
    again = spawn("batch", "-", "-o", output, "--no-judge", input=source)
    assert again.returncode == 2
    assert b"Traceback" not in again.stderr
    assert names_in(tmp_path) == ["in.csv", "out.jsonl"]


def test_the_progress_line_fits():
    text = describe(123_456_789, 1_234_567, 0.4567, 1234.5, 36_000.0)
    assert text.startswith("[###########.............]  46%  123,456,789 rows  1,23")
    assert len(text) <= 79
    assert describe(5, 1, 0.0, 0.0, None) == f"[{'.' * 24}]   0%  5 rows  1 error"
    assert "12.3/s  1:05 left" in describe(5, 1, 0.5, 12.34, 65)


def test_the_progress_line_is_for_terminals(tmp_path):
    with (tmp_path / "log").open("w+", newline="") as log:
        line = Line(log)
        line(1, 0, 0.5)
        line.close()
        assert log.tell() == 0
        log.isatty = lambda: True
        line = Line(log)
        line(1, 0, 0.5)
        line(2, 0, 0.6)
        line.close()
        log.seek(0)
        shown = log.read()
    assert shown.count(" row") == 1  # five times a second, not for every row
    assert shown.endswith("\r\x1b[K")
