"""Sending a link's messages and recording what came of them."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from linkgate.model.link import Channel, Delivery, DeliveryState
from linkgate.ports import LinkNotice, NotChanged, Occasion

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from linkgate.model.link import Link
    from linkgate.model.tenant import Tenant
    from linkgate.ports import Deps, Outcome


LATEST_START = timedelta(seconds=6)
"""After the link was made: a provider call that starts later could outlive the function, and the caller its answer."""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A message about to be sent, with the secret that only it carries."""

    channel: Channel
    attempt: int
    secret: str = field(repr=False)
    occasion: Occasion = Occasion.FIRST

    @property
    def way(self) -> str:
        """The way out that the link keeps beside the secret's hash."""
        return f"{self.channel}:{self.attempt}"


def link_url(portal: str, rid: str, secret: str) -> str:
    """The link's address; the fragment never leaves a browser by itself."""
    return f"{portal}/l/{rid}#{secret}"


def send_now(link: Link, outgoing: Sequence[Outgoing], title: str, tenant: Tenant, deps: Deps) -> Link:
    """Send leased messages once each and record all outcomes in one write; returns the link with them.

    What is not tried, because too little of the lease is left, stays leased and is the delivery worker's.
    """
    done = [
        _recorded(link.deliveries[out.channel], deps.senders[out.channel].send_link(notice), deps.now())
        for out in outgoing
        if (notice := _notice(link, out, title, tenant)) and _time_suffices(link, out.channel, deps)
    ]
    if not done:
        return link
    try:
        deps.links.record_deliveries(link.rid, done)
    except NotChanged as refusal:
        # Feedback or the worker was there first; what they wrote is newer than what this call knows.
        return refusal.stored or link
    return dataclasses.replace(
        link, deliveries={**link.deliveries, **{delivery.channel: delivery for delivery in done}}
    )


def _notice(link: Link, out: Outgoing, title: str, tenant: Tenant) -> LinkNotice | None:
    address = link.address(out.channel)
    if address is None:
        return None
    return LinkNotice(
        channel=out.channel,
        tenant=tenant,
        kind=link.kind,
        to=address,
        url=link_url(link.portal, link.rid, out.secret),
        rid=link.rid,
        attempt=out.attempt,
        locale=link.recipient.locale,
        expires_at=link.expires_at,
        name=link.recipient.name,
        title=title,
        occasion=out.occasion,
    )


def _time_suffices(link: Link, channel: Channel, deps: Deps) -> bool:
    now, lease = deps.now(), link.deliveries[channel].due
    return now - link.created_at <= LATEST_START and lease is not None and lease - now > deps.senders[channel].timeout


def _recorded(delivery: Delivery, outcome: Outcome, now: datetime) -> Delivery:
    went_out = outcome.state in {DeliveryState.SENT, DeliveryState.UNKNOWN}
    return dataclasses.replace(
        delivery,
        state=outcome.state,
        message_id=outcome.message_id,
        reason=outcome.reason,
        copies=delivery.copies + went_out,
        due=now if outcome.state in {DeliveryState.DELAYED, DeliveryState.UNKNOWN} else None,
        at=now,
    )
