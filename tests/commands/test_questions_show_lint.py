"""`grader questions`, `grader show`, `grader lint`, and the overview."""

from __future__ import annotations

import json

import pytest

RUBRIC = "question: {0}\nconcepts:\n  - id: a\n    idea: Water evaporates.\n"
REFERENCE = "id: {0}\nquestion: How does water reach the sky?\ntopic: Weather\nanswer: By evaporation.\n"


@pytest.fixture
def own_bank(tmp_path):
    for folder, text in (("rubrics", RUBRIC), ("reference", REFERENCE)):
        (tmp_path / folder).mkdir()
        for question_id in ("w1", "w2"):
            (tmp_path / folder / f"{question_id}.yaml").write_text(text.format(question_id))
    return tmp_path


def test_all_questions_in_natural_order(run):
    result = run("questions")
    assert result.exit_code == 0
    starts = [line.split()[0] for line in result.stdout.splitlines() if not line.startswith(" ")]
    assert starts == [f"q{number}" for number in range(1, 51)]
    assert max(len(line) for line in result.stdout.splitlines()) <= 80


def test_questions_with_all_words(run):
    result = run("questions", "DOT", "product")
    assert result.stdout.startswith("q24 ")
    assert "q1 " not in result.stdout


def test_no_question_matches(run):
    result = run("questions", "zzzz")
    assert (result.exit_code, result.stdout) == (0, "")
    assert "no question matches" in result.stderr


@pytest.mark.parametrize("topic", ["attention", "ATTENTION", "Attention"])
def test_questions_of_a_topic(run, topic):
    lines = run("questions", "--topic", topic).stdout
    assert "q24 " in lines
    assert lines.count("[attention]") == sum(not line.startswith(" ") for line in lines.splitlines())


def test_a_topic_with_capitals_in_the_bank(run, own_bank):
    for topic in ("Weather", "weather", "WEATHER"):
        assert "w1 " in run("questions", "--topic", topic, "--bank", own_bank).stdout


def test_an_unknown_topic_lists_the_topics(run):
    result = run("questions", "--topic", "cooking")
    assert result.exit_code == 2
    assert "no topic 'cooking'" in result.stderr
    assert "attention" in result.stderr


def test_questions_and_concepts_as_json(run):
    rows = json.loads(run("questions", "dot", "product", "--json").stdout)
    assert [row["id"] for row in rows] == ["q24"]
    assert json.loads(run("questions", "zzzz", "--json").stdout) == []
    shown = json.loads(run("show", "q24", "--json").stdout)
    assert {"id": "scaling", "core": True, "weight": 3.0}.items() <= shown["concepts"][2].items()
    assert "reference" not in shown
    assert json.loads(run("show", "q24", "--json", "--reference").stdout)["reference"]


def test_questions_of_a_missing_bank(run, tmp_path):
    result = run("questions", "--bank", tmp_path / "none")
    assert result.exit_code == 2
    assert len(result.stderr.splitlines()) == 1
    assert "no question bank here" in result.stderr


def test_show_lists_concepts_without_the_answer(run):
    result = run("show", "q24")
    assert result.exit_code == 0
    assert result.stdout.startswith("q24  What role does the dot product")
    assert "topic: attention" in result.stdout
    assert "core  3  " in result.stdout
    assert "extra 1  " in result.stdout
    assert "Model answer" not in result.stdout
    assert max(len(line) for line in result.stdout.splitlines()) <= 80


def test_show_with_the_reference(run, own_bank):
    assert run("show", "w1", "--reference", "--bank", own_bank).stdout.endswith("Model answer\n\nBy evaporation.\n")


def test_show_an_unknown_question(run):
    result = run("show", "q244")
    assert (result.exit_code, result.stdout) == (2, "")
    assert len(result.stderr.splitlines()) == 1
    assert "did you mean q24" in result.stderr


def test_lint_of_the_shipped_bank(run):
    result = run("lint")
    assert (result.exit_code, result.stdout) == (0, "")
    assert result.stderr == "50 questions, no faults\n"


def test_lint_of_a_clean_bank(run, own_bank):
    result = run("lint", own_bank)
    assert (result.exit_code, result.stderr) == (0, "2 questions, no faults\n")


def test_lint_lists_every_fault_of_every_file(run, own_bank):
    rubric = own_bank / "rubrics" / "w1.yaml"
    rubric.write_text(rubric.read_text() + "    colour: blue\n    weight: 0\n")
    (own_bank / "reference" / "w2.yaml").unlink()
    result = run("lint", own_bank)
    assert result.exit_code == 1
    lines = result.stdout.splitlines()
    assert lines[0].startswith("reference/w2.yaml: the file is missing; ")
    assert lines[1].startswith("rubrics/w1.yaml:5: concept a, colour: unknown key 'colour'; ")
    assert lines[2].startswith("rubrics/w1.yaml:6: concept a, weight: ")
    assert len(lines) == 3
    assert result.stderr == "3 faults\n"


def test_lint_counts_one_fault_as_one(run, own_bank):
    (own_bank / "reference" / "w2.yaml").unlink()
    assert run("lint", own_bank).stderr == "1 fault\n"


def test_lint_without_a_bank(run, tmp_path):
    result = run("lint", tmp_path / "none")
    assert result.exit_code == 1
    assert "no question bank here" in result.stdout


@pytest.mark.parametrize("option", ["--help", "-h"])
def test_the_overview_lists_all_commands(run, option):
    result = run(option)
    assert result.exit_code == 0
    for name in ("answer", "batch", "lint", "questions", "show"):
        assert f"  {name} " in result.stdout
    assert max(len(line) for line in result.stdout.splitlines()) <= 80


@pytest.mark.parametrize("name", ["answer", "batch", "lint", "questions", "show"])
def test_every_command_has_help(run, name):
    result = run(name, "--help")
    assert result.exit_code == 0
    assert max(len(line) for line in result.stdout.splitlines()) <= 80


def test_an_unknown_command_names_the_nearest(run):
    result = run("anwser", "q1")
    assert result.exit_code == 2
    assert "did you mean 'answer'?" in result.stderr


def test_real_processes(spawn):
    version = spawn("--version")
    assert (version.returncode, version.stderr) == (0, b"")
    assert version.stdout.startswith(b"grader 0.")
    shown = spawn("show", "q24", env={"PYTHONIOENCODING": "ascii"})
    assert shown.returncode == 0, shown.stderr
    missing = spawn("show", "nothing")
    assert missing.returncode == 2
    assert b"Traceback" not in missing.stderr
