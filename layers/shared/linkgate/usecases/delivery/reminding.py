"""Remind a recipient of a link that was sent and is not finished."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linkgate.model.delivery_rules import LAST_START
from linkgate.model.link import Occasion
from linkgate.ports.links import NotChanged
from linkgate.usecases.delivery.channels import reminder_channel
from linkgate.usecases.delivery.on_file import outdated
from linkgate.usecases.delivery.sending import FurtherMessage, has_a_turn, send_again

if TYPE_CHECKING:
    from linkgate.model.delivery_tasks import Remind
    from linkgate.ports.deps import Deps


def remind(task: Remind, deps: Deps) -> None:
    """Send one reminder for all that are due and not done with, so that an outage of ours ends in one message.

    None is sent once the link is submitted, revoked, expired or otherwise closed. None is sent over a channel whose
    message bounced, was refused or is still being tried, to an address that the contact gave up, or to anybody who
    complained or wants no surveys.
    """
    link, now = deps.links.get(task.rid), deps.now()
    tenant = deps.tenants.tenant(link.tenant) if link else None
    if link is None or tenant is None or link.closed(now) or link.renewed_as or link.expires_at - LAST_START <= now:
        return
    if link.unsubscribed or link.disowned_at:
        return
    due = sum(1 for reminder in link.reminders if reminder <= now)
    if due <= link.reminded:
        return
    channel = reminder_channel(link, tenant, outdated(link, tenant, deps))
    if channel is None:
        return
    if not has_a_turn(task, link, channel, deps):
        return
    message = FurtherMessage(channel=channel, occasion=Occasion.REMINDER, reminded=due)
    try:
        send_again(link, message, tenant, deps)
    except NotChanged:
        return
