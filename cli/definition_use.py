"""Question before a definition with live links is changed or deleted."""

import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated

import typer

from cli.confirming import confirm
from cli.printing import terminal_safe
from cli.target import Operator

if TYPE_CHECKING:
    from linkgate.model.tenant import Tenant

YesOption = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask, whatever links were made with it.")]

_KINDS: Mapping[str, str] = {
    "process": "PROCESS",
    "resource-type": "RESOURCE",
    "campaign": "SURVEY",
    "category": "SESSION",
}
_FORMS = frozenset({"process", "campaign"})


def ask_about_links(operator: Operator, tenant: "Tenant", noun: str, name: str, *, deletes: bool) -> None:
    """Say how many live links and drafts a change concerns, and ask. Raises CommandError if nobody can be asked.

    Says nothing if there are none. A dry run says it and does not ask.
    """
    if noun not in _KINDS:
        return
    from linkgate.model.link import Kind
    from linkgate.usecases.management.definition_use import definition_use

    use = definition_use(tenant.id, Kind[_KINDS[noun]], name, operator.deps)
    if not use.links:
        return
    keeps = deletes or noun in _FORMS
    sentence = (
        f"{noun} {name}: {_count(use.links, 'live link')}, {_count(use.drafts, 'draft')}. "
        f"{'They keep what they were made with.' if keeps else 'They change with it.'}"
    )
    if not deletes and keeps and use.unversioned:
        sentence += f" {use.unversioned} of them, made by an earlier release, change with it."
    if operator.dry_run:
        print(terminal_safe(sentence), file=sys.stderr)
    confirm(operator, sentence, yes=False)


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"
