"""Makers of graded answers that need no model."""

from __future__ import annotations

import io
import json

from grader import QuestionBank, Settings
from grader.feedback import lines as feedback_lines
from grader.report.html.lines import read
from grader.results import STATUSES, Evidence, Grade, Verdict

ANSWER = "It measures how similar a query and a key are. A low score gets more attention."
SAID = {
    "similarity": ("met", "how similar a query and a key are"),
    "relevance": ("contradicted", "A low score gets more"),
}


def graded(
    answer=ANSWER, said=SAID, *, question="q24", id="a1", candidate="Ada", score=0.3, review=(), flags=None, extra=None
):
    """One line of `grader batch` as a dict: `said` maps concepts to a status and a quote, the others are missed."""
    item = QuestionBank()[question]
    verdicts = []
    for concept in item.rubric.concepts:
        status, quote = said.get(concept.id, ("missed", ""))
        evidence = (quoted(answer, quote),) if quote else ()
        rest = dict.fromkeys(STATUSES, 0.1) | {status: 0.7}
        verdicts.append(
            Verdict(
                concept=concept.id,
                status=status,
                core=concept.core,
                weight=concept.weight,
                probability=0.7,
                probabilities=rest,
                evidence=evidence,
            )
        )
    grade = Grade(
        question=question,
        answer=answer,
        score=score,
        band="strong" if score >= 0.8 else "good" if score >= 0.6 else "partial" if score >= 0.3 else "weak",
        confidence=0.7,
        needs_review=bool(review),
        review_reasons=tuple(review),
        verdicts=tuple(verdicts),
        missed=tuple(v.concept for v in verdicts if v.status == "missed"),
        contradicted=tuple(v.concept for v in verdicts if v.status == "contradicted"),
        flags=tuple(flags or {}),
        flag_evidence={flag: (quoted(answer, quote),) for flag, quote in (flags or {}).items() if quote},
        feedback=feedback_lines(verdicts, item.rubric.concepts),
        signature=f"grader 0.1.0 | {question} {item.digest} | minilm 19743642 | settings {Settings().digest}",
    )
    around = {"id": id, "candidate": candidate}
    return {**around, **grade.model_dump(mode="json"), "extra": extra or {}}


def quoted(answer, quote):
    start = answer.index(quote)
    return Evidence(start=start, end=start + len(quote), quote=quote, kind="semantic", strength=0.8)


def failed(error="no question 'q999'", *, id="a9", candidate="Ada", question="q999"):
    return {
        "id": id,
        "candidate": candidate,
        "question": question,
        "answer": "x",
        "score": None,
        "error": error,
        "extra": {},
    }


def encode(rows):
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode()


def lines_of(*rows, sources=None):
    return list(read(io.BytesIO(encode(rows)), "graded.jsonl", sources))


#: Everything that a page must show and never obey.
HOSTILE = [
    "<script>window.hit = 1</script>",
    "</script><script>window.hit = 1</script>",
    '<img src=x onerror="window.hit = 1">',
    "<!--<script>",
    "\"'><svg onload=window.hit=1>",
    "${window.hit = 1} {{7*7}} $title $answers",
    "abc \u202edcba\u202c \u2066isolated\u2069 \u200bzero\u200dwidth\ufeff",
    "\x00\x01\x1b[31mred\x7f\x85\u2028\u2029",
    "\U000e0041\U000e0042 tags \U0001f469\u200d\U0001f52c",
    "Z\u0351\u036b\u0343\u036a\u0302a\u0336\u0321\u0353l" * 20,
    "W" * 5000,
    "&lt;b&gt; &amp; &#x202e;",
    "javascript:window.hit=1",
]
