"""The pages in a real browser: extra `browser`, and Chromium at $CHROMIUM or /usr/bin/chromium."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from graded_answers import ANSWER, HOSTILE, failed, graded, lines_of

from grader.report.html import letter, page

pytestmark = pytest.mark.browser
TIMEOUT = 120_000
NAMES = ["Ada", "Ben", "Chi / 50% #1 & co", "דנה"]


@pytest.fixture(scope="module")
def browser():
    api = pytest.importorskip("playwright.sync_api")
    path = os.environ.get("CHROMIUM", "/usr/bin/chromium")
    if not Path(path).exists():
        pytest.fail(f"no {path}: apt-get install chromium, or set CHROMIUM")
    with api.sync_playwright() as playwright:
        # As root, as in most containers, Chromium runs without its sandbox only.
        started = playwright.chromium.launch(
            executable_path=path, args=["--no-sandbox", "--disable-gpu"], timeout=TIMEOUT
        )
        yield started
        started.close()


@pytest.fixture
def opened(browser, tmp_path, catalogue):
    """Open rows as a page; fails where the page logs an error or asks for anything but itself."""
    contexts, faults = [], []

    def open_page(*rows, candidate=None, part="", **options):
        target = tmp_path / "page.html"
        with target.open("wb") as out:
            if candidate is None:
                page.write(out, lines_of(*rows), catalogue)
            else:
                letter.write(out, [line for line in lines_of(*rows) if line.candidate == candidate], catalogue)
        context = browser.new_context(**{"viewport": {"width": 1280, "height": 900}, **options})
        context.set_default_timeout(TIMEOUT)
        contexts.append(context)
        shown = context.new_page()
        shown.on("pageerror", lambda error: faults.append(str(error)))
        shown.on("console", lambda m: faults.append(m.text) if m.type in {"error", "warning"} else None)
        shown.on("request", lambda r: None if r.url.startswith(("file:", "data:")) else faults.append(r.url))
        shown.goto(f"file://{target}{part}")
        return shown

    yield open_page
    for context in contexts:
        context.close()
    assert not faults


def team():
    rows = []
    for place, name in enumerate(NAMES):
        review = ["low confidence (below 0.65)"] if place == 1 else []
        rows.append(graded(id=f"a{place}", candidate=name, score=0.2 + place / 5, review=review))
        rows.append(graded("Heads look at " + name, {}, id=f"b{place}", candidate=name, question="q22", score=0.1))
    return [*rows, failed(candidate="Ada")]


def test_the_queue_leads_to_the_answer(opened):
    shown = opened(*team())
    items = shown.locator("#queue li")
    assert items.count() == 2
    assert "no question 'q999'" in items.nth(0).inner_text()
    assert "low confidence (below 0.65)" in items.nth(1).inner_text()
    items.nth(1).locator("a").click()
    shown.locator("#person h2", has_text="Ben").wait_for()
    assert shown.url.endswith("#candidate=Ben&answer=2")
    card = shown.locator("#answer-2")
    assert card.locator("mark.met").inner_text() == "how similar a query and a key are"
    assert card.locator("mark.contradicted").inner_text() == "A low score gets more"
    assert "In fact: A high attention score" in card.inner_text()
    assert "Not mentioned: The dot-product score is divided" in card.inner_text()
    assert card.locator("blockquote.answer").evaluate(
        "b => { b = b.cloneNode(true); b.querySelectorAll('sup').forEach(s => s.remove()); return b.textContent }"
    ) == ANSWER  # fmt: skip
    shown.go_back()
    shown.locator("#queue").wait_for()


def test_every_candidate_has_a_link(opened):
    shown = opened(*team())
    for name in NAMES:
        shown.locator("#compare tbody th a", has_text=name).click()
        shown.locator("#person h2", has_text=name).wait_for()
        assert shown.locator("#person .card").count() == (3 if name == "Ada" else 2)
        shown.go_back()
        shown.locator("#compare").wait_for()


def test_strengths_gaps_and_margins(opened):
    topics = {"q24": 0.9, "q2": 0.8, "q1": 0.2, "q16": 0.3, "q6": 0.6}
    rows = [graded("x", {}, id=q, candidate="Ada", question=q, score=score) for q, score in topics.items()]
    shown = opened(*rows, graded("x", {}, id="z", candidate="Ben", question="q24", score=0.6))
    ada, ben = (shown.locator("#compare tbody tr", has_text=name).inner_text() for name in ("Ada", "Ben"))
    assert "strong: attention\ngaps: tokenization" in ada
    assert "0.56 ± 0." in ada
    assert "attention" in shown.locator("#compare thead th", has_text="q24").inner_text()
    assert "strong" not in ben
    assert "gaps" not in ben


def test_a_link_opens_a_candidate_at_once(opened):
    shown = opened(*team(), part="#candidate=Ben")
    shown.locator("#person h2", has_text="Ben").wait_for()
    assert not shown.locator("#overview").is_visible()


def test_filter_sort_and_search(opened):
    shown = opened(*team())
    results = shown.locator(".result")
    assert results.count() == 9
    shown.locator("[name=search]").fill("heads BEN")
    shown.locator("#found", has_text="1 answer of 9.").wait_for()
    shown.locator("#filters button[type=reset]").click()
    shown.locator("#found", has_text="All 9 answers.").wait_for()
    shown.locator("[name=order]").select_option("best")
    assert "0.80" in results.first.inner_text()
    assert "not graded" in results.last.inner_text()
    shown.locator("[name=review]").check()
    shown.locator("#found", has_text="2 answers of 9.").wait_for()
    shown.locator("#questions .heat", has_text="scaling").click()
    shown.locator("#found", has_text="4 answers of 9.").wait_for()
    assert shown.locator("[name=concept]").input_value() == "scaling"
    results.first.locator("summary").click()
    results.first.locator(".concepts li").first.wait_for()


def test_the_table_sorts_by_keyboard(opened):
    shown = opened(*team())
    first = shown.locator("#compare tbody th").first
    shown.locator("#compare thead button", has_text="q24").focus()
    shown.keyboard.press("Enter")
    assert first.inner_text() == NAMES[-1]
    assert shown.locator("#compare th[aria-sort]").get_attribute("aria-sort") == "descending"
    shown.keyboard.press("Enter")
    assert first.inner_text() == "Ada"
    shown.locator("#find-candidate").fill("ben")
    assert shown.locator("#compare tbody tr").count() == 1


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_axe_and_width(opened, scheme, width):
    axe = pytest.importorskip("axe_playwright_python.base")
    # The page's own policy would keep the checker out.
    options = {"color_scheme": scheme, "viewport": {"width": width, "height": 844}, "bypass_csp": True}
    rows = [
        *team(),
        graded("W" * 3000, {}, candidate="V" * 300, flags={"gibberish": "WWW"}, extra={"office": "Berlin"}),
    ]
    for candidate, part in ((None, ""), (None, "#candidate=Ada"), ("Ada", "")):
        shown = opened(*rows, candidate=candidate, part=part, **options)
        if candidate is None and not part:
            shown.locator(".result summary").nth(0).click()
            shown.locator(".result summary").last.click()
        assert shown.evaluate("document.documentElement.scrollWidth <= innerWidth"), "the page scrolls sideways"
        shown.evaluate(Path(axe.AXE_FILE_PATH).read_text(encoding="utf-8"))
        result = shown.evaluate("axe.run()")
        serious = [v for v in result["violations"] if v["impact"] in {"serious", "critical"}]
        assert not [(v["id"], [n["html"] for n in v["nodes"]]) for v in serious]


def test_hostile_text_is_shown_and_does_nothing(opened):
    rows = [
        graded(value, {}, candidate=value, id=value, review=[value], flags={f"flag {value}": ""}, extra={value: value})
        for value in HOSTILE
    ]
    shown = opened(*rows)
    shown.locator("#queue + .more button").click()
    for place in range(len(rows)):
        shown.locator(".result").nth(place).evaluate("item => { item.open = true }")
    shown.locator(".result .full").last.wait_for()
    links = [link.get_attribute("href") for link in shown.locator("#compare tbody th a").all()]
    for link in links:
        shown.evaluate("part => { location.hash = part }", link)
        shown.locator("#person .card").wait_for()
        assert shown.locator("#person h2").inner_text() != "No such candidate"
    assert shown.evaluate("window.hit === undefined && document.querySelectorAll('img, iframe, object').length === 0")
    assert not set(shown.evaluate("document.body.innerText")) & set("\u202e\u2066\u200b\ufeff")
    for value in HOSTILE:
        opened(*rows, candidate=value)


def test_ten_thousand_answers_stay_quick_to_handle(opened):
    rows = [graded(id=f"a{n}", candidate=f"C{n // 2}", question=("q24", "q22")[n % 2], said={}) for n in range(2)]
    rows = [{**rows[n % 2], "id": f"a{n}", "candidate": f"C{n // 2}"} for n in range(10_000)]
    shown = opened(*rows)
    assert shown.locator(".result").count() == 20
    assert shown.locator("#compare tbody tr").count() == 40
    shown.locator("[name=search]").fill("C4999")
    shown.locator("#found", has_text="2 answers of 10,000.").wait_for()
    shown.evaluate("part => { location.hash = part }", "#candidate=C4999")
    shown.locator("#person h2", has_text="C4999").wait_for()


def test_the_print_view(opened):
    shown = opened(*team())
    shown.emulate_media(media="print")
    assert not shown.locator("#filters").is_visible()
    assert shown.locator("#queue li").first.is_visible()
    assert shown.locator("#compare table").is_visible()
    assert len(shown.pdf()) > 10_000
