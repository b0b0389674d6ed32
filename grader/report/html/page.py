"""The page for a hiring team: a small index that is shown at once, then the answers in blocks, read when asked for."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from importlib.resources import files
from string import Template
from typing import Any, BinaryIO

from grader.feedback import lead
from grader.report.html import escape
from grader.report.html.catalogue import Catalogue
from grader.report.html.lines import Line
from grader.report.html.spans import Segment, Utf16, segments
from grader.report.html.tally import LETTERS, QuestionTally, Tally
from grader.report.words import BANDS, MARKS, MEANINGS, NOT_SCORED, number
from grader.results import Evidence, Grade
from grader.settings import Settings

TITLE = "Graded answers"
_BLOCK = 200
_STYLES = ("base.css", "page.css")
_SCRIPTS = ("dom.js", "answer.js", "tables.js", "lists.js", "app.js")


def asset(*names: str) -> str:
    """Return files of `assets/`, one after the other."""
    folder = files("grader.report.html") / "assets"
    return "".join((folder / name).read_text(encoding="utf-8") for name in names)


def write(out: BinaryIO, lines: Iterable[Line], catalogue: Catalogue, title: str = TITLE) -> Tally:
    """Write the page; return what was counted. Texts of answers wait in a temporary file, not in memory."""
    tally = Tally(catalogue)
    with tempfile.TemporaryFile() as spool:
        block: list[list[Any]] = []
        count = 0
        for line in lines:
            block.append(_detail(line, tally.add(line)))
            if len(block) == _BLOCK:
                spool.write(_block(count, block))
                count, block = count + 1, []
        if block:
            spool.write(_block(count, block))
        head, foot = _frame(tally, catalogue, title)
        out.write(head)
        spool.seek(0)
        while chunk := spool.read(1 << 20):
            out.write(chunk)
        out.write(foot)
    return tally


def _frame(tally: Tally, catalogue: Catalogue, title: str) -> tuple[bytes, bytes]:
    style = asset(*_STYLES)
    script = f'"use strict";\n(() => {{\n{asset(*_SCRIPTS)}}})();\n'
    index = {**tally.data(), "words": _words(), "block": _BLOCK, "title": title}
    page = Template(asset("page.html")).substitute(
        policy=escape.policy(style, script),
        title=escape.bare(title),
        heading=escape.text(title),
        summary=escape.text(summary(tally)),
        bands=escape.text(_bands(tally)),
        notes="".join(f'<p class="note">{escape.text(f"Note: {note}.")}</p>' for note in catalogue.notes()),
        made="".join(f"<li>{escape.text(signature)}</li>" for signature in tally.signatures),
        style=style,
        index=escape.data(index),
        script=script,
        answers="\0",
    )
    head, foot = page.split("\0")
    return head.encode(), foot.encode()


def _bands(tally: Tally) -> str:
    """Return where the bands begin, if all grades were made with the default settings: files do not say other ones."""
    usual = Settings()
    if not tally.signatures or not all(f" | settings {usual.digest}" in made for made in tally.signatures):
        return ""
    starts = (("strong", usual.strong_from), ("good", usual.good_from), ("partial", usual.partial_from))
    return ": " + ", ".join(f"{name} from {number(start)}" for name, start in starts)


def summary(tally: Tally) -> str:
    """Return the sentence under the heading."""
    mean = "" if not tally.scores.count else f" Mean score {number(tally.scores.total / tally.scores.count)}."
    failed = f" {tally.failed:,} could not be graded." if tally.failed else ""
    return (
        f"{_many(tally.answers, 'answer')} by {_many(len(tally.candidates), 'candidate')} "
        f"to {_many(len(tally.questions), 'question')}.{mean}{failed}"
    )


def _many(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def _words() -> dict[str, Any]:
    """Return what the page says in the words of the terminal."""
    return {
        "statuses": [
            {"letter": letter, "name": status, "mark": MARKS[status][0], "means": MEANINGS[status]}
            | {"core": lead(status, core=True), "extra": lead(status, core=False)}
            for status, letter in LETTERS.items()
        ],
        "bands": list(BANDS),
        "unscored": NOT_SCORED,
    }


def _block(count: int, details: list[list[Any]]) -> bytes:
    return f'<script type="application/json" id="answers-{count}">{escape.data(details)}</script>\n'.encode()


def _detail(line: Line, question: QuestionTally) -> list[Any]:
    """Return id, answer, marked words, flags with their quotes, feedback where ideas are unknown, carried columns."""
    grade = line.grade
    if grade is None:
        return [line.id, line.answer, [], [], [], line.extra]
    places = {concept: place for place, concept in enumerate(question.concepts)}
    layers: list[tuple[Evidence, ...]] = [()] * len(places)
    for verdict in grade.verdicts:
        layers[places[verdict.concept]] = verdict.evidence
    flags = [[flag, [e.quote for e in grade.flag_evidence.get(flag, ())]] for flag in grade.flags]
    marked = _marked(grade, segments([*layers, *(grade.flag_evidence.get(flag, ()) for flag in grade.flags)]))
    known = all(question.concepts[verdict.concept].idea for verdict in grade.verdicts)
    return [line.id, line.answer, marked, flags, [] if known else grade.feedback, line.extra]


def _marked(grade: Grade, found: list[Segment]) -> list[list[Any]]:
    units = Utf16(grade.answer)
    return [[units.place(s.start), units.place(s.end), s.layers, s.ends] for s in found]
