"""`grader questions`: list the questions of a bank."""

from __future__ import annotations

import json

import click

from grader.commands.common import bank_option, open_bank


@click.command("questions")
@click.argument("words", nargs=-1)
@click.option("--topic", help="Only questions of this topic.")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON list of id, topic and question.")
@bank_option
def command(words: tuple[str, ...], topic: str | None, as_json: bool, bank: str | None) -> None:
    """List the questions, or only those in which all WORDS occur."""
    items = list(open_bank(bank))
    topics = sorted({item.question.topic for item in items})
    if topic is not None and topic.lower() not in {t.lower() for t in topics}:
        raise click.UsageError(f"no topic {topic!r}; topics: {', '.join(topics)}")
    found = []
    for item in items:
        question = item.question
        searched = f"{question.id} {question.topic} {question.question}".lower()
        if all(word.lower() in searched for word in words) and (not topic or topic.lower() == question.topic.lower()):
            found.append(question)
    if as_json:
        rows = [{"id": q.id, "topic": q.topic, "question": q.question} for q in found]
        click.echo(json.dumps(rows, indent=2, ensure_ascii=False))
        return
    from grader.report.terminal import wrap

    for question in found:
        click.echo(wrap(f"{question.question}  [{question.topic}]", first=f"{question.id:<5} ", rest=" " * 6))
    if not found:
        click.echo("grader: no question matches; `grader questions` lists all", err=True)
