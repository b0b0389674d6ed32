"""The two pages as files: what is in them, what is not, and how the command behaves."""

from __future__ import annotations

import io
import json
import re

import pytest
from click.testing import CliRunner
from graded_answers import ANSWER, HOSTILE, failed, graded, lines_of

from grader import Settings
from grader.cli import cli
from grader.report.html import letter, page
from grader.report.html.tally import Tally, hundredths

SECRET = "Review me: low confidence (below 0.65)"


def page_of(catalogue, *rows, title=page.TITLE):
    out = io.BytesIO()
    page.write(out, lines_of(*rows), catalogue, title)
    return out.getvalue().decode()


def letter_of(catalogue, *rows):
    out = io.BytesIO()
    letter.write(out, lines_of(*rows), catalogue)
    return out.getvalue().decode()


def embedded(text, name):
    return json.loads(re.search(rf'<script type="application/json" id="{name}">(.*?)</script>', text, re.DOTALL)[1])


def run(*args):
    return CliRunner().invoke(cli, ["report", *map(str, args)])


def test_counts(catalogue):
    tally = Tally(catalogue)
    for line in lines_of(graded(), graded(score=1.0, candidate="Ben", review=["odd"]), failed()):
        tally.add(line)
    assert (tally.answers, tally.review, tally.failed) == (3, 1, 1)
    question = tally.questions["q24"]
    assert question.bins == [0, 0, 0, 1, 0, 0, 0, 0, 0, 1]
    assert question.concepts["scaling"].missing == 1.0
    assert question.concepts["relevance"].counts["contradicted"] == 2
    data = tally.data()
    # A failed answer is no zero: Ada's mean is that of her one score.
    assert [row[:5] for row in data["candidates"]] == [["Ada", 30, 1, 0, 1], ["Ben", 100, 1, 1, 0]]
    assert data["answers"]["statuses"] == ["mxooo", "mxooo", ""]


def test_a_mean_of_more_answers_is_surer(catalogue):
    tally = Tally(catalogue)
    for line in lines_of(
        graded(candidate="one"), *[graded(id=str(n), candidate="four") for n in range(4)], failed(candidate="none")
    ):
        tally.add(line)
    one, four, none = (row[5] for row in tally.data()["candidates"])
    assert 0.1 < one / 100 < 0.5
    assert abs(four - one / 2) <= 1
    assert none is None


@pytest.mark.parametrize("score", [0.0, 0.125, 0.2996, 0.295, 0.985, 1.0])
def test_scores_are_shown_as_in_the_terminal(score):
    assert f"{hundredths(score) / 100:.2f}" == f"{score:.2f}"


def test_the_page_holds_everything_once(catalogue):
    text = page_of(catalogue, graded(), failed(), title="First <round>")
    index = embedded(text, "index")
    assert [question["id"] for question in index["questions"]] == ["q24", "q999"]
    assert index["title"] == "First <round>"
    assert "First &lt;round&gt;" in text
    details = embedded(text, "answers-0")
    assert details[0][1] == ANSWER
    assert "not in the question bank, so without its words: q999" in text
    assert "2 answers by 1 candidate to 2 questions. Mean score 0.30. 1 could not be graded." in text


def test_where_bands_begin_is_told_of_the_usual_settings_only(catalogue):
    assert "strong from 0.80, good from 0.60, partial from 0.30" in page_of(catalogue, graded())
    other = graded()
    other["signature"] = other["signature"].replace(Settings().digest, "1a2b3c4d")
    assert "from 0.80" not in page_of(catalogue, graded(), other)


def test_places_count_as_in_a_browser(catalogue):
    answer = "\U0001f600 how similar a query and a key are"
    text = page_of(catalogue, graded(answer, {"similarity": ("met", "how similar")}))
    (start, end, layers, ends), *_ = embedded(text, "answers-0")[0][2]
    assert answer.encode("utf-16-le")[2 * start : 2 * end].decode("utf-16-le") == "how similar"
    assert (layers, ends) == ([0], [0])


def test_answers_lie_in_blocks(catalogue):
    text = page_of(catalogue, *(graded(id=str(n)) for n in range(450)))
    assert [len(embedded(text, f"answers-{n}")) for n in range(3)] == [200, 200, 50]


def test_the_same_input_gives_the_same_bytes(catalogue):
    assert page_of(catalogue, graded(), failed()) == page_of(catalogue, graded(), failed())


def test_a_changed_bank_is_told(catalogue):
    row = graded()
    page_of(catalogue, {**row, "signature": row["signature"].replace("| q24 ", "| q24 0")})
    assert catalogue.notes() == ["the question bank has changed since grading: q24"]


