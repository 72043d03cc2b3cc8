"""Addresses that a link took from a contact, compared with those that the contact has now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linkgate.model.addresses import normal_email, normal_phone
from linkgate.model.link import Channel

if TYPE_CHECKING:
    from linkgate.model.link import Link
    from linkgate.model.tenant import Tenant
    from linkgate.ports.deps import Deps


def outdated(link: Link, tenant: Tenant, deps: Deps) -> frozenset[Channel]:
    """Return the channels whose address the contact has changed or given up since. It may be somebody else's now.

    Reads the contact only if the link took an address from it.
    """
    recipient = link.recipient
    on_file = {channel for channel in Channel if recipient.address(channel) and channel not in recipient.given}
    if not on_file or recipient.contact_id is None:
        return frozenset()
    contact = deps.tenants.contact(tenant.id, recipient.contact_id)
    now = {
        Channel.EMAIL: normal_email(contact.email) if contact and contact.email else None,
        Channel.SMS: normal_phone(contact.phone, tenant.region) if contact and contact.phone else None,
    }
    return frozenset(channel for channel in on_file if now[channel] != recipient.address(channel))
