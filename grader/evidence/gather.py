"""All evidence of one answer for every concept, in one place: what the verdicts are made from."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

from grader.evidence.entailment import Reading, logarithms
from grader.evidence.lexical import Hit, Words, content_stems
from grader.evidence.semantic import Closeness, Views
from grader.prepared import Prepared, PreparedConcept
from grader.results import STATUSES, Evidence, Kind, Status
from grader.text import WORD, Span, function_share, words_of

_NEGATIONS = frozenset(
    "not no never nor without cannot can't don't doesn't isn't aren't won't didn't none hardly".split()
)


@dataclass(frozen=True, slots=True)
class Findings:
    """What was found for one concept; `overlap` and `overlap_all` are the shares of the idea's content words that occur
    in the best view and in the whole answer, `negations` counts negating words in the best view; `judged` is what the
    judge says, None where there is no judge.
    """

    prepared: PreparedConcept
    near: Closeness
    hit: Hit
    overlap: float
    overlap_all: float
    negations: int
    judged: Reading | None = None


def gather(
    prepared: Prepared,
    views: Views,
    near: Sequence[Closeness],
    words: Words,
    judged: Sequence[Reading] | None = None,
) -> list[Findings]:
    """Collect the findings for every concept, in the bank's order; `near` and `judged` hold one entry for each, too."""
    text = views.passage.text
    everything = content_stems(text)
    findings: list[Findings] = []
    for index, (concept, closest) in enumerate(zip(prepared.concepts, near, strict=True)):
        said = ""
        if closest.claim_view >= 0:
            span = views.spans[closest.claim_view]
            said = text[span.start : span.end]
        wanted = content_stems(concept.concept.idea)
        share = 1 / max(1, len(wanted))
        findings.append(
            Findings(
                prepared=concept,
                near=closest,
                hit=words.best(concept.keywords),
                overlap=len(wanted & content_stems(said)) * share,
                overlap_all=len(wanted & everything) * share,
                negations=sum(m.group().lower() in _NEGATIONS for m in WORD.finditer(said)),
                judged=None if judged is None else judged[index],
            )
        )
    return findings


def quotes(found: Findings, views: Views, status: Status) -> tuple[Evidence, ...]:
    """Return the words that a reader should look at to check a status, strongest first; none for `missed`."""
    if status == "missed" or not views.spans:
        return ()
    span, near = views.spans[found.near.own_view], found.near
    if status == "contradicted" and near.own_misconception > near.own_claim:
        return (_evidence(views, span, "misconception", near.own_misconception),)
    evidence = [_evidence(views, span, "semantic", near.own_claim)]
    if status == "contradicted":
        return tuple(evidence)
    if found.hit.coverage == 1.0:
        first, last = min(s.start for s in found.hit.spans), max(s.end for s in found.hit.spans)
        inside = evidence[0]
        keyword = _evidence(views, Span(first, last), "keyword", found.hit.coverage)
        if not (inside.start <= keyword.start and keyword.end <= inside.end):
            evidence.append(keyword)
    return tuple(evidence)


def _evidence(views: Views, span: Span, kind: Kind, strength: float) -> Evidence:
    where = views.passage.quote(span)
    quote = views.passage.original[where.start : where.end]
    return Evidence(
        start=where.start,
        end=where.end,
        quote=quote,
        kind=kind,
        strength=round(min(1.0, max(0.0, strength)), 4),
    )


def signs(text: str) -> int:
    """Count arrows, equals signs, colons and dots between symbols: the verbs of terse notes."""
    return len(re.findall(r"->|=|:|·", text))


def answer_features(findings: Sequence[Findings], text: str) -> list[float]:
    """Return what is said of the whole answer: log of its length, style, and how near it comes to any concept."""
    words = words_of(text)
    near = [found.near.claim for found in findings]
    return [
        math.log1p(len(words)),
        function_share(words),
        min(signs(text), 5) / max(1, len(words)),
        sum(near) / len(near),
        max(near),
    ]


def feature_row(found: Findings, answer: Sequence[float]) -> list[float]:
    """Return the features of one concept; `answer` holds those of the whole answer (see `answer_features`)."""
    near, concept = found.near, found.prepared.concept
    wrong = float(bool(concept.misconceptions))
    several = float(bool(concept.statements))
    return [
        near.claim,
        near.idea,
        near.support,
        wrong * (near.misconception - near.rival),
        wrong * (near.misconception - near.claim),
        wrong * near.misconception,
        near.claim - near.question,
        found.hit.coverage,
        float(found.hit.coverage == 1.0),
        float(bool(concept.keywords)),
        wrong,
        several,
        several * near.claim,
        found.overlap,
        found.overlap_all,
        float(min(found.negations, 3)),
        near.claim - answer[4],
        near.own,
        near.own_claim,
        wrong * (near.own_misconception - near.own_claim),
        *answer,
        *(_judged(found.judged) if found.judged else ()),
    ]


def _judged(read: Reading) -> list[float]:
    """Return what the judge says; its word on the idea itself comes last, where the fusion expects it."""
    return [*logarithms(read.statement), *logarithms(read.misconception), *logarithms(read.idea)]


FEATURES = (
    "claim idea support wrong-rival wrong-claim wrong claim-question coverage covered has-keywords has-misconceptions "
    "has-statements claim-of-several overlap overlap-all negations claim-best own own-claim own-wrong log-words "
    "function-share signs mean-claim best-claim"
).split()
JUDGED_FEATURES = [
    *FEATURES,
    *(f"{text}-{status}" for text in ("statement", "misconception", "judge") for status in STATUSES),
]
