"""Keeping a tenant's links no longer than promised, and proof of it.

DynamoDB deletes items by their TTL within a few days. The sweep looks at every link that could be past its end by then;
where all went well it finds none.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from linkgate.lazy_dataclass import dataclass
from linkgate.ports.lists import LinkList
from linkgate.ports.measures import Measure, Metric
from linkgate.usecases.link_lists import BEGINNING, PAGE_LIMIT
from linkgate.usecases.transactions import links_of_transaction

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from linkgate.model.link import Link
    from linkgate.model.tenant import Tenant
    from linkgate.ports.deps import Deps

TTL_LAG = timedelta(days=3)
"""After its end an item may still be there: "within a few days" is what DynamoDB promises."""


@dataclass(frozen=True, slots=True)
class Swept:
    """What a sweep found; `complete` is False where its time ran out."""

    looked_at: int
    overdue: int
    """Links that were still there, too long after their end."""
    deleted: int
    """Items taken away with them."""
    complete: bool


def sweep_all(deps: Deps, deadline: datetime) -> Iterator[Mapping[str, object]]:
    """What was found of each tenant, until the deadline."""
    for tenant in deps.retention.tenants():
        swept = sweep(tenant, deps, deadline)
        deps.measure([Measure(Metric.LINKS_OVERDUE, swept.overdue, tenant=tenant.id)])
        yield {
            "tenant": tenant.id,
            "looked_at": swept.looked_at,
            "overdue": swept.overdue,
            "deleted": swept.deleted,
            "complete": swept.complete,
        }


def sweep(tenant: Tenant, deps: Deps, deadline: datetime | None = None, *, delete: bool = True) -> Swept:
    """Delete what the tenant's links left beyond their retention; may be repeated at any time."""
    before = deps.now() - TTL_LAG
    looked_at = overdue = deleted = 0
    for link in _old_links(tenant, before, deps):
        if deadline is not None and deps.now() >= deadline:
            return Swept(looked_at, overdue, deleted, complete=False)
        looked_at += 1
        if link.ttl < before:
            overdue += 1
            # Roles first: the link is what they are found by.
            for each in reversed(links_of_transaction(link, deps) if delete else []):
                deleted += deps.retention.delete_ended(each.rid, before)
    return Swept(looked_at, overdue, deleted, complete=True)


def _old_links(tenant: Tenant, before: datetime, deps: Deps) -> Iterator[Link]:
    """Links so old that their end may lie before then: a link is kept for the tenant's retention at least."""
    until = before - timedelta(days=tenant.retention_days)
    which = LinkList(tenant=tenant.id, since=BEGINNING, until=until)
    position = None
    while True:
        page = deps.lists.page(which, position, PAGE_LIMIT)
        yield from page.links
        position = page.following
        if position is None:
            return
