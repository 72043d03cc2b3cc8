"""Parts that commands which act on a link share."""

from typing import TYPE_CHECKING, Annotated

import typer

from cli.failures import MISUSED, CommandError
from cli.printing import print_json
from cli.target import Operator

if TYPE_CHECKING:
    from linkgate.errors import LinkClosed
    from linkgate.model.link import Link
    from linkgate.usecases.authentication import Caller

ReasonOption = Annotated[
    str | None, typer.Option(help="Why, for the link's record (at most 200 letters). Do not name a person.")
]


def checked(reason: str | None) -> str | None:
    """Return the reason for an act, None if it is blank. Raises CommandError if it is too long."""
    from linkgate.usecases.authentication import REASON_LIMIT

    if reason and len(reason) > REASON_LIMIT:
        raise CommandError(f"The reason must have at most {REASON_LIMIT} letters.", MISUSED)
    return reason.strip() or None if reason else None


def ended(link: "Link", closed: "LinkClosed") -> CommandError:
    """Return the error that says how the link ended."""
    return CommandError(f"{link.rid} has ended: {type(closed).__name__.removeprefix('Link').lower()}")


def caller_of(operator: Operator, link: "Link") -> "Caller":
    """Return the operator as a caller of the link's tenant. Raises CommandError if that is gone."""
    tenant = operator.deps.tenants.tenant(link.tenant)
    if tenant is None:
        raise CommandError(f"The link's tenant {link.tenant} no longer exists.")
    return operator.caller(tenant)


def said(operator: Operator, link: "Link", done: str) -> None:
    """Print what was done to the link, or would be."""
    if operator.as_json:
        print_json({"rid": link.rid, "dry_run": operator.dry_run, "done": done})
    else:
        print(f"{link.rid} {'would be ' if operator.dry_run else ''}{done}")
