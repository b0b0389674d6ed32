"""What can be read: every format, encoding and delimiter, and what happens to rows that are broken."""

from __future__ import annotations

import codecs
import json
import os
import subprocess
import sys
from datetime import date, datetime

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from answer_files import HEADER, ROWS, names_in, read_csv, read_jsonl, texts, write_csv

from grader import InputError, MissingExtra

LATIN = [("1", "q1", "drôle de naïveté, “quoted” – dash")]


def write_xlsx(path, rows=ROWS, header=HEADER, before=()):
    book = openpyxl.Workbook()
    sheet = book.active
    for row in [*before, header, *rows]:
        sheet.append(row)
    book.save(path)
    return path


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_unicode_csv(grade, tmp_path, encoding, delimiter):
    source = write_csv(tmp_path / "in.csv", encoding=encoding, delimiter=delimiter)
    summary = grade(source, tmp_path / "out.jsonl")
    assert texts(read_jsonl(tmp_path / "out.jsonl")) == ROWS
    assert (summary.graded, summary.failed) == (4, 0)


@pytest.mark.parametrize(
    ("encoding", "name"), [("cp1252", "Windows-1252"), ("latin-1", "Latin-1"), ("utf-16-le", "UTF-16")]
)
def test_guessed_encodings_are_told(grade, tmp_path, encoding, name):
    text = "dr\x81le é" if encoding == "latin-1" else "drôle – naïf"
    source = write_csv(tmp_path / "in.csv", [("1", "q1", text)], encoding=encoding)
    summary = grade(source, tmp_path / "out.jsonl")
    assert read_jsonl(tmp_path / "out.jsonl")[0]["answer"] == text
    assert summary.note.startswith(f"read as {name} ")


@pytest.mark.parametrize("encoding", ["cp1251", "shift_jis", "latin-1", "UTF8", "utf-16"])
def test_a_named_encoding(grade, tmp_path, encoding):
    text = {"cp1251": "слова", "shift_jis": "言葉"}.get(encoding, "naïf")
    source = write_csv(tmp_path / "in.csv", [("1", "q1", text)], encoding=encoding)
    grade(source, tmp_path / "out.jsonl", encoding=encoding)
    assert read_jsonl(tmp_path / "out.jsonl")[0]["answer"] == text


@pytest.mark.parametrize("name", ["utf-9", "rot13", "base64"])
def test_an_unknown_encoding(grade, tmp_path, name):
    with pytest.raises(InputError, match=f"no encoding '{name}'.*utf-16"):
        grade(write_csv(tmp_path / "in.csv"), tmp_path / "out.jsonl", encoding=name)
    assert names_in(tmp_path) == ["in.csv"]


def test_a_damaged_byte_costs_its_row_only(grade, tmp_path):
    lines = ["id,question,answer", "1,q1,naïve tokens", "2,q1,bad BYTE", "3,q1,naïve again"]
    raw = "\n".join(lines).encode().replace(b"BYTE", b"\xff")
    (tmp_path / "in.csv").write_bytes(raw)
    summary = grade(tmp_path / "in.csv", tmp_path / "out.jsonl")
    first, second, third = read_jsonl(tmp_path / "out.jsonl")
    assert (first["answer"], third["answer"]) == ("naïve tokens", "naïve again")
    assert second["score"] is None
    assert second["error"] == "bytes that are not UTF-8"
    assert "damaged" in summary.note


def test_header_in_another_encoding_than_named(grade, tmp_path):
    source = write_csv(tmp_path / "in.csv", [("1", "q1", "x")], ("id", "question", "réponse"), "latin-1")
    with pytest.raises(InputError, match="not utf-8 in its header"):
        grade(source, tmp_path / "out.jsonl", encoding="utf-8")


def test_a_separator_line_of_excel(grade, tmp_path):
    (tmp_path / "in.csv").write_text("sep=;\nid;question;answer\n1;q1;a, b, c\n")
    grade(tmp_path / "in.csv", tmp_path / "out.jsonl")
    assert texts(read_jsonl(tmp_path / "out.jsonl")) == [("1", "q1", "a, b, c")]


