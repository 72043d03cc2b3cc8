"""From events to what each of a tenant's webhooks is to be told."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from linkgate.model.moments import utc
from linkgate.model.webhook import Notice

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from linkgate.model.webhook import Webhook
    from linkgate.ports.background import Event
    from linkgate.ports.deps import Deps


def notify(events: Sequence[Event], deps: Deps) -> None:
    """Hand events on to those webhooks of their own tenant that want them. Raises Unavailable.

    A tenant without webhooks costs one cached read. Handing on twice is harmless: the event keeps its id.
    """
    now = deps.now()
    notices = [
        notice_of(event, webhook, now)
        for event in events
        for webhook in deps.webhooks.of(tenant_of(event))
        if webhook.wants(event.kind)
    ]
    if notices:
        deps.webhook_queue.put(notices, now)


def tenant_of(event: Event) -> str:
    """Whose event it is."""
    return str(event.detail["tenant"])


def notice_of(event: Event, webhook: Webhook, now: datetime) -> Notice:
    """What one webhook is told of an event. Raises ValueError for another tenant's."""
    if webhook.tenant != tenant_of(event):
        raise ValueError("an event of another tenant")
    return Notice(tenant=webhook.tenant, webhook=webhook.id, event=event.id, body=event_body(event), not_before=now)


def event_body(event: Event) -> str:
    """JSON as Standard Webhooks have it: type, timestamp, data. The same text whenever it is made."""
    data = {name: value for name, value in event.detail.items() if name not in {"type", "at", "data"}}
    if "data" in event.detail:
        data["details"] = event.detail["data"]
    return json.dumps({"type": event.kind, "timestamp": utc(event.at), "data": data}, separators=(",", ":"))
