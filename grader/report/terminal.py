"""A Grade as text for a terminal: at most 80 columns, colour where it helps and is wanted."""

from __future__ import annotations

import os
import shutil
import textwrap
import unicodedata
from typing import TYPE_CHECKING

import click

from grader.report.words import BANDS, MARKS, NOT_SCORED, number

if TYPE_CHECKING:
    from grader.bank import Item
    from grader.results import Grade, Verdict

_LABEL = 18


def width() -> int:
    """Return the columns to use: the terminal's, between 40 and 80."""
    return max(40, min(80, shutil.get_terminal_size((80, 24)).columns))


def wrap(text: str, first: str = "", rest: str = "") -> str:
    """Wrap at the terminal's width with a prefix for the first and for the other lines."""
    return textwrap.fill(text, width(), initial_indent=first, subsequent_indent=rest, break_on_hyphens=False)


def visible(text: str) -> str:
    """Replace what could act on a terminal (escape sequences, bidirectional marks) by a visible sign."""
    return "".join("\ufffd" if unicodedata.category(c) in {"Cc", "Cf", "Cs"} and c not in "\n\t" else c for c in text)


def style(text: str, colour: str | None = None, *, bold: bool = False, dim: bool = False) -> str:
    """Colour a text. Where output is no terminal, click takes the codes out again; NO_COLOR keeps them out."""
    if os.environ.get("NO_COLOR"):
        return text
    return click.style(text, fg=colour, bold=bold or None, dim=dim or None)


def render(grade: Grade, item: Item) -> str:
    """Return the whole report of one grade."""
    from grader.feedback import shorten

    ideas = {concept.id: concept.idea for concept in item.rubric.concepts}
    lines = [wrap(item.question.question, first=f"{grade.question}  ", rest=" " * (len(grade.question) + 2)), ""]
    band = grade.band or NOT_SCORED
    head = style(f"Score {number(grade.score)}  {band}", BANDS.get(band), bold=True)
    lines += [f"{head}  (confidence {number(grade.confidence)})", ""]
    lines += [line for verdict in grade.verdicts for line in _verdict(verdict, ideas[verdict.concept])]
    if grade.feedback:
        lines += ["", style("To improve", bold=True)]
        for text in grade.feedback:
            lines.append(wrap(visible(text), first="- ", rest="  "))
    if grade.flags:
        lines.append("")
        for flag in grade.flags:
            shown = [f"“{shorten(visible(e.quote), 60)}”" for e in grade.flag_evidence.get(flag, ())[:2]]
            lines.append(wrap(f"{flag} {', '.join(shown)}".strip(), first="Flag: ", rest="      "))
    if grade.needs_review:
        lines += ["", wrap(shorten("; ".join(grade.review_reasons), 400), first="Review: ", rest="        ")]
    return "\n".join(lines)


def _verdict(verdict: Verdict, idea: str) -> list[str]:
    """Mark, status, concept, then what it is about, then the words that prove it."""
    from grader.feedback import shorten

    mark, colour = MARKS[verdict.status]
    extra = "" if verdict.core else " (extra)"
    head = f"{mark} {verdict.status:<{_LABEL - 4}}"
    lines = [style(head, colour, bold=verdict.status in {"met", "contradicted"}) + f"{verdict.concept}{extra}"]
    indent = " " * 4
    if verdict.status == "met":
        lines.append(style(wrap(idea, first=indent, rest=indent), dim=True))
    for evidence in verdict.evidence:
        quote = f"“{shorten(visible(evidence.quote), 160)}”"
        lines.append(wrap(quote, first=f"{indent}> ", rest=f"{indent}  "))
    return lines