def test_blank_lines_and_blank_trailing_columns(grade, tmp_path):
    (tmp_path / "in.csv").write_text("\nid,question,answer,,\n1,q1,tokens,,\n\n,,,,\n2,q1,more\n")
    grade(tmp_path / "in.csv", tmp_path / "out.jsonl")
    assert [(x["id"], x["extra"]) for x in read_jsonl(tmp_path / "out.jsonl")] == [("1", {}), ("2", {})]


def test_everything_quoted(grade, tmp_path):
    (tmp_path / "in.csv").write_text('"id";"question";"answer"\n"1";"q1";"a, ""b"""\n')
    grade(tmp_path / "in.csv", tmp_path / "out.jsonl")
    assert texts(read_jsonl(tmp_path / "out.jsonl")) == [("1", "q1", 'a, "b"')]


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_line_ends(grade, tmp_path, ending):
    (tmp_path / "in.csv").write_bytes(ending.join(["id,question,answer", '1,q1,"a\nb"', "2,q1,c"]).encode())
    grade(tmp_path / "in.csv", tmp_path / "out.jsonl")
    assert [x["answer"] for x in read_jsonl(tmp_path / "out.jsonl")] == ["a\nb", "c"]


def test_broken_rows_cost_themselves_only(grade, tmp_path):
    lines = [
        "id,question,answer",
        "1,q1,fine",
        "2,q1,too,many,fields",
        "3,q1",
        '4,q1,"never closed',
        '5,q1,"closed"',
        '6,q1,"closed" and more',
        "7,,no question",
        "8,q99x,unknown",
        f"9,q1,{'x' * 20_001}",
        "10,q1,fine",
    ]
    (tmp_path / "in.csv").write_text("\n".join(lines) + "\n")
    summary = grade(tmp_path / "in.csv", tmp_path / "out.jsonl")
    found = {line["id"]: line.get("error") for line in read_jsonl(tmp_path / "out.jsonl")}
    assert [line["id"] for line in read_jsonl(tmp_path / "out.jsonl")] == ["1", "2", "3", None, "5", None, *"789", "10"]
    assert found["1"] is found["5"] is found["10"] is None
    assert "5 fields for 3 columns" in found["2"]
    assert found["3"] == "no answer: answer is missing"
    assert "check the quotes" in found[None]
    assert "no question" in found["7"]
    assert "no question 'q99x'" in found["8"]
    assert "20,001 characters" in found["9"]
    assert (summary.graded, summary.failed) == (3, 7)
    assert summary.first_error.startswith("line 3: 5 fields")


def test_an_unclosed_quote_does_not_swallow_the_rest(grade, tmp_path):
    rows = "".join(f"{n},q1,tokens\n" for n in range(50))
    (tmp_path / "in.csv").write_text(f'id,question,answer\nx,q1,"open\n{rows}')
    summary = grade(tmp_path / "in.csv", tmp_path / "out.jsonl")
    assert (summary.graded, summary.failed) == (50, 1)


def test_strict_stops_and_the_rest_can_follow(grade, tmp_path):
    source = write_csv(tmp_path / "in.csv", [ROWS[0], ("dan", "q99x", "words"), ROWS[1]])
    with pytest.raises(InputError, match=r"in\.csv, line 3, id dan: no question 'q99x'"):
        grade(source, tmp_path / "out.jsonl", strict=True)
    assert not (tmp_path / "out.jsonl").exists()
    assert grade(source, tmp_path / "out.jsonl", resume=True).failed == 1
    assert [line["id"] for line in read_jsonl(tmp_path / "out.jsonl")] == ["ann", "dan", "bob"]
    assert names_in(tmp_path) == ["in.csv", "out.jsonl"]


def test_strict_at_the_first_row_leaves_nothing(grade, tmp_path):
    source = write_csv(tmp_path / "in.csv", [("dan", "q99x", "words")])
    with pytest.raises(InputError):
        grade(source, tmp_path / "out.jsonl", strict=True)
    assert names_in(tmp_path) == ["in.csv"]


