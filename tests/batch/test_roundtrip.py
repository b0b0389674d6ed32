"""Whatever the cells hold comes back: random files through CSV and JSON Lines."""

from __future__ import annotations

import csv
import io
import json

from answer_files import read_csv, read_jsonl
from hypothesis import given, settings
from hypothesis import strategies as st

TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=20)
CELL = st.one_of(
    TEXT, st.sampled_from(["", '"', '""', ",", ";", "\r", "\n", "\r\n", "=1", "'", "\ufeff", "a\tb", "\x1e", "\u2028"])
)
ROW = st.tuples(CELL, CELL, CELL)
VALUE = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False) | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=6,
)


def written(rows, delimiter):
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter, quoting=csv.QUOTE_ALL).writerows([("id", "answer", "note"), *rows])
    return text.getvalue()


@settings(max_examples=20)
@given(
    rows=st.lists(ROW, max_size=6),
    delimiter=st.sampled_from(",;\t|"),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
)
def test_csv(grade, tmp_path, rows, delimiter, encoding):
    (tmp_path / "in.csv").write_bytes(written(rows, delimiter).encode(encoding))
    grade(tmp_path / "in.csv", tmp_path / "out.csv", asked="q1", overwrite=True, raw_csv=True)
    grade(tmp_path / "in.csv", tmp_path / "out.jsonl", asked="q1", overwrite=True)
    kept = [row for row in rows if any(cell.strip() for cell in row)]  # a blank row is none
    assert [(line["id"], line["answer"], line["note"]) for line in read_csv(tmp_path / "out.csv", delimiter)] == kept
    assert [(x["id"], x["answer"], x["extra"]["note"]) for x in read_jsonl(tmp_path / "out.jsonl")] == kept


@settings(max_examples=20)
@given(
    rows=st.lists(
        st.tuples(
            TEXT,
            TEXT,
            st.dictionaries(
                TEXT.filter(lambda k: k.casefold().strip() not in {"id", "answer", "candidate"}), VALUE, max_size=3
            ),
        ),
        max_size=5,
    )
)
def test_jsonl(grade, tmp_path, rows):
    lines = [json.dumps({**extra, "id": identity, "answer": answer}) for identity, answer, extra in rows]
    (tmp_path / "in.jsonl").write_text("\n".join([*lines, '{"id": "last", "answer": ""}']))
    grade(tmp_path / "in.jsonl", tmp_path / "out.jsonl", asked="q1", overwrite=True)
    grade(tmp_path / "in.jsonl", tmp_path / "out.csv", asked="q1", overwrite=True)
    found = read_jsonl(tmp_path / "out.jsonl")[:-1]
    assert [(line["id"], line["answer"], line["extra"]) for line in found] == rows
    assert len(read_csv(tmp_path / "out.csv")) == len(rows) + 1


@settings(max_examples=20)
@given(content=st.binary(max_size=200))
def test_any_bytes_give_rows_or_one_line(grade, tmp_path, content):
    from grader import GraderError

    head = b"id,answer\n"
    for name, start in (("in.csv", head), ("in.jsonl", b'{"id": "1", "answer": "x"}\n'), ("in.tsv", b"")):
        (tmp_path / name).write_bytes(start + content)
        try:
            summary = grade(tmp_path / name, tmp_path / "out.jsonl", asked="q1", overwrite=True)
        except GraderError as error:
            assert "\n" not in str(error).replace(repr("\n"), "")
        else:
            assert summary.rows == len(read_jsonl(tmp_path / "out.jsonl"))
