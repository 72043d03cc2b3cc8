"""Parts that commands which act on a link share."""

from typing import TYPE_CHECKING, Annotated

import typer

from cli.failures import MISUSED, CommandError
from cli.printing import print_facts, print_json
from cli.target import Operator

if TYPE_CHECKING:
    from collections.abc import Sequence

    from linkgate.errors import LinkClosed
    from linkgate.model.link import Channel, Link
    from linkgate.usecases.authentication import Caller
    from linkgate.usecases.delivery.successors import Successor

SendOption = Annotated[bool, typer.Option(help="Send the new link. Otherwise its address is printed.")]
ReasonOption = Annotated[
    str | None, typer.Option(help="Why, for the link's record (at most 200 letters). Do not name a person.")
]


def checked(reason: str | None) -> str | None:
    """Return the reason for an act, None if it is blank. Raises CommandError if it is too long."""
    from linkgate.usecases.authentication import REASON_LIMIT

    if reason and len(reason) > REASON_LIMIT:
        raise CommandError(f"The reason must have at most {REASON_LIMIT} letters.", MISUSED)
    return reason.strip() or None if reason else None


def channels_of(names: "Sequence[str] | None", *, send: bool) -> "Sequence[Channel] | None":
    """Return the channels for a new link, None if they are to be chosen. Raises CommandError for another name."""
    from linkgate.model.link import Channel

    if not set(names or ()) <= set(Channel):
        raise CommandError("The channel must be email or sms.", MISUSED)
    if not send:
        return ()
    return [Channel(name) for name in names] if names else None


def print_successor(operator: Operator, made: "Successor", **predecessor: str | None) -> None:
    """Print the link that works now, whose place it took, and what was sent."""
    new = made.link
    facts = {
        "rid": new.rid,
        **predecessor,
        "messages": ", ".join(f"{d.channel} {d.state} ({new.address(d.channel)})" for d in new.deliveries.values()),
        "link": made.url,
    }
    print_facts(facts, as_json=operator.as_json)


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
