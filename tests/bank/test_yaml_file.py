"""What each fault of a bank's files says: file, line, item and mend."""

from __future__ import annotations

import pytest
from bank_files import REFERENCE, RUBRIC, add, faults_of, only_fault, write

from grader.bank import QuestionBank
from grader.errors import BankError


def test_broken_yaml(tmp_path):
    add(tmp_path, "w1", 'question: w1\nconcepts:\n  - id: "open\n')
    fault = only_fault(tmp_path)
    assert fault.file == "rubrics/w1.yaml"
    assert fault.line in {3, 4}
    assert "broken YAML" in fault.message
    assert "quotes" in fault.hint


def test_an_unknown_key(tmp_path):
    add(tmp_path, "w1", RUBRIC.replace("    core: false", "    wieght: 2"))
    fault = only_fault(tmp_path)
    assert (fault.file, fault.line) == ("rubrics/w1.yaml", 7)
    assert fault.item == "concept rain, wieght"
    assert fault.message == "unknown key 'wieght'"
    assert "spelling" in fault.hint
    assert str(fault).startswith("rubrics/w1.yaml:7: concept rain, wieght: unknown key 'wieght'; ")


def test_a_missing_key(tmp_path):
    add(tmp_path, "w1", RUBRIC.replace("    idea: Clouds give the water back as rain.\n", ""))
    fault = only_fault(tmp_path)
    assert (fault.line, fault.item) == (5, "concept rain")
    assert fault.message == "key 'idea' is missing"


def test_a_repeated_key(tmp_path):
    add(tmp_path, "w1", RUBRIC + "    core: true\n")
    fault = only_fault(tmp_path)
    assert (fault.file, fault.line, fault.item) == ("rubrics/w1.yaml", 8, "core")
    assert "twice" in fault.message
    assert fault.hint == "keep one of them"


def test_a_concept_id_that_occurs_twice(tmp_path):
    add(tmp_path, "w1", RUBRIC.replace("id: rain", "id: evaporation"))
    fault = only_fault(tmp_path)
    assert (fault.file, fault.line, fault.item) == ("rubrics/w1.yaml", 5, "concept 2")
    assert "'evaporation' occurs twice" in fault.message
    assert "rename" in fault.hint


def test_no_concepts(tmp_path):
    add(tmp_path, "w1", "question: w1\nconcepts: []\n")
    fault = only_fault(tmp_path)
    assert (fault.line, fault.item, fault.message) == (2, "concepts", "concepts is empty")
    assert fault.hint == "add at least one"


def test_a_faulty_only_concept_is_not_called_no_concepts(tmp_path):
    add(tmp_path, "w1", "question: w1\nconcepts:\n  - id: a\n    idea: Water.\n    colour: blue\n")
    fault = only_fault(tmp_path)
    assert (fault.line, fault.item) == (5, "concept a, colour")


def test_no_core_concept(tmp_path):
    add(tmp_path, "w1", RUBRIC.replace("seas and lakes.\n", "seas and lakes.\n    core: false\n"))
    fault = only_fault(tmp_path)
    assert fault.message == "no concept is core"
    assert "core: true" in fault.hint


@pytest.mark.parametrize("weight", ["0", "-1", "-0.5"])
def test_a_weight_that_is_not_positive(tmp_path, weight):
    add(tmp_path, "w1", RUBRIC.replace("    core: false", f"    weight: {weight}"))
    fault = only_fault(tmp_path)
    assert (fault.line, fault.item) == (7, "concept rain, weight")
    assert "greater than 0" in fault.message
    assert fault.hint == "use a number above 0"


@pytest.mark.parametrize("weight", [".nan", ".inf", "1001", "heavy"])
def test_a_weight_that_is_no_usable_number(tmp_path, weight):
    add(tmp_path, "w1", RUBRIC.replace("    core: false", f"    weight: {weight}"))
    fault = only_fault(tmp_path)
    assert (fault.line, fault.item) == (7, "concept rain, weight")


@pytest.mark.parametrize(
    ("folder", "key", "line"),
    [("rubrics", "question", 1), ("reference", "id", 1)],
)
def test_an_id_that_is_not_the_file_name(tmp_path, folder, key, line):
    add(tmp_path, "w1")
    path = tmp_path / folder / "w1.yaml"
    path.write_text(path.read_text().replace(f"{key}: w1", f"{key}: w2"))
    fault = only_fault(tmp_path)
    assert (fault.file, fault.line, fault.item) == (f"{folder}/w1.yaml", line, key)
    assert "'w2'" in fault.message
    assert fault.hint == "write w1 or rename the file to w2.yaml"


