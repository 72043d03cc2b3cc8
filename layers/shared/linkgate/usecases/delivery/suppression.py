"""Addresses that get no messages: hard bounces, complaints, opt-outs, and phones in countries not allowed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linkgate.model.addresses import phone_country
from linkgate.model.delivery_rules import COUNTRY, SUPPRESSED
from linkgate.model.kinds import KINDS
from linkgate.model.link import Channel
from linkgate.model.tenant import EVERY_COUNTRY

if TYPE_CHECKING:
    from collections.abc import Mapping

    from linkgate.model.link import Kind
    from linkgate.model.tenant import Tenant
    from linkgate.ports.deps import Deps

LIFTABLE = frozenset({SUPPRESSED})
"""Reasons that the tenant may judge to be gone. What a recipient stopped, only the recipient can undo."""


def barred(
    tenant: Tenant, addresses: Mapping[Channel, str], deps: Deps, kind: Kind | None = None
) -> Mapping[Channel, str]:
    """Return the channels whose address must get nothing, each with its reason. One read. Raises Unavailable.

    `kind` is that of the link which the message brings: an address may want no surveys. Codes and notices have none.
    """
    phone = addresses.get(Channel.SMS)
    bars = {Channel.SMS: COUNTRY} if phone and not may_text(tenant, phone) else {}
    asked = {channel: address for channel, address in addresses.items() if channel not in bars}
    if asked:
        surveys = kind is not None and KINDS[kind].declinable
        found = deps.suppressions.among(tenant.id, list(asked.values()), surveys=surveys)
        bars |= {channel: found[address] for channel, address in asked.items() if address in found}
    return bars


def suppress(tenant: str, address: str, reason: str, deps: Deps) -> None:
    """Stop all messages to this address. The first reason stays."""
    deps.suppressions.add(tenant, address, reason, deps.now())


def lift(tenant: str, address: str, reason: str, deps: Deps) -> None:
    """Let an address get messages again that was suppressed for this reason. Another reason stays."""
    deps.suppressions.lift(tenant, address, reason)


def may_text(tenant: Tenant, phone: str) -> bool:
    """Return whether the tenant sends SMS to the country of this number (E.164)."""
    allowed = tenant.sms_countries or {tenant.region}
    return EVERY_COUNTRY in allowed or phone_country(phone) in allowed
