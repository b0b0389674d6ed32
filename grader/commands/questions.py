"""`grader questions`: list the questions of a bank."""

from __future__ import annotations

import click

from grader.commands.common import bank_option, open_bank


@click.command("questions")
@click.argument("words", nargs=-1)
@click.option("--topic", help="Only questions of this topic.")
@bank_option
def command(words: tuple[str, ...], topic: str | None, bank: str | None) -> None:
    """List the questions, or only those in which all WORDS occur."""
    from grader.report.terminal import wrap

    items = list(open_bank(bank))
    topics = sorted({item.question.topic for item in items})
    if topic is not None and topic.lower() not in {t.lower() for t in topics}:
        raise click.UsageError(f"no topic {topic!r}; topics: {', '.join(topics)}")
    shown = 0
    for item in items:
        question = item.question
        searched = f"{question.id} {question.topic} {question.question}".lower()
        if all(word.lower() in searched for word in words) and (not topic or topic.lower() == question.topic.lower()):
            shown += 1
            click.echo(wrap(f"{question.question}  [{question.topic}]", first=f"{question.id:<5} ", rest=" " * 6))
    if not shown:
        click.echo("grader: no question matches; `grader questions` lists all", err=True)
