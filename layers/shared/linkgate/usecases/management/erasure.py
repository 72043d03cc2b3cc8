"""Erase a person from links, their data and contacts."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from linkgate.lazy_dataclass import dataclass
from linkgate.ports.management import LinkList
from linkgate.usecases.families import family_of
from linkgate.usecases.management.link_lists import BEGINNING, PAGE_LIMIT, normal_recipient

if TYPE_CHECKING:
    from linkgate.ports.deps import Deps
    from linkgate.usecases.authentication import Caller

TIME_LIMIT = timedelta(seconds=10)
"""Time after which a call reports that more is left to do, well within the function's timeout."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EraseRecipient:
    """Request to erase a recipient: an e-mail address or a phone number, in any spelling."""

    caller: Caller
    recipient: str
    reason: str | None = None
    dry_run: bool = False
    """Only count what would be erased."""


@dataclass(frozen=True, slots=True)
class Erased:
    """Numbers of records that one call erased, or would erase. `more` means that another call must continue."""

    links: int
    bodies: int
    contacts: int
    more: bool


def erase_recipient(command: EraseRecipient, deps: Deps) -> Erased:
    """Erase the recipient from links, delete prefilled and submitted data, and delete contacts with that address.

    Links that are not submitted are revoked. Facts without a person stay: when links were made, sent and opened.
    Raises InvalidRequest for an unusable address.
    """
    tenant, by, began = command.caller.tenant, command.caller.credential.id, deps.now()
    note = command.caller.note(command.reason)
    address = normal_recipient(command.recipient, tenant)
    which = LinkList(tenant=tenant.id, since=BEGINNING, until=began + timedelta(seconds=1), recipient=address)
    links = bodies = 0
    done: set[str] = set()
    position = None
    while True:
        page = deps.lists.page(which, position, PAGE_LIMIT)
        for link in page.links:
            if deps.now() - began > TIME_LIMIT:
                return Erased(links, bodies, 0, more=True)
            for each in family_of(link, deps) if link.rid not in done else ():
                done.add(each.rid)
                if not command.dry_run:
                    bodies += deps.administration.erase(each, by, deps.now(), note=note)
                elif each is link:  # a family shares its bodies
                    bodies += deps.administration.count_bodies(each)
                links += 1
        position = page.following
        if position is None:
            break
    contacts = deps.administration.contacts_at(tenant.id, address)
    for contact in contacts if not command.dry_run else ():
        deps.tenants.delete_contact(tenant.id, contact)
    return Erased(links, bodies, len(contacts), more=False)
