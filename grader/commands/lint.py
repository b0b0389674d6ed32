"""`grader lint`: every fault of every file of a bank at once."""

from __future__ import annotations

import click

from grader.errors import BankError


@click.command("lint")
@click.argument("bank", required=False)
@click.pass_context
def command(ctx: click.Context, bank: str | None) -> None:
    """Check every file of BANK (default: the shipped bank) and list all faults.

    Each line names file, line, item, what is wrong, and the mend. Exit code 1 when there are faults.
    """
    from grader.bank import QuestionBank

    try:
        opened = QuestionBank(bank)
        faults = opened.check()
    except BankError as error:
        faults = error.faults
        opened = None
    for fault in faults:
        click.echo(str(fault))
    if faults:
        click.echo(f"{len(faults)} fault{'s' * (len(faults) > 1)}", err=True)
        ctx.exit(1)
    click.echo(f"{len(opened or ())} questions, no faults", err=True)
