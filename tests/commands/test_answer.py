"""`grader answer`: where the answer comes from, what is printed, and how it fails."""

from __future__ import annotations

import json
import sys
from types import SimpleNamespace

import pytest

from grader import Grade

GOOD = (
    "Tokenization splits text into subword tokens and maps each one to a numeric id, as a model computes with numbers."
)
KEYS = [
    "question", "answer", "score", "band", "confidence", "needs_review", "review_reasons", "verdicts", "missed",
    "contradicted", "flags", "flag_evidence", "feedback", "signature",
]  # fmt: skip
VERDICT_KEYS = ["concept", "status", "core", "weight", "probability", "probabilities", "evidence"]


def grade_of(result) -> Grade:
    assert result.exit_code == 0, result.output
    return Grade.model_validate_json(result.stdout)


def assert_one_line(result, *parts: str) -> None:
    assert result.exit_code == 2
    assert result.stdout == ""
    assert len(result.stderr.splitlines()) == 1
    assert result.stderr.startswith("grader: ")
    for part in parts:
        assert part in result.stderr


def test_the_report_names_score_verdicts_and_evidence(run):
    result = run("answer", "q1", GOOD)
    assert result.exit_code == 0
    assert result.stderr == ""
    assert "Score " in result.stdout
    assert "splits-text" in result.stdout
    assert "“Tokenization splits text" in result.stdout
    assert "To improve" in result.stdout


@pytest.mark.parametrize("wrong", ["--no-juge", "--min-scor=0.5", "--Json"])
def test_a_misspelt_option_is_no_answer(run, wrong):
    result = run("answer", "q1", wrong, input=GOOD)
    assert result.exit_code == 2
    assert f"no such option: {wrong}" in result.stderr


def test_the_least_score_is_compared_as_shown(run, monkeypatch):
    result = run("answer", "q1", GOOD, "--json")
    score = grade_of(result).score
    shown = f"{score:.2f}"
    assert run("answer", "q1", GOOD, "--min-score", shown).exit_code == 0
    assert run("answer", "q1", GOOD, "--min-score", f"{float(shown) + 0.01:.2f}").exit_code == 1


def test_json_is_a_grade(run):
    result = run("answer", "q1", GOOD, "--json")
    grade = grade_of(result)
    data = json.loads(result.stdout)
    assert list(data) == KEYS
    assert data["question"] == "q1"
    for verdict in data["verdicts"]:
        assert list(verdict) == VERDICT_KEYS
        assert list(verdict["probabilities"]) == ["met", "partial", "missed", "contradicted"]
        assert verdict["probability"] == verdict["probabilities"][verdict["status"]]
    assert grade.verdicts[0].status == "met"
    for verdict in grade.verdicts:
        assert verdict.evidence or verdict.status == "missed"
        for evidence in verdict.evidence:
            assert GOOD[evidence.start : evidence.end] == evidence.quote


@pytest.mark.parametrize("args", [("-",), ()])
def test_standard_input(run, args):
    result = run("answer", "q1", *args, "--json", input=b"\xef\xbb\xbf" + GOOD.encode() + b"\r\n")
    assert grade_of(result).answer == GOOD


def test_only_one_final_newline_is_dropped(run):
    assert grade_of(run("answer", "q1", "-", "--json", input=f"  {GOOD}\n\n")).answer == f"  {GOOD}\n"


@pytest.mark.parametrize("raw", [GOOD.encode(), b"\xef\xbb\xbf" + GOOD.encode() + b"\n"])
def test_a_file(run, tmp_path, raw):
    path = tmp_path / "answer.txt"
    path.write_bytes(raw)
    assert grade_of(run("answer", "q1", "--file", path, "--json")).answer == GOOD


def test_text_file_and_input_give_the_same_grade(run, tmp_path):
    path = tmp_path / "answer.txt"
    path.write_text(GOOD, encoding="utf-8")
    text = run("answer", "q1", GOOD, "--json")
    assert run("answer", "q1", "--file", path, "--json").stdout == text.stdout
    assert run("answer", "q1", "-", "--json", input=GOOD).stdout == text.stdout


@pytest.mark.parametrize(
    "text",
    ["- splits text into tokens", "-has hidden meaning", "- h", "--> text becomes tokens", "-1 is an id", "--jsonish"],
)
def test_text_that_begins_with_a_dash(run, text):
    assert grade_of(run("answer", "q1", text, "--json")).answer == text


def test_help_still_helps(run):
    result = run("answer", "--help")
    assert result.exit_code == 0
    assert "--min-score" in result.stdout


def test_an_empty_answer_is_an_answer(run):
    grade = grade_of(run("answer", "q1", "", "--json"))
    assert grade.score == 0
    assert grade.flags == ("empty",)
    assert len(grade.missed) == len(grade.verdicts)


def test_no_text_on_a_terminal_is_wrong_use(run, monkeypatch):
    monkeypatch.setattr("grader.commands.answer.sys", SimpleNamespace(stdin=SimpleNamespace(isatty=lambda: True)))
    result = run("answer", "q1")
    assert result.exit_code == 2
    assert "no answer given" in result.stderr
    assert 'grader answer q24 "' in result.stderr