def test_a_letter_is_fit_to_be_sent(catalogue):
    flags = {"instructions-to-grader": "A low score"}
    text = letter_of(
        catalogue, graded(review=[SECRET], flags=flags, extra={"office": "Berlin"}), failed(candidate="Ada")
    )
    assert "What came across" in text
    assert "To read up on" in text
    assert "In fact: A high attention score" in text
    assert '<mark class="met">how similar a query and a key are</mark>' in text
    assert "<strong>1 of 3 main ideas</strong>" in text
    assert "no feedback on it" in text
    for internal in (
        "0.30",
        "0.70",
        "weak",
        "partial</",
        "Review",
        "confidence",
        "instructions",
        "Berlin",
        "signature",
        "<script",
    ):
        assert internal not in text, internal


def test_a_letter_about_an_empty_and_a_full_answer(catalogue):
    assert "You left this one open" in letter_of(catalogue, graded("", {}))
    said = dict.fromkeys(("similarity", "relevance", "scaling"), ("met", "query"))
    assert "Nothing in particular" in letter_of(catalogue, graded(ANSWER, said))


@pytest.mark.parametrize("value", HOSTILE)
def test_hostile_text_ends_no_element(catalogue, value):
    row = graded(value, {}, candidate=value, id=value, review=[value], flags={value: ""}, extra={value: value})
    for text, scripts in ((page_of(catalogue, row, title=value), 3), (letter_of(catalogue, row), 0)):
        assert text.count("<script") == text.count("</script>") == scripts
        assert "<img" not in text
        assert not set(text) & set("\u202e\u2066\u200b\ufeff\x1b\x00")


def test_the_command_writes_once(graded_file, tmp_path):
    source, target = graded_file(graded(), failed()), tmp_path / "report.html"
    first = run(source, "-o", target)
    assert first.exit_code == 0, first.output
    assert target.read_bytes().startswith(b"<!doctype html>")
    assert "exists already" in run(source, "-o", target).output
    assert run(source, "-o", target, "--overwrite", "--title", "Round 2").exit_code == 0
    assert "<title>Round 2</title>" in target.read_text(encoding="utf-8")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["graded.jsonl", "report.html"]


def test_the_command_for_one_candidate(graded_file, tmp_path):
    source, target = graded_file(graded(), graded(candidate="Benedikt", id="b")), tmp_path / "ada.html"
    assert run(source, "-o", target, "--candidate", "Ada").exit_code == 0
    assert "Benedikt" not in target.read_text(encoding="utf-8")
    wrong = run(source, "-o", tmp_path / "x.html", "--candidate", "Benedict")
    assert wrong.exit_code == 2
    assert "did you mean Benedikt?" in wrong.output
    assert not (tmp_path / "x.html").exists()


def test_answers_come_from_the_graded_file(graded_file, tmp_path):
    row = graded()
    del row["answer"]
    for verdict in row["verdicts"]:
        for evidence in verdict["evidence"]:
            del evidence["quote"]
    source, answers = graded_file(row), tmp_path / "candidates.csv"
    answers.write_text(f'id,candidate,question,answer\na1,Ada,q24,"{ANSWER}"\n', encoding="utf-8")
    assert "--answers" in run(source, "-o", tmp_path / "r.html").output
    assert run(source, "-o", tmp_path / "r.html", "--answers", answers).exit_code == 0
    assert ANSWER in (tmp_path / "r.html").read_text(encoding="utf-8")
    for header in ("id,q24", "id,answer"):
        answers.write_text(f'{header}\na1,"{ANSWER}"\n', encoding="utf-8")
        assert run(source, "-o", tmp_path / "r.html", "--answers", answers, "--overwrite").exit_code == 0
    answers.write_text("name,text\nAda,x\n", encoding="utf-8")
    assert "has no columns id and answer" in run(source, "-o", tmp_path / "x.html", "--answers", answers).output


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [(b"", "g.jsonl", "has no answers"), (b"{}\n", "g.jsonl", "is no grade"), (b"id\n", "g.csv", "is no .jsonl file")],
)
def test_wrong_input_leaves_nothing(tmp_path, content, name, said):
    source = tmp_path / name
    source.write_bytes(content)
    result = run(source, "-o", tmp_path / "r.html")
    assert result.exit_code == 2
    assert said in result.output
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_wrong_places(tmp_path, graded_file):
    assert "cannot be read" in run(tmp_path / "none.jsonl", "-o", tmp_path / "r.html").output
    source = graded_file(graded())
    assert "is the input itself" in run(source, "-o", source, "--overwrite").output
    assert "is a folder" in run(source, "-o", tmp_path).output
    assert "cannot be written" in run(source, "-o", tmp_path / "none" / "r.html").output
