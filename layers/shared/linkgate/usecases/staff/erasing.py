"""Erase the person whom a link was made for, from the link's page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linkgate.errors import InvalidRequest, Problem
from linkgate.lazy_dataclass import dataclass
from linkgate.usecases.management.erasure import TIME_LIMIT, Erased, EraseRecipient, erase_recipient
from linkgate.usecases.management.link_details import owned_link
from linkgate.usecases.management.link_lists import normal_recipient

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from linkgate.model.link import Link
    from linkgate.ports.deps import Deps
    from linkgate.usecases.authentication import Caller


@dataclass(frozen=True, slots=True, kw_only=True)
class ErasePerson:
    """Request to erase a person by the addresses of one of their links."""

    caller: Caller
    rid: str
    recipients: Sequence[str]
    reason: str | None = None
    proposal: str | None = None
    """Id of the proposal that is carried out, which stays until all of it is done."""


def addresses_of(link: Link) -> Sequence[str]:
    """Return the addresses by which the person behind a link can be erased."""
    return [address for address in (link.recipient.email, link.recipient.phone) if address]


def count_person(link: Link, caller: Caller, deps: Deps) -> Mapping[str, Erased]:
    """Count what would be erased, by each address of a link's person. What both lead to counts for each."""
    addresses = addresses_of(link)
    return {
        address: erase_recipient(
            EraseRecipient(caller=caller, recipient=address, dry_run=True, time=TIME_LIMIT / len(addresses)), deps
        )
        for address in addresses
    }


def check_erasure(command: ErasePerson, deps: Deps) -> Link:
    """Return the link. Raises NotFound, and InvalidRequest unless the addresses are those of its person."""
    tenant = command.caller.tenant
    link = owned_link(tenant.id, command.rid, deps)
    for recipient in command.recipients:
        normal_recipient(recipient, tenant)
    # An erased link has forgotten its addresses, and an erasure that took too long is gone on with.
    if not command.recipients or not (link.erased_at or set(command.recipients) <= set(addresses_of(link))):
        raise InvalidRequest([Problem.of("recipient", "required")])
    return link


def erase_person(command: ErasePerson, deps: Deps) -> Erased:
    """Erase the person, one address after the other. Raises what `check_erasure` raises."""
    check_erasure(command, deps)
    links, contacts = 0, 0
    for address in command.recipients:
        asked = EraseRecipient(
            caller=command.caller,
            recipient=address,
            reason=command.reason,
            proposal=command.proposal,
            time=TIME_LIMIT / len(command.recipients),
        )
        erased = erase_recipient(asked, deps)
        links, contacts = links + erased.links, contacts + erased.contacts
        if erased.more:
            return Erased(links, 0, 0, contacts, [], more=True)
    return Erased(links, 0, 0, contacts, [], more=False)