def test_closed_standard_input_is_wrong_use(run, monkeypatch):
    monkeypatch.setattr("grader.commands.answer.sys", SimpleNamespace(stdin=None))
    monkeypatch.setattr("grader.commands.common.sys", SimpleNamespace(stdin=None))
    assert "no answer given" in run("answer", "q1").stderr
    assert_one_line(run("answer", "q1", "-"), "standard input is closed")


def test_text_and_file_together_are_wrong_use(run, tmp_path):
    result = run("answer", "q1", GOOD, "--file", tmp_path / "x")
    assert result.exit_code == 2
    assert "not both" in result.stderr


@pytest.mark.parametrize(("limit", "code"), [("0", 0), ("0.05", 0), ("1", 1)])
def test_min_score(run, limit, code):
    result = run("answer", "q1", GOOD, "--min-score", limit)
    assert result.exit_code == code
    assert "Score " in result.stdout


@pytest.mark.parametrize("limit", ["1.5", "-1", "high"])
def test_min_score_out_of_range(run, limit):
    assert run("answer", "q1", GOOD, "--min-score", limit).exit_code == 2


def test_an_unknown_question(run):
    assert_one_line(run("answer", "q99x", GOOD), "no question 'q99x'", "did you mean")


def test_an_answer_that_is_too_long(run):
    assert_one_line(run("answer", "q1", "word " * 5000), "25,000 characters", "20,000")


def test_a_file_that_is_not_utf8(run, tmp_path):
    path = tmp_path / "answer.txt"
    path.write_bytes("drôle".encode("latin-1"))
    assert_one_line(run("answer", "q1", "--file", path), str(path), "not UTF-8 (byte 3)")


def test_input_that_is_not_utf8(run):
    assert_one_line(run("answer", "q1", "-", input=b"ab\xff"), "standard input is not UTF-8 (byte 3)")


def test_an_argument_that_is_not_utf8(run):
    assert_one_line(run("answer", "q1", "ab\udcff words", "--json"), "TEXT is not UTF-8 (character 3)")


def test_a_file_that_is_not_there(run, tmp_path):
    assert_one_line(run("answer", "q1", "--file", tmp_path / "none.txt"), "none.txt cannot be read")
    assert_one_line(run("answer", "q1", "--file", tmp_path), "cannot be read")


def test_a_bank_that_is_not_there(run, tmp_path):
    assert_one_line(run("answer", "q1", GOOD, "--bank", tmp_path / "none"), "none", "no question bank here")


def test_a_model_without_its_library(run, monkeypatch):
    # None in sys.modules makes the import fail as if the library were not installed, whether it is or not.
    monkeypatch.setitem(sys.modules, "sentence_transformers", None)
    result = run("answer", "q1", GOOD, "--model", "some-model")
    assert_one_line(result, "'some-model'", "pip install sentence-transformers")


@pytest.mark.parametrize("question", ["q1", "q24", "q20", "q33", "q50"])
def test_at_most_eighty_columns(run, question):
    answer = f"{GOOD} " + "It is wrong that " + "the softmax turns scores into weights that sum to one, " * 6
    result = run("answer", question, answer)
    assert result.exit_code == 0
    assert max(len(line) for line in result.stdout.splitlines()) <= 80


def test_a_narrow_terminal(run, monkeypatch):
    monkeypatch.setenv("COLUMNS", "50")
    assert max(len(line) for line in run("answer", "q1", GOOD).stdout.splitlines()) <= 50


def test_escape_sequences_are_not_printed_raw(run):
    attack = f"\x1b]0;title\x07\x1b[31m{GOOD}\u202e\x9b1m"
    result = run("answer", "q1", attack, color=True, env={"NO_COLOR": "1"})
    assert result.exit_code == 0
    assert "subword" in result.stdout
    assert not set("\x1b\x07\x9b\u202e") & set(result.stdout)


def test_escape_sequences_in_messages_are_not_printed_raw(run):
    result = run("answer", "q1", "--file", "no\x1b[31mfile", color=True)
    assert_one_line(result, "cannot be read")
    assert "\x1b" not in result.stderr


def test_colour_on_a_terminal_and_none_with_no_color(run):
    assert "\x1b[" in run("answer", "q1", GOOD, color=True).stdout
    assert "\x1b[" not in run("answer", "q1", GOOD, color=True, env={"NO_COLOR": "1"}).stdout
    assert "\x1b[" not in run("answer", "q1", GOOD).stdout


def test_a_real_process(spawn):
    done = spawn("answer", "q1", "-", input=GOOD.encode())
    assert done.returncode == 0, done.stderr
    assert done.stderr == b""
    report = done.stdout.decode("utf-8")
    assert "splits-text" in report
    assert "\x1b" not in report


def test_a_real_process_fails_in_one_line(spawn):
    done = spawn("answer", "q99x", GOOD)
    assert done.returncode == 2
    assert done.stdout == b""
    assert b"Traceback" not in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_a_real_process_writes_utf8_in_any_locale(spawn):
    done = spawn("answer", "q1", "- Tokenization “splits” text — naïvely", "--json", env={"LC_ALL": "C.UTF-8"})
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout.decode("utf-8"))["answer"] == "- Tokenization “splits” text — naïvely"
    latin = spawn("answer", "q1", "-", "--json", input="naïve — “x”".encode(), env={"PYTHONIOENCODING": "ascii"})
    assert json.loads(latin.stdout.decode("utf-8"))["answer"] == "naïve — “x”"