def test_a_file_name_that_is_no_id(tmp_path):
    add(tmp_path, "w1")
    write(tmp_path, "rubrics", "my question.yaml", RUBRIC)
    fault = only_fault(tmp_path)
    assert fault.file == "rubrics/my question.yaml"
    assert "no question id" in fault.message


def test_two_files_for_one_id(tmp_path):
    add(tmp_path, "w1")
    write(tmp_path, "rubrics", "w1.yml", RUBRIC.replace("{id}", "w1"))
    fault = only_fault(tmp_path)
    assert fault.file == "rubrics/w1.yml"
    assert "w1.yaml" in fault.hint


def test_a_missing_reference(tmp_path):
    add(tmp_path, "w1")
    (tmp_path / "reference" / "w1.yaml").unlink()
    fault = only_fault(tmp_path)
    assert fault.file == "reference/w1.yaml"
    assert fault.message == "the file is missing"


def test_a_reference_without_a_rubric(tmp_path):
    add(tmp_path, "w1")
    write(tmp_path, "reference", "w2.yaml", REFERENCE.replace("{id}", "w2"))
    fault = only_fault(tmp_path)
    assert fault.file == "reference/w2.yaml"
    assert "without a rubric" in fault.message
    assert "rubrics/w2.yaml" in fault.hint


def test_a_file_that_is_not_utf8(tmp_path):
    add(tmp_path, "w1", reference=REFERENCE.replace("{id}", "w1").replace("rain", "pluie drôle").encode("latin-1"))
    fault = only_fault(tmp_path)
    assert fault.file == "reference/w1.yaml"
    assert "not UTF-8 (byte " in fault.message
    assert "UTF-8" in fault.hint


@pytest.mark.parametrize("content", ["", "\n\n", "# only a comment\n"])
def test_an_empty_file(tmp_path, content):
    add(tmp_path, "w1", content)
    fault = only_fault(tmp_path)
    assert fault.message == "the file is empty"
    assert "question, concepts" in fault.hint


@pytest.mark.parametrize("content", ["just words\n", "- a\n- list\n", "42\n"])
def test_a_file_that_is_no_mapping(tmp_path, content):
    add(tmp_path, "w1", content)
    fault = only_fault(tmp_path)
    assert (fault.file, fault.line) == ("rubrics/w1.yaml", 1)


def test_two_documents_in_one_file(tmp_path):
    add(tmp_path, "w1", RUBRIC + "---\n" + RUBRIC)
    assert "broken YAML" in only_fault(tmp_path).message


@pytest.mark.parametrize("name", [".", "nowhere"])
def test_no_bank_in_the_folder(tmp_path, name):
    fault = only_fault(tmp_path / name)
    assert fault.file == str(tmp_path / name)
    assert fault.message == "no question bank here"
    assert "rubrics/ID.yaml" in fault.hint


def test_all_faults_of_all_files_at_once(tmp_path):
    add(tmp_path, "w1", RUBRIC.replace("    core: false", "    weight: 0\n    colour: blue"))
    add(tmp_path, "w2", "", REFERENCE.replace("answer", "anwser"))
    add(tmp_path, "w3", "question: [\n")
    add(tmp_path, "w4")
    write(tmp_path, "reference", "w5.yaml", REFERENCE)
    faults = faults_of(tmp_path)
    assert faults == sorted(faults)
    assert [(fault.file, fault.item) for fault in faults] == [
        ("reference/w2.yaml", ""),
        ("reference/w2.yaml", "anwser"),
        ("reference/w5.yaml", ""),
        ("rubrics/w1.yaml", "concept rain, weight"),
        ("rubrics/w1.yaml", "concept rain, colour"),
        ("rubrics/w2.yaml", ""),
        ("rubrics/w3.yaml", ""),
    ]
    assert all(fault.hint for fault in faults)


def test_the_error_names_the_first_fault_and_counts_the_others(tmp_path):
    add(tmp_path, "w1", "")
    add(tmp_path, "w2", "")
    with pytest.raises(BankError, match=r"rubrics/w1\.yaml: the file is empty.*\(and 1 more: see `grader lint`\)"):
        QuestionBank.load(tmp_path)
