"""A bank is a folder of YAML files: what loads, in which order, and what its digest depends on."""

from __future__ import annotations

import pytest
from bank_files import REFERENCE, RUBRIC, add, write

from grader import Concept, Grader, Question, Rubric
from grader.bank import Item, QuestionBank
from grader.errors import BankError, InputError, QuestionNotFound


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


def memory_item(name="m1", rubric=None, **concept):
    idea = {"id": "gas", "idea": "Yeast makes gas.", "core": True, **concept}
    question = Question(id=name, question="Why does dough rise?", answer="The yeast makes gas.")
    return Item(question, Rubric(question=rubric or name, concepts=(Concept.model_validate(idea),)))


def test_questions_in_memory():
    bank = QuestionBank.of([memory_item("m10"), memory_item("m2")])
    assert (bank.ids, len(bank), "m2" in bank, "m3" in bank) == (["m2", "m10"], 2, True, False)
    assert bank["m2"].rubric.concepts[0].id == "gas"
    assert bank.check() == []
    assert bank.digest != QuestionBank.of([memory_item("m2")]).digest
    with pytest.raises(QuestionNotFound, match="in memory") as caught:
        bank["m3"]
    assert "did you mean" in caught.value.hint
    assert Grader(bank, judge=None, cache=None).grade("m2", "The yeast makes gas.").verdicts[0].status == "met"


def test_every_fault_in_memory_at_once():
    items = [memory_item(), memory_item(), memory_item("m2", rubric="m3"), memory_item("m4", core=False, weight=1)]
    with pytest.raises(BankError) as caught:
        QuestionBank.of(items)
    assert [(fault.file, fault.message) for fault in caught.value.faults] == [
        ("m1", "a second question m1"),
        ("m2", "this is the rubric of 'm3'"),
        ("m4", "no concept is core"),
    ]
    assert "and 2 more: in `faults`" in str(caught.value)
    with pytest.raises(BankError, match="no question"):
        QuestionBank.of([])
    with pytest.raises(InputError, match="a question is str, not Item"):
        QuestionBank.of(["m1"])


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
