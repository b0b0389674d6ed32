"""`grader show`: a question with its key concepts."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click

from grader.commands.common import bank_option, open_bank

if TYPE_CHECKING:
    from grader.bank import Item


@click.command("show")
@click.argument("question")
@click.option("--reference", is_flag=True, help="Also show the model answer.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON: id, topic, question and concepts.")
@bank_option
def command(question: str, reference: bool, as_json: bool, bank: str | None) -> None:
    """Show QUESTION (an id such as q24) and the concepts that a complete answer expresses."""
    item = open_bank(bank)[question]
    if as_json:
        click.echo(json.dumps(_record(item, reference=reference), indent=2, ensure_ascii=False))
        return
    from grader.report.terminal import wrap

    click.echo(wrap(item.question.question, first=f"{item.question.id}  ", rest=" " * (len(question) + 2)))
    click.echo(f"topic: {item.question.topic}\n")
    for concept in item.rubric.concepts:
        kind = "core " if concept.core else "extra"
        click.echo(f"{kind} {concept.weight:g}  {concept.id}")
        click.echo(wrap(concept.idea, first=" " * 9, rest=" " * 9))
    if reference:
        click.echo("\nModel answer\n")
        click.echo(wrap(item.question.answer))


def _record(item: Item, *, reference: bool) -> dict[str, Any]:
    concepts = [{"id": c.id, "core": c.core, "weight": c.weight, "idea": c.idea} for c in item.rubric.concepts]
    record = {"id": item.question.id, "topic": item.question.topic, "question": item.question.question}
    return {**record, "concepts": concepts, **({"reference": item.question.answer} if reference else {})}
