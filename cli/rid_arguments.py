"""Rids among a command's arguments. One rid in 64 begins with a dash and would be parsed as an option."""

import os
from typing import TYPE_CHECKING, Annotated

import typer
from typer.core import TyperGroup

from cli.failures import CommandError
from cli.printing import shown
from cli.target import Operator

if TYPE_CHECKING:
    from linkgate.model.link import Link

RidArgument = Annotated[
    str, typer.Argument(metavar="RID", help="The link's rid, its 32 hex digits, its number, or its whole URL.")
]

_PATH = "/l/"
"""Beginning of the path of a link's URL."""


class RidsAmongOptions(TyperGroup):
    """Treats every argument that looks like a rid as a rid, wherever it stands."""

    def parse_args(self, ctx: "typer.Context", args: list[str]) -> list[str]:  # type: ignore[override] # typer's own is a subclass
        from linkgate.tokens import is_token

        # The path of a link's URL names the same link, begins with no dash, and leaves the argument in its place.
        paths = [
            f"{_PATH}{argument}" if argument.startswith("-") and is_token(argument) else argument for argument in args
        ]
        return super().parse_args(ctx, paths)


def plain_id(text: str | None) -> str | None:
    """Return an id that is no rid as it was given, without what `RidsAmongOptions` put before it."""
    return text.removeprefix(_PATH) if text else text


def found_link(operator: Operator, text: str) -> "Link":
    """Return the link that an operator names, in any of its spellings; raises CommandError."""
    from linkgate.tokens import is_token
    from linkgate.usecases.management.link_details import is_number, rid_of

    name = text.partition("#")[0].rpartition(_PATH)[2].strip().strip("/")
    # A number names a link of one tenant. Other names say which link without it, so commands have no --tenant.
    tenant = operator.tenant(os.environ.get("LINKGATE_TENANT")).id if is_number(name) else ""
    rid = rid_of(tenant, name, operator.deps)
    link = operator.deps.links.get(rid) if is_token(rid) else None
    if link is None:
        raise CommandError(f"There is no link {shown(name)}.")
    return link
