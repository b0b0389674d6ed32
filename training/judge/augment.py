"""What is made up anew for every epoch, out of answers and single claims."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace

from data import STATUSES, Example, Stock, as_example, ideas, one_hot
from marked import Marked  # found through data.py


def with_padding(examples: list[Example], share: float, order: random.Random) -> list[Example]:
    """Put the answer to a question of elsewhere before or behind a share of the answers: it changes no status.

    Without this, one right sentence amid 300 words of chat was missed.
    """
    made = []
    for example in examples:
        other = order.choice(examples)
        if order.random() >= share or other.field == example.field:
            made.append(example)
            continue
        parts = [example.answer, other.answer]
        order.shuffle(parts)
        made.append(replace(example, answer=order.choice((" ", "\n", "\n\n")).join(parts)))
    return made


def with_foreign(examples: list[Marked], share: float, order: random.Random) -> list[Example]:
    """Add to a share of the answers an idea of another question of the same field, which they miss.

    A fluent answer then has ideas that it does not state: the counterexample to "what sounds right is right". Ideas that share
    more than a third of their longer words with the answer may be stated after all, and are not used.
    """
    fields: dict[str, set[tuple[str, str]]] = {}
    for answer in examples:
        fields.setdefault(answer.field, set()).update((answer.item.question.id, idea) for idea in ideas(answer))
    pools = {field: sorted(pool) for field, pool in fields.items()}
    made = []
    for answer in examples:
        example = as_example(answer)
        if order.random() < share:
            question, idea = order.choice(pools[answer.field])
            if question != answer.item.question.id and not _shares_words(idea, answer.answer):
                example = replace(example, ideas=(*example.ideas, idea), targets=(*example.targets, one_hot("missed")))
        made.append(example)
    return made


def with_variants(examples: list[Example], stock: list[Stock], share: float, order: random.Random) -> list[Example]:
    """Put a share of the ideas in the words of another right claim, and as many in those of a wrong one.

    A grader has the judge read statements and misconceptions too where it is not sure of an idea. What states the idea
    contradicts the wrong claim, what leaves it out says nothing of it; an answer that is wrong about the idea may be
    wrong in another way, so that nothing is known of this claim.
    """
    claims = {(s.question, idea): own for s in stock for idea, own in zip(s.ideas, s.claims, strict=True)}
    made = []
    for example in examples:
        ideas_, targets = list(example.ideas), list(example.targets)
        for index, (idea, target) in enumerate(zip(example.ideas, example.targets, strict=True)):
            own, draw = claims.get((example.question, idea), {}), order.random()
            if draw < share and "met" in own and target != one_hot("partial"):
                ideas_[index] = order.choice(own["met"])
            elif share <= draw < 2 * share and "contradicted" in own and target in (one_hot("met"), one_hot("missed")):
                ideas_[index] = order.choice(own["contradicted"])
                targets[index] = one_hot("contradicted") if target == one_hot("met") else target
        made.append(replace(example, ideas=tuple(ideas_), targets=tuple(targets)))
    return made


def _shares_words(idea: str, text: str) -> bool:
    wanted = {word for word in idea.lower().split() if len(word) > 4}
    return len(wanted & set(text.lower().split())) * 3 > len(wanted)


_TAKEN_BACK = ("no wait,", "sorry, the other way:", "hmm no, actually", "correction:", "I take that back:")
_SHIPPED = 0.25  # share of answers to the shipped questions, which most users grade
_LISTED = 0.06
_SHARES = {"met": 0.4, "partial": 0.16, "missed": 0.22, "contradicted": 0.22}


def composed(stock: list[Stock], count: int, order: random.Random) -> list[Example]:
    """Compose answers from single claims, the status of every idea drawn alone; one in twelve is wrong throughout.

    Nothing about the tone or the neighbours can tell the status of an idea here. Now and then a claim is taken back: the last
    word counts; or all terms are listed before or behind what is said, which changes nothing. And now and then an idea is
    put in the words of another claim: of a right one, which changes nothing, or of a wrong one, which an answer that is
    right contradicts, and one that says that very thing meets.
    """
    made = []
    shipped = [one for one in stock if one.field == "llm"]
    for _ in range(count):
        chosen = order.choice(shipped if shipped and order.random() < _SHIPPED else stock)
        wrong = order.random() < 1 / 12
        sentences, targets, ideas_ = [], [], []
        for idea, claims in zip(chosen.ideas, chosen.claims, strict=True):
            status = "contradicted" if wrong and "contradicted" in claims else _draw(claims, order)
            sentence, read, target = _claim(idea, claims, status, order)
            ideas_.append(read)
            targets.append(one_hot(target))
            if sentence:
                sentences.append(sentence)
        order.shuffle(sentences)
        if order.random() < _LISTED:
            sentences.insert(order.choice((0, len(sentences))), _terms(chosen, order) + ".")
        made.append(Example(chosen.question, _joined(sentences, order), tuple(ideas_), tuple(targets), chosen.field))
    return made


def _draw(claims: dict[str, list[str]], order: random.Random) -> str:
    possible = [status for status in STATUSES if status == "missed" or status in claims]
    return order.choices(possible, [_SHARES[status] for status in possible])[0]


def _claim(idea: str, claims: dict[str, list[str]], status: str, order: random.Random) -> tuple[str, str, str]:
    """Return a sentence of this status ('' for missed), the idea as it is put, and what the sentence is to it."""
    sentence = order.choice(claims[status]) if status != "missed" else ""
    read, target = idea, status
    if status == "met" and "contradicted" in claims and order.random() < 0.06:
        read, target = order.choice(claims["contradicted"]), "contradicted"
    elif status == "missed" and "contradicted" in claims and order.random() < 0.06:
        read = order.choice(claims["contradicted"])
    elif status == "contradicted" and order.random() < 0.04:
        read, target = sentence, "met"
    elif order.random() < 0.15:
        read = order.choice([claim for claim in claims.get("met", ()) if claim != sentence] or [idea])
    other = {"met": "contradicted", "contradicted": "met"}.get(status)
    if other in claims and order.random() < 0.06:
        sentence = f"{order.choice(claims[other])} {order.choice(_TAKEN_BACK)} {sentence}"
    return sentence, read, target


def _terms(stock: Stock, order: random.Random) -> str:
    words = [word.strip(".,;:()") for idea in stock.ideas for word in idea.split() if len(word) > 4]
    return ", ".join(order.sample(words, len(words)))


def _joined(sentences: Sequence[str], order: random.Random) -> str:
    join = order.choice((" ", " ", " ", "\n", "\n- ", "; ", ", and "))
    text = join.join(s.rstrip(".") if join[0] in ";," else s for s in sentences)
    return text.lower() if order.random() < 0.2 else text


def references(stock: list[Stock]) -> list[Example]:
    """Return every reference, which states all of its ideas."""
    return [Example(s.question, s.reference, s.ideas, (one_hot("met"),) * len(s.ideas), s.field) for s in stock]


def mismatched(stock: list[Stock], count: int, order: random.Random) -> list[Example]:
    """Put references of one question with the ideas of another, mostly of its own field: fluent, right, and all missed."""
    fields: dict[str, list[Stock]] = {}
    for one in stock:
        fields.setdefault(one.field, []).append(one)
    made = []
    for _ in range(count):
        asked = order.choice(stock)
        other = order.choice(fields[asked.field] if order.random() < 0.7 else stock)
        ideas_ = tuple(idea for idea in asked.ideas if not _shares_words(idea, other.reference))
        if ideas_ and other is not asked:
            missed = (one_hot("missed"),) * len(ideas_)
            made.append(Example(asked.question, other.reference, ideas_, missed, asked.field))
    return made


def shuffled(stock: list[Stock], count: int, order: random.Random) -> list[Example]:
    """Throw the words of ideas and claims together: all terms, no claim, all missed."""
    made = []
    for _ in range(count):
        chosen = order.choice(stock)
        texts = [
            order.choice([idea, *claims.get("met", ())])
            for idea, claims in zip(chosen.ideas, chosen.claims, strict=True)
        ]
        shortest = order.choice((1, 4, 5))
        words = [word for text in texts for word in text.rstrip(".").split() if len(word) >= shortest]
        order.shuffle(words)
        text = order.choice((" ", " ", ", ")).join(words)
        made.append(
            Example(chosen.question, text, chosen.ideas, (one_hot("missed"),) * len(chosen.ideas), chosen.field)
        )
    return made
