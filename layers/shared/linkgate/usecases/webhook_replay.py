"""Telling a webhook again what happened: events made anew from the timelines, with the ids they had."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from linkgate.model.policy import TIERS
from linkgate.ports.lists import LinkList
from linkgate.usecases.link_history import event_of
from linkgate.usecases.webhook_notices import notice_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from linkgate.model.link import Link
    from linkgate.model.tenant import Tenant
    from linkgate.model.webhook import Webhook
    from linkgate.ports.background import Event
    from linkgate.ports.deps import Deps

PAGE = 100


def events_of(link: Link, webhook: Webhook, deps: Deps) -> list[Event]:
    """Those of a link that the webhook wants, in their order."""
    entries, _ = deps.timeline.read(link.rid)
    return [event for entry in entries if webhook.wants((event := event_of(link, entry)).kind)]


def events_between(
    tenant: Tenant, webhook: Webhook, since: datetime, until: datetime, deps: Deps
) -> Iterator[tuple[int, list[Event]]]:
    """What happened to the tenant's links from `since` on and before `until`, a page of links at a time.

    Each page: how many links were looked at, and their events. What happens to a link happens before its retention
    ends, so older links than that are not looked at.
    """
    longest = max(tier.greatest_life for tier in (*TIERS.values(), *tenant.tiers.values()))
    oldest = since - longest - timedelta(days=tenant.retention_days)
    which, position = LinkList(tenant=tenant.id, since=oldest, until=until), None
    while True:
        page = deps.lists.page(which, position, PAGE)
        events = [event for link in page.links for event in events_of(link, webhook, deps) if since <= event.at < until]
        yield len(page.links), events
        position = page.following
        if position is None:
            return


def replay(events: Sequence[Event], webhook: Webhook, deps: Deps) -> None:
    """Put events on the webhook's way again. Raises Unavailable, and ValueError for another tenant's events."""
    now = deps.now()
    if events:
        deps.webhook_queue.put([notice_of(event, webhook, now) for event in events], now)
