"""The page for one candidate: what came across, what did not, what to read up on. No scores, no flags, nobody else."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from string import Template
from typing import BinaryIO

from grader.feedback import lead
from grader.report.html import escape
from grader.report.html.catalogue import Catalogue, Known
from grader.report.html.lines import Line
from grader.report.html.page import asset
from grader.report.html.spans import segments
from grader.report.words import MARKS
from grader.results import Grade, Verdict

TITLE = "Your answers"
_STYLES = ("base.css", "letter.css")
# What a candidate reads above the concepts of one kind. Wrong ones come after what went well.
_GROUPS = (
    ("met", "What came across"),
    ("contradicted", "Worth checking again"),
    ("partial", "There in part"),
    ("missed", "Not mentioned"),
    ("extra", "Could be added"),
)


def write(out: BinaryIO, lines: Sequence[Line], catalogue: Catalogue, title: str = TITLE) -> None:
    """Write the page of one candidate, whose answers these are."""
    style = asset(*_STYLES)
    pairs = [(line, catalogue.find(line.question, line.grade.signature if line.grade else "")) for line in lines]
    page = Template(asset("letter.html")).substitute(
        policy=escape.policy(style),
        title=escape.bare(title),
        heading=escape.text(title),
        name=escape.text(lines[0].candidate),
        opening=_opening(lines),
        style=style,
        answers="\n".join(_answer(line, known) for line, known in pairs),
        reading=_reading(pairs),
    )
    out.write(page.encode())


def _opening(lines: Sequence[Line]) -> str:
    verdicts = [verdict for line in lines if line.grade for verdict in line.grade.verdicts if verdict.core]
    met = sum(verdict.status == "met" for verdict in verdicts)
    answers = "your answer" if len(lines) == 1 else f"your {len(lines)} answers"
    if not verdicts:
        return f"Thank you for {answers}."
    if not met:
        return f"Thank you for {answers}. Below are the main ideas to each question, and where to go on from here."
    ideas = "the main idea" if len(verdicts) == 1 else f"{met} of {len(verdicts)} main ideas"
    return (
        f"Thank you for {answers}. <strong>{ideas[0].upper()}{ideas[1:]}</strong> came across clearly; "
        "your words that showed it are marked."
    )


def _answer(line: Line, known: Known) -> str:
    asked = escape.text(known.text or line.question)
    parts = [f'<section class="answer-block"><h2><bdi>{asked}</bdi></h2>']
    if line.answer.strip():
        parts.append(f'<blockquote class="answer" dir="auto">{_highlighted(line)}</blockquote>')
    elif line.grade:
        parts.append('<p class="muted">You left this one open. These are the ideas it asks for.</p>')
    if line.grade is None:
        parts.append(
            '<p class="muted">This answer could not be read by the program, so there is no feedback on it.</p>'
        )
    else:
        parts += _groups(line.grade, known)
    return "\n".join([*parts, "</section>"])


def _highlighted(line: Line) -> str:
    verdicts = line.grade.verdicts if line.grade else ()
    done, parts = 0, []
    for segment in segments([verdict.evidence for verdict in verdicts]):
        parts.append(escape.text(line.answer[done : segment.start]))
        statuses = {verdicts[layer].status for layer in segment.layers}
        status = next(s for s in ("contradicted", "partial", "met", "missed") if s in statuses)
        parts.append(f'<mark class="{status}">{escape.text(line.answer[segment.start : segment.end])}</mark>')
        done = segment.end
    return "".join([*parts, escape.text(line.answer[done:])])


def _group(verdict: Verdict) -> str:
    return "extra" if verdict.status == "missed" and not verdict.core else verdict.status


def _groups(grade: Grade, known: Known) -> list[str]:
    parts = []
    for name, heading in _GROUPS:
        chosen = [verdict for verdict in grade.verdicts if _group(verdict) == name]
        if not chosen:
            continue
        mark = MARKS[chosen[0].status][0]
        parts.append(f'<h3 class="{name}"><span aria-hidden="true">{mark}</span> {heading}</h3><ul class="{name}">')
        parts += [f"<li>{_said(verdict, known)}</li>" for verdict in chosen]
        parts.append("</ul>")
    return parts


def _said(verdict: Verdict, known: Known) -> str:
    idea = escape.text(_idea(verdict, known))
    if verdict.status != "contradicted":
        return idea
    quote = escape.text(" ".join(verdict.evidence[0].quote.split())) if verdict.evidence else ""
    return f"<q><bdi>{quote}</bdi></q> {escape.text(lead('contradicted', core=True))}{idea}"


def _idea(verdict: Verdict, known: Known) -> str:
    """Return a concept's idea; for want of it, its id as words."""
    return known.ideas.get(verdict.concept) or verdict.concept.replace("-", " ").replace("_", " ").capitalize()


def _reading(pairs: Sequence[tuple[Line, Known]]) -> str:
    """Return the list of what to read up on: main ideas that did not come across, by topic."""
    found = [
        (known.topic or known.text or line.question, _idea(verdict, known))
        for line, known in pairs
        for verdict in (line.grade.verdicts if line.grade else ())
        if verdict.core and verdict.status != "met"
    ]
    if not found:
        return '<p>Nothing in particular: every main idea was there. <span aria-hidden="true">✓</span></p>'
    # Sorting keeps the order within a topic; an idea that two questions ask for is named once.
    unique = sorted(dict.fromkeys(found), key=lambda pair: pair[0])
    parts = []
    for topic, ideas in groupby(unique, key=lambda pair: pair[0]):
        items = "".join(f"<li>{escape.text(idea)}</li>" for _, idea in ideas)
        parts.append(f"<h3>{escape.text(topic[:1].upper() + topic[1:])}</h3><ul>{items}</ul>")
    return "\n".join(parts)
