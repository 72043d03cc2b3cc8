"""Question before what cannot be undone."""

import sys
from typing import Annotated

import typer

from cli.failures import MISUSED, CommandError
from cli.printing import terminal_safe
from cli.target import Operator

YesOption = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask first.")]


def confirm(operator: Operator, sentence: str, *, yes: bool) -> None:
    """Say what will happen and ask. Raises CommandError unless somebody agrees at a terminal, or said so with --yes.

    Input from a file or another program is never taken for an answer. A dry run does not ask.
    """
    if yes or operator.dry_run:
        return
    print(terminal_safe(sentence), file=sys.stderr)
    if not sys.stdin.isatty():
        raise CommandError("Nothing was changed. To go on without a question, pass --yes.", MISUSED)
    if not typer.confirm("Go on?", err=True):
        raise CommandError("Nothing was changed.")
