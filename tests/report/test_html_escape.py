"""Untrusted text stays text, wherever it gets into a page."""

from __future__ import annotations

import json
from html.parser import HTMLParser

import pytest
from graded_answers import HOSTILE
from hypothesis import given
from hypothesis import strategies as st

from grader.report.html import escape
from grader.report.html.page import asset


class Reader(HTMLParser):
    def __init__(self, page):
        super().__init__(convert_charrefs=True)
        self.tags, self.seen = [], ""
        self.feed(page)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, attrs))

    def handle_data(self, data):
        self.seen += data


@pytest.mark.parametrize("value", HOSTILE)
def test_text_has_no_elements_but_labels(value):
    reader = Reader(escape.text(value))
    assert set(map(str, reader.tags)) <= {str(("span", [("class", "control")]))}
    assert not any(escape.hidden(sign) for sign in escape.text(value))


def test_hidden_characters_get_their_number():
    assert escape.text("a\u202eb") == 'a<span class="control">U+202E</span>b'
    assert escape.text("line\n\tnext\r") == "line\n\tnext\r"
    assert escape.bare("<a\u202e>") == "&lt;a\ufffd&gt;"


@given(st.text(alphabet=st.characters(codec="utf-8")))
def test_text_reads_as_it_was(value):
    shown = "".join(f"U+{ord(sign):04X}" if escape.hidden(sign) else sign for sign in value)
    assert Reader(f"<p>{escape.text(value)}</p>").seen == shown


@given(st.text(alphabet=st.characters(codec="utf-8")) | st.sampled_from(HOSTILE))
def test_data_comes_back_and_cannot_end_its_element(value):
    written = escape.data({value: [value]})
    assert json.loads(written) == {value: [value]}
    assert not set(written) & set("<>&\u2028\u2029\u202e\u2066")


def test_data_refuses_what_is_no_json():
    with pytest.raises(ValueError, match="JSON"):
        escape.data(float("nan"))


def test_the_policy_lets_nothing_in():
    with_script = escape.policy("a{}", "1")
    assert with_script.startswith("default-src 'none'; style-src 'sha256-")
    assert "unsafe" not in with_script
    assert "script-src" not in escape.policy("a{}")
    assert escape.policy("a{}") != escape.policy("b{}")


def test_scripts_make_no_markup():
    code = asset("dom.js", "answer.js", "tables.js", "lists.js", "app.js")
    for forbidden in (
        "innerHTML",
        "outerHTML",
        "insertAdjacentHTML",
        "document.write",
        "eval(",
        "new Function",
        "fetch(",
    ):
        assert forbidden not in code
    for forbidden in ("</script", "<!--", "http:", "https:"):
        assert forbidden not in code.replace("http://www.w3.org/2000/svg", "")
    assert "url(" not in asset("base.css", "page.css", "letter.css")
