"""`linkgate suppression`: addresses that get nothing, or no surveys."""

from collections.abc import Iterator
from datetime import timedelta
from itertools import islice
from typing import TYPE_CHECKING, Annotated

import typer

from cli.printing import print_json, print_rows, shown
from cli.target import Operator, TenantOption, on_table

if TYPE_CHECKING:
    from linkgate.model.tenant import Tenant

app = typer.Typer(no_args_is_help=True)

AddressArgument = Annotated[str, typer.Argument(metavar="ADDRESS", help="An e-mail address or phone number.")]

_AT_ONCE = 50
"""Addresses looked up in one read: two items each, and a read has at most 100."""


@app.command("list")
@on_table()
def list_suppressions(
    operator: Operator,
    days: Annotated[int, typer.Option(min=1, max=3650, help="Days to look back for links.")] = 31,
    tenant: TenantOption = None,
) -> None:
    """List the addresses of contacts and of recent links that get nothing, or no surveys, and the reason.

    Suppressions are stored by a hash of the address, so only addresses that a contact or a link has can be named.
    """
    whose = operator.tenant(tenant)
    rows: list[dict[str, str]] = []
    addresses = _addresses(operator, whose, days)
    while some := list(islice(addresses, _AT_ONCE)):
        for surveys, stopped in ((False, "everything"), (True, "surveys")):
            found = operator.deps.suppressions.among(whose.id, some, surveys=surveys)
            known = {row["address"] for row in rows}
            rows += [
                {"address": address, "stopped": stopped, "reason": reason}
                for address, reason in found.items()
                if address not in known
            ]
    print_rows(
        sorted(rows, key=lambda row: str(row["address"])),
        ("address", "stopped", "reason"),
        as_json=operator.as_json,
        none=f"No address of a contact, or of a link of the last {days} days, is suppressed.",
    )


@app.command("create")
@on_table(changes=True)
def create(operator: Operator, address: AddressArgument, tenant: TenantOption = None) -> None:
    """Send no more surveys to an address whose owner asked for that by mail or phone. Other links still go out."""
    from linkgate.model.delivery_rules import UNSUBSCRIBED
    from linkgate.store.delivery.suppressions import DynamoSuppressions
    from linkgate.usecases.management.link_lists import normal_recipient

    whose = operator.tenant(tenant)
    recipient = normal_recipient(address, whose)
    if not operator.dry_run:
        DynamoSuppressions(operator.table).unsubscribe_on_request(whose.id, recipient, operator.now())
    if operator.as_json:
        print_json({"address": recipient, "reason": UNSUBSCRIBED, "dry_run": operator.dry_run})
    else:
        print(f"{shown(recipient)} {'would get' if operator.dry_run else 'gets'} no more surveys")


@app.command("delete")
@on_table(changes=True)
def delete(
    operator: Operator,
    address: AddressArgument,
    tenant: TenantOption = None,
    surveys: Annotated[  # noqa: FBT002 - a switch
        bool, typer.Option("--surveys", help="Lift what its owner stopped: surveys. Only if the owner asks for it.")
    ] = False,
) -> None:
    """Lift the suppression of an address that bounced, complained or opted out.

    Use it once the reason is gone. It applies to links that are created or resent from now on.
    Amazon keeps its own suppression lists, which this command does not change: see docs/delivery.md.
    """
    from linkgate.model.delivery_rules import UNSUBSCRIBED
    from linkgate.store.delivery.suppressions import DynamoSuppressions
    from linkgate.usecases.management.link_lists import normal_recipient

    whose = operator.tenant(tenant)
    recipient, suppressions = normal_recipient(address, whose), DynamoSuppressions(operator.table)
    no_surveys = recipient in suppressions.unsubscribed(whose.id, [recipient])
    reason = suppressions.among(whose.id, [recipient]).get(recipient)
    if surveys:
        reason = UNSUBSCRIBED if no_surveys else None
    if reason and not operator.dry_run:
        suppressions.remove(whose.id, recipient, surveys=surveys)
    what = "surveys" if surveys else "messages"
    if operator.as_json:
        print_json({"address": recipient, "reason": reason, "dry_run": operator.dry_run})
    elif reason is None:
        print(f"{shown(recipient)} is not {'unsubscribed from surveys' if surveys else 'suppressed'}")
    else:
        doing = "would get" if operator.dry_run else "gets"
        print(f"{shown(recipient)} {doing} {what} again; it was suppressed: {shown(reason)}")
    if no_surveys and not surveys and not operator.as_json:
        print("Its owner wants no surveys, and still gets none (--surveys)")


def _addresses(operator: Operator, tenant: "Tenant", days: int) -> Iterator[str]:
    """Yield each address once, as messages are sent to it."""
    from linkgate.model.epoch import MILLISECOND
    from linkgate.model.link import Channel
    from linkgate.ports.management import LinkList
    from linkgate.usecases.management.link_lists import each_link

    seen: set[str] = set()
    now = operator.now()
    which = LinkList(lists=tenant.id, since=now - timedelta(days=days), until=now + MILLISECOND)
    people = [(each.email, each.phone) for each in operator.registry.contacts(tenant.id)]
    people += [(link.address(Channel.EMAIL), link.address(Channel.SMS)) for link in each_link(which, operator.deps)]
    for address in (address for pair in people for address in pair if address):
        if address not in seen:
            seen.add(address)
            yield address
