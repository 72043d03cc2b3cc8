"""Keep a tenant's links no longer than promised, and prove it.

DynamoDB deletes items by their TTL within a few days. The sweep then checks every link that could be past its end. If
all went well, it finds none.
"""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import TYPE_CHECKING

from linkgate.lazy_dataclass import dataclass
from linkgate.ports.management import LinkList
from linkgate.ports.measures import Measure, Metric
from linkgate.usecases.families import with_roles
from linkgate.usecases.management.link_lists import BEGINNING, PAGE_LIMIT

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from linkgate.model.link import Link
    from linkgate.model.tenant import Tenant
    from linkgate.ports.deps import Deps

TTL_LAG = timedelta(days=3)
"""Time that an item may outlive its end. DynamoDB promises to delete it "within a few days"."""


@dataclass(frozen=True, slots=True)
class Swept:
    """Result of a sweep. `complete` is False if its time ran out."""

    looked_at: int
    overdue: int
    """Number of links that were still there too long after their end."""
    deleted: int
    """Number of items deleted with them."""
    complete: bool


def sweep_all(deps: Deps, deadline: datetime) -> Iterator[Mapping[str, object]]:
    """Sweep every tenant until the deadline, and yield the result of each.

    Each gets an equal share of the time that is left, in another order each day, so that no tenant is always last.
    """
    today = f"{deps.now():%Y-%m-%d}"
    tenants = sorted(deps.retention.tenants(), key=lambda tenant: _place(tenant, today))
    for done, tenant in enumerate(tenants):
        now = deps.now()
        swept = sweep(tenant, deps, now + (deadline - now) / (len(tenants) - done))
        deps.measure([Measure(Metric.LINKS_OVERDUE, swept.overdue, tenant=tenant.id)])
        yield {
            "tenant": tenant.id,
            "looked_at": swept.looked_at,
            "overdue": swept.overdue,
            "deleted": swept.deleted,
            "complete": swept.complete,
        }


def _place(tenant: Tenant, today: str) -> str:
    return hashlib.sha256(f"{today}|{tenant.id}".encode()).hexdigest()


def sweep(tenant: Tenant, deps: Deps, deadline: datetime | None = None, *, delete: bool = True) -> Swept:
    """Delete the tenant's links, and their items, that are beyond their retention. May be repeated at any time."""
    before = deps.now() - TTL_LAG
    looked_at = overdue = deleted = 0
    for link in _old_links(tenant, before, deps):
        if deadline is not None and deps.now() >= deadline:
            return Swept(looked_at, overdue, deleted, complete=False)
        looked_at += 1
        if link.ttl < before:
            overdue += 1
            # Roles go first, because they are found through their link.
            for each in reversed(with_roles(link, deps) if delete else []):
                deleted += deps.retention.delete_ended(each.rid, before)
    return Swept(looked_at, overdue, deleted, complete=True)


def _old_links(tenant: Tenant, before: datetime, deps: Deps) -> Iterator[Link]:
    """Yield links old enough to have ended before then. Each is kept at least for the tenant's retention."""
    until = before - timedelta(days=tenant.retention_days)
    which = LinkList(tenant=tenant.id, since=BEGINNING, until=until)
    position = None
    while True:
        page = deps.lists.page(which, position, PAGE_LIMIT)
        yield from page.links
        position = page.following
        if position is None:
            return
