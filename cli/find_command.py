"""`linkgate find`: finds links by whatever a customer says or pastes."""

from typing import TYPE_CHECKING, Annotated

import typer

from cli.failures import MISUSED, CommandError
from cli.link_commands import print_links, say_cut
from cli.rid_arguments import plain_id
from cli.target import Operator, TenantOption, on_table

if TYPE_CHECKING:
    from linkgate.model.link import Link


@on_table()
def find(
    operator: Operator,
    text: Annotated[
        str,
        typer.Argument(
            metavar="ANYTHING",
            help="An e-mail address, phone number, reference (XK7M-4QRD), number, rid, account number, name, or a "
            "pasted link.",
        ),
    ],
    limit: Annotated[int, typer.Option(min=1, max=1000, help="Maximum number of links to show.")] = 20,
    tenant: TenantOption = None,
) -> None:
    """Find links by whatever a customer says or pastes, newest first. Looks in every tenant unless --tenant names one.

    The part of a pasted link after `#` is a secret. It is cut off before anything is looked up.
    """
    from linkgate.dialects.recipient.pasted_links import address_in
    from linkgate.errors import InvalidRequest
    from linkgate.usecases.staff.finding import FindLinks, find_links

    owners = [operator.tenant(tenant)] if tenant else list(operator.registry.tenants())
    links: list[Link] = []
    older, foreign, refused = False, True, 0
    plain = address_in(text) or plain_id(text) or ""
    for owner in owners:
        try:
            found = find_links(FindLinks(caller=operator.caller(owner), text=plain, limit=limit), operator.deps)
        except InvalidRequest:
            refused += 1
            continue
        links += found.links
        older, foreign = older or found.older is not None, foreign and found.foreign
    if owners and refused == len(owners):
        raise CommandError(
            "Nothing can be found by this. Pass an e-mail address, a phone number, a reference such as XK7M-4QRD, a "
            "link's rid or number, an account number, the link itself, or a name if the tenant's setting `finders` "
            "has `name`.",
            MISUSED,
        )
    if foreign and not links and owners:
        raise CommandError("This is not one of our links. Tell the customer not to open it.")
    links.sort(key=lambda link: link.created_at, reverse=True)
    print_links(operator, links[:limit], none="No links found.")
    if older or len(links) > limit:
        say_cut(limit)
