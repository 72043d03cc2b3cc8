"""Send a link's message again because its owner or its recipient asked for it."""

from __future__ import annotations

from dataclasses import field
from datetime import timedelta
from typing import TYPE_CHECKING

from linkgate.errors import InvalidRequest, LinkExhausted, NotFound, Problem, Throttled
from linkgate.lazy_dataclass import dataclass
from linkgate.model.delivery_rules import FIRST_COOL_DOWN, RESENDS, ready_at
from linkgate.model.link import DeliveryState, Occasion
from linkgate.model.pauses import retry_after
from linkgate.ports.links import TRIES_AGAINST_VISITORS, NotChanged
from linkgate.tokens import is_token
from linkgate.usecases.delivery.channels import resend_candidates, usable
from linkgate.usecases.delivery.on_file import outdated
from linkgate.usecases.delivery.sending import FurtherMessage, send_again
from linkgate.usecases.delivery.suppression import barred

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from linkgate.model.link import Channel, Delivery, Link
    from linkgate.model.tenant import Tenant
    from linkgate.ports.deps import Deps


@dataclass(frozen=True, slots=True, kw_only=True)
class ResendLink:
    """Request to resend. Without `channel`, use the first that still reaches the recipient, a used one if possible."""

    tenant: str
    rid: str
    channel: Channel | None = None
    replace: bool = False
    """Ends this channel's earlier messages: their secrets, and the visits and codes that these opened.

    It is needed if a message fell into the wrong hands.
    """
    by: str | None = None
    """Id of the credential that asks for it."""
    note: Mapping[str, str] = field(default_factory=dict)
    """Note on who acted and why, as in `Caller.note`."""


def resend_link(command: ResendLink, deps: Deps) -> Link:
    """Send the same link with a new secret, and return it with the outcome.

    Raises NotFound if the tenant has no such link, LinkClosed, InvalidRequest if there is no channel or it must not be
    used, and Throttled during the pause after the last message, which doubles with each resend.
    """
    link, tenant, channel = _checked(command, deps)
    now = deps.now()
    message = FurtherMessage(
        channel=channel,
        occasion=Occasion.RESEND,
        ends=frozenset({channel.value}) if command.replace else frozenset(),
        resends=link.resends + 1,
        asked={"by": command.by, **command.note} if command.by else {},
    )
    for _ in range(TRIES_AGAINST_VISITORS):
        try:
            return send_again(link, message, tenant, deps)
        except NotChanged as refusal:
            stored = refusal.stored
        if stored is None:
            raise NotFound("link")
        _refuse_closed(stored, now)
        if not command.replace or stored.deliveries != link.deliveries:
            break
        link = stored
    # The message was resent, taken up by the worker or reported on, or the link was opened, at this very moment.
    raise Throttled(retry_after(FIRST_COOL_DOWN))


def check_resend(command: ResendLink, deps: Deps) -> Channel:
    """Return the channel that would be used. Raises what `resend_link` would raise now, without sending anything."""
    return _checked(command, deps)[2]


def _checked(command: ResendLink, deps: Deps) -> tuple[Link, Tenant, Channel]:
    link, now = deps.links.get(command.rid) if is_token(command.rid) else None, deps.now()
    tenant = deps.tenants.tenant(link.tenant) if link else None
    if link is None or tenant is None or link.tenant != command.tenant or link.role:
        raise NotFound("link")
    _refuse_closed(link, now)
    channel = _channel(link, command.channel, tenant, deps)
    _refuse_early(link, link.deliveries.get(channel), now)
    return link, tenant, channel


def _refuse_closed(link: Link, now: datetime) -> None:
    if closed := link.closed(now):
        raise closed
    if link.renewed_as:
        raise LinkExhausted
    if link.disowned_at:
        raise InvalidRequest([Problem.of("channel", "disowned")])


def _refuse_early(link: Link, seen: Delivery | None, now: datetime) -> None:
    if link.resends >= RESENDS:
        raise Throttled(retry_after(link.expires_at - now))
    if seen is None:
        return
    if seen.state is DeliveryState.SENDING and (ready := ready_at(seen)) and ready > now:
        raise Throttled(retry_after(ready - now))
    wait = (seen.at or now) + FIRST_COOL_DOWN * 2**link.resends - now
    if wait > timedelta():
        raise Throttled(retry_after(wait))


def _channel(link: Link, asked: Channel | None, tenant: Tenant, deps: Deps) -> Channel:
    old = outdated(link, tenant, deps)
    known = usable(link, tenant)
    there_are = [channel for channel in known if channel not in old]
    wanted = [asked] if asked else resend_candidates(link, there_are)
    if old and not set(wanted) & set(there_are) and (asked is None or asked in known):
        raise InvalidRequest([Problem.of("channel", "address_changed")])
    addresses = {channel: link.address(channel) or "" for channel in wanted if channel in there_are}
    bars = barred(tenant, addresses, deps, link.kind)
    for channel in addresses:
        if channel not in bars:
            return channel
    raise InvalidRequest([Problem.of("channel", "no_channel")])
