"""Erase a person from links, their data and contacts."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from linkgate.lazy_dataclass import dataclass
from linkgate.model.link import Kind, lists_of
from linkgate.ports.files import place_of_link, place_of_resource
from linkgate.ports.management import Data, LinkList
from linkgate.usecases.families import family_of
from linkgate.usecases.management.link_lists import BEGINNING, each_link, normal_recipient

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

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
    proposal: str | None = None
    """Id of a proposal that this is a part of, and that stays."""
    time: timedelta = TIME_LIMIT
    """Time after which the call reports that more is left to do."""


@dataclass(frozen=True, slots=True)
class Erased:
    """Numbers of records that one call erased, or would erase. `more` means that another call must continue."""

    links: int
    bodies: int
    files: int
    contacts: int
    resources: Sequence[tuple[str, str]]
    """Types and uids of resources that the links were about and that have files or a description. They stay."""
    more: bool


def erase_recipient(command: EraseRecipient, deps: Deps) -> Erased:
    """Erase the recipient from links, delete prefilled and submitted data, and delete contacts with that address.

    Links that are not submitted are revoked, and proposals about them or to the address are deleted. Facts without a
    person stay: when links were made, sent and opened. So do resources, because they are the tenant's and may be about
    others, too. Raises InvalidRequest for an unusable address.
    """
    tenant, by, began = command.caller.tenant, command.caller.credential.id, deps.now()
    note = command.caller.note(command.reason)
    address = normal_recipient(command.recipient, tenant)
    links = bodies = files = 0
    done: set[str] = set()
    resources: set[tuple[str, str]] = set()
    until = began + timedelta(seconds=1)
    for test in (False, True):
        lists = lists_of(tenant.id, test=test)
        for link in each_link(LinkList(lists=lists, since=BEGINNING, until=until, recipient=address), deps):
            if deps.now() - began > command.time:
                return Erased(links, bodies, files, 0, _kept(tenant.id, resources, deps), more=True)
            if link.kind is Kind.RESOURCE and link.reference:
                resources.add((link.definition_id, link.reference))
            for each in family_of(link, deps) if link.rid not in done else ():
                done.add(each.rid)
                if not command.dry_run:
                    data = deps.administration.erase(each, by, deps.now(), note=note)
                else:  # a family shares its data
                    data = deps.administration.count_data(each) if each is link else Data(0, 0)
                bodies, files, links = bodies + data.bodies, files + data.files, links + 1
    contacts = deps.administration.contacts_at(tenant.id, address)
    for contact in contacts if not command.dry_run else ():
        deps.tenants.delete_contact(tenant.id, contact)
    for proposal in deps.staff.proposals.of(tenant.id, began) if not command.dry_run else ():
        proposed = {each.casefold() for each in (proposal.email, proposal.phone) if each}
        if proposal.id != command.proposal and (proposal.rid in done or address.casefold() in proposed):
            deps.staff.proposals.close(tenant.id, proposal.id)
    return Erased(links, bodies, files, len(contacts), _kept(tenant.id, resources, deps), more=False)


def settle_erased(rid: str, deps: Deps) -> None:
    """Delete what was written about an erased link while it was erased, and all bytes of its files."""
    link = deps.links.get(rid)
    if link is not None and link.erased_at:
        deps.administration.settle_erased(link)
        deps.files.objects.delete_below(place_of_link(link).prefix)


def _kept(tenant: str, resources: Iterable[tuple[str, str]], deps: Deps) -> Sequence[tuple[str, str]]:
    return sorted(
        (kind, uid)
        for kind, uid in resources
        if deps.files.resources.get(tenant, kind, uid) or deps.files.store.of(place_of_resource(tenant, kind, uid))
    )
