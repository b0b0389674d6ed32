"""`grader show`: a question with its key concepts."""

from __future__ import annotations

import click

from grader.commands.common import bank_option, open_bank


@click.command("show")
@click.argument("question")
@click.option("--reference", is_flag=True, help="Also show the model answer.")
@bank_option
def command(question: str, reference: bool, bank: str | None) -> None:
    """Show QUESTION (an id such as q24) and the concepts that a complete answer expresses."""
    from grader.report.terminal import wrap

    item = open_bank(bank)[question]
    click.echo(wrap(item.question.question, first=f"{item.question.id}  ", rest=" " * (len(question) + 2)))
    click.echo(f"topic: {item.question.topic}\n")
    for concept in item.rubric.concepts:
        kind = "core " if concept.core else "extra"
        click.echo(f"{kind} {concept.weight:g}  {concept.id}")
        click.echo(wrap(concept.idea, first=" " * 9, rest=" " * 9))
    if reference:
        click.echo("\nModel answer\n")
        click.echo(wrap(item.question.answer))
