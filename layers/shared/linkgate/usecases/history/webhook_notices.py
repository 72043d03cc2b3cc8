"""Turn events into notices for a tenant's webhooks."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from linkgate.model.moments import utc
from linkgate.model.webhook import TEST, Notice
from linkgate.ports.history import Event

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from linkgate.model.webhook import Webhook
    from linkgate.ports.deps import Deps


def notify(events: Sequence[Event], deps: Deps) -> None:
    """Queue events for the webhooks of their own tenant that want them. Raises Unavailable.

    A tenant without webhooks costs one cached read. Queueing an event twice is harmless, because it keeps its id.
    """
    now = deps.now()
    notices = [
        notice_of(event, webhook, now)
        for event in events
        for webhook in deps.webhooks.of(tenant_of(event))
        if webhook.wants(event.kind) and webhook.test == event.test
    ]
    if notices:
        deps.webhook_queue.put(notices, now)


def tenant_of(event: Event) -> str:
    """Return the tenant that an event belongs to."""
    return str(event.detail["tenant"])


def notice_of(event: Event, webhook: Webhook, now: datetime) -> Notice:
    """Build the notice of an event for one webhook. Raises ValueError for another tenant's event."""
    if webhook.tenant != tenant_of(event):
        raise ValueError("an event of another tenant")
    return Notice(tenant=webhook.tenant, webhook=webhook.id, event=event.id, body=event_body(event), not_before=now)


def event_of_test(webhook: Webhook, random: bytes, now: datetime) -> Event:
    """Build an event that is about nothing, for the webhook alone. `random` is 16 bytes."""
    return Event(id=f"evt_{random.hex()}", kind=TEST, detail={"tenant": webhook.tenant, "webhook": webhook.id}, at=now)


def event_body(event: Event) -> str:
    """Build the JSON of Standard Webhooks: type, timestamp, data. The same event always gives the same text."""
    data = {name: value for name, value in event.detail.items() if name not in {"type", "at", "data"}}
    if "data" in event.detail:
        data["details"] = event.detail["data"]
    return json.dumps({"type": event.kind, "timestamp": utc(event.at), "data": data}, separators=(",", ":"))