def test_jsonl(grade, tmp_path):
    objects = [
        {"id": 1, "question": "q1", "answer": "Tokens.", "note": {"a": [1, None]}},
        {"id": "2", "question": "q1", "answer": None},
        {"id": "3", "question": "q1"},
        {"id": "4", "question": "q1", "answer": ["no"]},
        {"id": "5", "question": "q1", "answer": "", "other": 2.5},
    ]
    lines = [json.dumps(value) for value in objects] + ["", "{broken", "[1]", '"text"', '{"id": "\\ud800"}']
    (tmp_path / "in.jsonl").write_text("\n".join(lines))
    summary = grade(tmp_path / "in.jsonl", tmp_path / "out.jsonl")
    found = read_jsonl(tmp_path / "out.jsonl")
    assert [line["id"] for line in found] == ["1", "2", "3", "4", "5", None, None, None, "\ufffd"]
    assert [line.get("error", "")[:32] for line in found] == [
        "", "no answer: answer is null", "no answer: answer is missing", "no answer: answer is no text", "",
        "no JSON object (Expecting proper", "no JSON object, but array", "no JSON object, but str",
        "no answer: answer is missing",
    ]  # fmt: skip
    assert found[0]["extra"] == {"note": {"a": [1, None]}}
    assert found[4]["extra"] == {"other": 2.5}
    assert (summary.graded, summary.failed) == (2, 7)


def test_a_json_array(grade, tmp_path):
    (tmp_path / "in.json").write_text("[\n{}]")
    with pytest.raises(InputError, match="JSON array; write one object a line"):
        grade(tmp_path / "in.json", tmp_path / "out.jsonl")


def test_excel(grade, tmp_path):
    rows = [
        (17, "q1", "Tokens.", 3.0, date(2024, 2, 29), True),
        ("b", "q24", None, None, datetime(2024, 1, 1, 12), "0049"),
        (None, None, None, None, None, None),
        (2.5, "q1", 42, "=1+1", "line\nbreak", None),
    ]
    source = write_xlsx(tmp_path / "in.xlsx", rows, (*HEADER, "n", "day", "more"), before=[(), ()])
    grade(source, tmp_path / "out.jsonl")
    found = read_jsonl(tmp_path / "out.jsonl")
    assert texts(found) == [("17", "q1", "Tokens."), ("b", "q24", ""), ("2.5", "q1", "42")]
    assert found[0]["extra"] == {"n": 3, "day": "2024-02-29", "more": True}
    assert found[1]["extra"] == {"n": "", "day": "2024-01-01T12:00:00", "more": "0049"}
    assert found[2]["extra"] == {"n": "", "day": "line\nbreak", "more": ""}  # a formula that nothing has computed


def test_excel_sheets(grade, tmp_path):
    book = openpyxl.Workbook()
    book.active.append(["notes"])
    book.create_sheet("Answers").append(HEADER)
    book["Answers"].append(ROWS[0])
    book.save(tmp_path / "in.xlsx")
    with pytest.raises(InputError, match=r"no column id nor question nor answer \(found: notes\)"):
        grade(tmp_path / "in.xlsx", tmp_path / "out.jsonl")
    with pytest.raises(InputError, match=r"no sheet answers \(found: Sheet, Answers\)"):
        grade(tmp_path / "in.xlsx", tmp_path / "out.jsonl", sheet="answers")
    grade(tmp_path / "in.xlsx", tmp_path / "out.jsonl", sheet="Answers")
    assert texts(read_jsonl(tmp_path / "out.jsonl")) == ROWS[:1]
    with pytest.raises(InputError, match="has no sheets"):
        grade(write_csv(tmp_path / "in.csv"), tmp_path / "o.jsonl", sheet="Answers")


@pytest.mark.parametrize("name", ["in.xlsx", "in.parquet"])
@pytest.mark.parametrize("content", [b"", b"id,question,answer\n", codecs.BOM_UTF8])
def test_a_file_that_is_not_what_its_name_says(grade, tmp_path, name, content):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(InputError, match="no readable"):
        grade(tmp_path / name, tmp_path / "out.jsonl")


