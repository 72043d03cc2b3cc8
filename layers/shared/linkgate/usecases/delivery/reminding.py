"""Remind a recipient of a link that was sent and is not finished."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linkgate.model.link import Occasion
from linkgate.model.redelivery import LAST_START
from linkgate.ports.delivery import Start
from linkgate.ports.links import NotChanged
from linkgate.tokens import secret_hash, token
from linkgate.usecases.delivery.channels import reminder_channel
from linkgate.usecases.delivery.sending import Outgoing, leased, send_now
from linkgate.usecases.subjects import title_of

if TYPE_CHECKING:
    from linkgate.model.delivery_tasks import Remind
    from linkgate.ports.deps import Deps


def remind(task: Remind, deps: Deps) -> None:
    """Send one reminder for all that are due and not done with, so that an outage of ours ends in one message.

    None is sent once the link is submitted, revoked, expired or otherwise closed. None is sent over a channel whose
    message bounced, was refused or is still being tried, or to anybody who complained.
    """
    link, now = deps.links.get(task.rid), deps.now()
    tenant = deps.tenants.tenant(link.tenant) if link else None
    if link is None or tenant is None or link.closed(now) or link.renewed_as or link.expires_at - LAST_START <= now:
        return
    due = sum(1 for reminder in link.reminders if reminder <= now)
    channel = reminder_channel(link, tenant)
    if due <= link.reminded or channel is None:
        return
    seen = link.deliveries[channel]
    out = Outgoing(channel, seen.attempt + 1, token(deps.random(16)), Occasion.REMINDER)
    start = Start(leased(out, now), seen, secret_hash(link.rid, out.secret), out.way, reminded=due)
    try:
        begun = deps.deliveries.begin(link.rid, start, now)
    except NotChanged:
        return
    send_now(begun, [out], title_of(begun, deps), tenant, deps)
