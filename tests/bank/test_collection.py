"""A bank is a folder of YAML files: what loads, and what each fault says."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.bank import QuestionBank
from grader.errors import BankError, Fault, QuestionNotFound

RUBRIC = """\
question: {id}
concepts:
  - id: evaporation
    idea: Water evaporates from seas and lakes.
  - id: rain
    idea: Clouds give the water back as rain.
    core: false
"""
REFERENCE = """\
id: {id}
question: How does water move between sea and land?
topic: weather
answer: It evaporates, forms clouds and falls as rain.
"""


def write(bank: Path, folder: str, name: str, content: str | bytes) -> None:
    path = bank / folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)


def add(bank: Path, question_id: str, rubric: str | bytes = RUBRIC, reference: str | bytes = REFERENCE) -> None:
    for folder, content in (("rubrics", rubric), ("reference", reference)):
        text = content.replace("{id}", question_id) if isinstance(content, str) else content
        write(bank, folder, f"{question_id}.yaml", text)


def faults_of(bank: Path) -> list[Fault]:
    with pytest.raises(BankError) as caught:
        QuestionBank.load(bank)
    return caught.value.faults


def only_fault(bank: Path) -> Fault:
    faults = faults_of(bank)
    assert len(faults) == 1, [str(fault) for fault in faults]
    assert faults[0].hint
    return faults[0]


def test_a_clean_bank_loads(tmp_path):
    add(tmp_path, "w1")
    bank = QuestionBank.load(tmp_path)
    assert len(bank) == 1
    assert "w1" in bank
    assert "w2" not in bank
    item = bank["w1"]
    assert item.question.topic == "weather"
    assert [concept.id for concept in item.rubric.concepts] == ["evaporation", "rain"]
    assert bank.check() == []


def test_the_shipped_bank_is_clean():
    assert len(QuestionBank.load()) == 50


def test_a_bank_path_may_be_a_string(tmp_path):
    add(tmp_path, "w1")
    assert QuestionBank.load(str(tmp_path)).ids == ["w1"]


@pytest.mark.parametrize(
    ("keys", "weight", "core"),
    [
        ("", 3, True),
        ("    core: true\n", 3, True),
        ("    core: false\n", 1, False),
        ("    weight: 3\n", 3, True),
        ("    weight: 2.5\n", 2.5, False),
        ("    weight: 1\n    core: true\n", 1, True),
        ("    weight: 5\n    core: false\n", 5, False),
    ],
)
def test_weight_and_core_complete_each_other(tmp_path, keys, weight, core):
    rubric = RUBRIC.replace("seas and lakes.\n", "seas and lakes.\n" + keys) + "  - id: last\n    idea: A core one.\n"
    add(tmp_path, "w1", rubric)
    concept = QuestionBank.load(tmp_path)["w1"].rubric.concepts[0]
    assert (concept.weight, concept.core) == (weight, core)


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


def test_json_content_loads(tmp_path):
    rubric = '{"question": "w1", "concepts": [{"id": "a", "idea": "Water evaporates.", "keywords": [["sea", ["up"]]]}]}'
    write(tmp_path, "rubrics", "w1.json", rubric)
    write(tmp_path, "reference", "w1.json", '{"id": "w1", "question": "How?", "answer": "By evaporation."}')
    item = QuestionBank.load(tmp_path)["w1"]
    assert item.rubric.concepts[0].keywords == (("sea", ("up",)),)
    assert item.question.topic == "general"


def test_a_byte_order_mark_is_ignored(tmp_path):
    add(tmp_path, "w1", b"\xef\xbb\xbf" + RUBRIC.replace("{id}", "w1").encode())
    assert QuestionBank.load(tmp_path).ids == ["w1"]


def test_the_schema_beside_the_files_is_no_question(tmp_path):
    add(tmp_path, "w1")
    write(tmp_path, "rubrics", "schema.json", "{}")
    assert QuestionBank.load(tmp_path).ids == ["w1"]


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


def test_one_faulty_question_leaves_the_others_usable(tmp_path):
    add(tmp_path, "w1")
    add(tmp_path, "w2", "")
    bank = QuestionBank(tmp_path)
    assert bank["w1"].question.id == "w1"
    with pytest.raises(BankError, match="empty"):
        bank["w2"]


def test_an_unknown_question_names_the_nearest(tmp_path):
    for question_id in ("waves", "wages", "zebra"):
        add(tmp_path, question_id)
    with pytest.raises(QuestionNotFound) as caught:
        QuestionBank(tmp_path)["wavess"]
    assert "'wavess'" in caught.value.message
    assert caught.value.hint == "did you mean waves, wages?"


def test_an_unknown_question_with_nothing_near(tmp_path):
    add(tmp_path, "w1")
    with pytest.raises(QuestionNotFound, match="grader questions"):
        QuestionBank(tmp_path)["completely-different"]


def test_ids_come_in_natural_order(tmp_path):
    for question_id in ("q10", "q2", "q1", "a3", "q2.b", "10", "9"):
        add(tmp_path, question_id)
    bank = QuestionBank(tmp_path)
    assert bank.ids == ["9", "10", "a3", "q1", "q2", "q2.b", "q10"]


def test_iteration_follows_the_ids(tmp_path):
    for question_id in ("q10", "q2"):
        add(tmp_path, question_id)
    assert [item.question.id for item in QuestionBank(tmp_path)] == ["q2", "q10"]


def test_the_digest_changes_with_a_word(tmp_path):
    add(tmp_path, "w1")
    add(tmp_path, "w2")
    before = QuestionBank.load(tmp_path)
    add(tmp_path, "w1", RUBRIC.replace("seas", "oceans"))
    after = QuestionBank.load(tmp_path)
    assert after.digest != before.digest
    assert after["w1"].digest != before["w1"].digest
    assert after["w2"].digest == before["w2"].digest
    add(tmp_path, "w1", reference=REFERENCE.replace("falls", "drops"))
    assert QuestionBank(tmp_path)["w1"].digest not in {before["w1"].digest, after["w1"].digest}


def test_a_loaded_bank_stays_as_it_was_checked(tmp_path):
    add(tmp_path, "w1")
    bank = QuestionBank.load(tmp_path)
    add(tmp_path, "w1", "broken: [")
    assert bank["w1"].rubric.concepts[0].id == "evaporation"


def test_the_digest_does_not_change_with_a_comment_or_layout(tmp_path):
    add(tmp_path, "w1")
    before = QuestionBank(tmp_path).digest
    add(tmp_path, "w1", "# why so\n" + RUBRIC.replace("idea: Water", "idea: >-\n      Water"), REFERENCE + "\n# done\n")
    assert QuestionBank(tmp_path).digest == before