@pytest.mark.parametrize("name", ["in.xls", "in.ods", "in.numbers"])
def test_other_spreadsheets(grade, tmp_path, name):
    (tmp_path / name).write_bytes(b"\xd0\xcf\x11\xe0")
    with pytest.raises(InputError, match=r"save it as \.xlsx"):
        grade(tmp_path / name, tmp_path / "out.jsonl")


def test_parquet(grade, tmp_path):
    table = pa.table(
        {
            "id": pa.array([1, 2, None]),
            "question": ["q1", "q24", "q1"],
            "answer": ["Tokens.", None, ""],
            "n": [1, None, 3],
            "day": [date(2024, 2, 29), None, None],
            "x": [0.5, float("nan"), None],
            "list": [[1], [], None],
        }
    )
    pq.write_table(table, tmp_path / "in.parquet", row_group_size=2)
    grade(tmp_path / "in.parquet", tmp_path / "out.jsonl")
    found = read_jsonl(tmp_path / "out.jsonl")
    assert [(line["id"], line.get("error")) for line in found] == [
        ("1", None),
        ("2", "no answer: answer is null"),
        (None, None),
    ]
    assert found[0]["extra"] == {"n": 1, "day": "2024-02-29", "x": 0.5, "list": [1]}
    assert found[1]["extra"] == {"n": None, "day": None, "x": None, "list": []}
    grade(tmp_path / "in.parquet", tmp_path / "out.parquet")
    schema = pq.read_schema(tmp_path / "out.parquet")
    assert [str(schema.field(name).type) for name in ("n", "x", "day", "list")] == [
        "int64",
        "double",
        "string",
        "string",
    ]
    assert pq.read_table(tmp_path / "out.parquet")["n"].to_pylist() == [1, None, 3]


@pytest.mark.parametrize(
    ("name", "content"),
    [("answers", b"id,question,answer\n1,q1,x\n"), ("answers.dat", b' {"id": "1", "question": "q1", "answer": "x"}')],
)
def test_a_format_is_seen_without_an_ending(grade, tmp_path, name, content):
    (tmp_path / name).write_bytes(content)
    grade(tmp_path / name, tmp_path / "out.jsonl")
    assert texts(read_jsonl(tmp_path / "out.jsonl")) == [("1", "q1", "x")]


@pytest.mark.parametrize("write", [write_csv, write_xlsx])
def test_a_pipe(tmp_path, grade, write):
    # A named pipe can be read once only, as standard input.
    source = write(tmp_path / "in") if write is write_csv else write(tmp_path / "in.xlsx").rename(tmp_path / "in")
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    copy = "import shutil, sys; shutil.copyfileobj(open(sys.argv[1], 'rb'), open(sys.argv[2], 'wb'))"
    with subprocess.Popen([sys.executable, "-c", copy, source, pipe]):
        grade(pipe, tmp_path / "out.csv")
    assert texts(read_csv(tmp_path / "out.csv")) == ROWS
    assert names_in(tmp_path) == ["in", "out.csv", "pipe"]


def test_a_missing_library(grade, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "openpyxl", None)
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    write_xlsx_bytes = b"PK\x03\x04"
    (tmp_path / "in.xlsx").write_bytes(write_xlsx_bytes)
    with pytest.raises(MissingExtra, match=r"openpyxl.*pip install openpyxl xlsxwriter"):
        grade(tmp_path / "in.xlsx", tmp_path / "out.jsonl")
    with pytest.raises(MissingExtra, match=r"pyarrow.*pip install pyarrow"):
        grade(write_csv(tmp_path / "in.csv"), tmp_path / "out.parquet")
    assert names_in(tmp_path) == ["in.csv", "in.xlsx"]


def test_what_cannot_be_read(grade, tmp_path):
    with pytest.raises(InputError, match=r"no\.csv cannot be read"):
        grade(tmp_path / "no.csv", tmp_path / "out.jsonl")
    with pytest.raises(InputError, match="is a folder"):
        grade(tmp_path, tmp_path / "out.jsonl")
    assert names_in(tmp_path) == []
