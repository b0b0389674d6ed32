"""What a batch came to, as text for a terminal: at most 80 columns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.report.terminal import style, visible, wrap

if TYPE_CHECKING:
    from grader.batch.summary import Summary

_QUESTIONS = 20
_CONCEPTS = 5
_NAME = 20


def render(summary: Summary, output: str) -> str:
    """Return the summary; warnings come last, where they are seen."""
    counts = f"{summary.graded:,} graded, {summary.failed:,} with errors"
    lines = [f"{style(counts, bold=True)} -> {output}"]
    if summary.resumed:
        lines.append(f"{summary.resumed:,} of them by an earlier run")
    if summary.questions:
        lines += ["", *_questions(summary), *_missed(summary)]
        share = summary.review / summary.graded
        lines += ["", f"To review by a person: {summary.review:,} ({share:.0%})"]
    lines += [wrap(visible(text), first="Note: ", rest="      ") for text in _notes(summary)]
    return "\n".join(lines)


def _questions(summary: Summary) -> list[str]:
    """Return a small table: question, answers, mean score, share to review."""
    lines = [style(f"{'question':<{_NAME}}{'answers':>10}{'mean':>8}{'review':>9}", dim=True)]
    shown = list(summary.questions.items())
    for name, tally in shown[:_QUESTIONS]:
        label = name if len(name) < _NAME else f"{name[: _NAME - 2]}…"
        mean = "–" if tally.mean is None else f"{tally.mean:.2f}"
        lines.append(f"{label:<{_NAME}}{tally.answers:>10,}{mean:>8}{tally.review / tally.answers:>9.0%}")
    if len(shown) > _QUESTIONS:
        lines.append(f"and {len(shown) - _QUESTIONS} more questions")
    return lines


def _missed(summary: Summary) -> list[str]:
    found = summary.missed_most(_CONCEPTS)
    if not found:
        return []
    lines = ["", style("missed most", dim=True)]
    for question, concept, count, answers in found:
        share = f"{count / answers:.0%}"
        lines.append(f"{share:>5}  {question} {concept}"[:80])
    return lines


def _notes(summary: Summary) -> list[str]:
    notes = []
    if summary.note:
        notes.append(summary.note)
    if summary.repeated:
        places = ", ".join(f"{place:,}" for place in summary.repeated_at)
        verb = "answers repeat" if summary.repeated > 1 else "answer repeats"
        more = ", ..." if summary.repeated > len(summary.repeated_at) else ""
        notes.append(
            f"{summary.repeated:,} {verb} the id and question of an earlier one; all are graded (number {places}{more})"
        )
    if summary.first_error:
        notes.append(f"first error: {summary.first_error}")
    return notes
