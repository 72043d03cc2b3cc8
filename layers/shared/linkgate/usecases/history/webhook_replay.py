"""Replay events to a webhook. They are rebuilt from the timelines, with their old ids."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from linkgate.model.link import lists_of
from linkgate.model.policy import TIERS
from linkgate.ports.management import LinkList
from linkgate.usecases.history.link_history import event_of
from linkgate.usecases.history.webhook_notices import notice_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from linkgate.model.link import Link
    from linkgate.model.tenant import Tenant
    from linkgate.model.webhook import Webhook
    from linkgate.ports.deps import Deps
    from linkgate.ports.history import Event

PAGE = 100


def events_of(link: Link, webhook: Webhook, deps: Deps) -> list[Event]:
    """Return the events of a link that the webhook wants, in order. Those of test links are for test webhooks."""
    if link.test != webhook.test:
        return []
    entries, _ = deps.timeline.read(link.rid)
    return [event for entry in entries if webhook.wants((event := event_of(link, entry)).kind)]


def links_told(tenant: Tenant, webhook: Webhook, since: datetime, until: datetime) -> LinkList:
    """Return the list of links to which anything can have happened between two moments.

    Nothing happens to a link after its retention ends, so older ones are left out.
    """
    longest = max(tier.greatest_life for tier in (*TIERS.values(), *tenant.tiers.values()))
    oldest = since - longest - timedelta(days=tenant.retention_days)
    return LinkList(lists=lists_of(tenant.id, test=webhook.test), since=oldest, until=until)


def events_between(
    tenant: Tenant, webhook: Webhook, since: datetime, until: datetime, deps: Deps
) -> Iterator[tuple[int, list[Event]]]:
    """Yield events of the tenant's links from `since` until before `until`, one page of links at a time.

    Each page is the number of links read and their events.
    """
    which, position = links_told(tenant, webhook, since, until), None
    while True:
        page = deps.lists.page(which, position, PAGE)
        events = [event for link in page.links for event in events_of(link, webhook, deps) if since <= event.at < until]
        yield len(page.links), events
        position = page.following
        if position is None:
            return


def replay(events: Sequence[Event], webhook: Webhook, deps: Deps) -> None:
    """Queue events for the webhook again. Raises Unavailable, and ValueError for another tenant's events."""
    now = deps.now()
    if events:
        deps.webhook_queue.put([notice_of(event, webhook, now) for event in events], now)
