"""Erasing a person: what links, their data and contacts know of one."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from linkgate.lazy_dataclass import dataclass
from linkgate.ports.lists import LinkList
from linkgate.usecases.link_lists import BEGINNING, PAGE_LIMIT, normal_recipient
from linkgate.usecases.transactions import links_of_transaction

if TYPE_CHECKING:
    from linkgate.ports.deps import Deps
    from linkgate.usecases.authentication import Caller

TIME_LIMIT = timedelta(seconds=10)
"""After which a call says that there is more to do, well within the function's time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EraseRecipient:
    """`recipient` is an e-mail address or a phone number, in any spelling of it."""

    caller: Caller
    recipient: str


@dataclass(frozen=True, slots=True)
class Erased:
    """What one call took away; `more` says that another call has to go on."""

    links: int
    bodies: int
    contacts: int
    more: bool


def erase_recipient(command: EraseRecipient, deps: Deps) -> Erased:
    """Erase the recipient's links, what they were prefilled with and sent in, and the contacts with that address.

    Links that are not submitted are revoked. What stays are facts without a person: when links were made, sent,
    opened. Raises InvalidRequest for an unusable address.
    """
    tenant, by, began = command.caller.tenant, command.caller.credential.id, deps.now()
    address = normal_recipient(command.recipient, tenant)
    which = LinkList(tenant=tenant.id, since=BEGINNING, until=began + timedelta(seconds=1), recipient=address)
    links = bodies = 0
    position = None
    while True:
        page = deps.lists.page(which, position, PAGE_LIMIT)
        for link in page.links:
            if deps.now() - began > TIME_LIMIT:
                return Erased(links, bodies, 0, more=True)
            for each in links_of_transaction(link, deps):
                bodies += deps.administration.erase(each, by, deps.now())
                links += 1
        position = page.following
        if position is None:
            break
    contacts = deps.administration.contacts_at(tenant.id, address)
    for contact in contacts:
        deps.tenants.delete_contact(tenant.id, contact)
    return Erased(links, bodies, len(contacts), more=False)
