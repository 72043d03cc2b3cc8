"""Keep a tenant's links no longer than promised, and prove it.

DynamoDB deletes items by their TTL within a few days. The sweep then checks every link that could be past its end. If
all went well, it finds none.
"""

from __future__ import annotations

import heapq
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from linkgate.lazy_dataclass import dataclass
from linkgate.model.epoch import MILLISECOND
from linkgate.model.link import lists_of
from linkgate.ports.management import LinkList, SweepMark
from linkgate.ports.measures import Measure, Metric
from linkgate.usecases.families import with_roles
from linkgate.usecases.management.link_lists import BEGINNING, each_link

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from linkgate.model.link import Link
    from linkgate.model.tenant import Tenant
    from linkgate.ports.deps import Deps

TTL_LAG = timedelta(days=3)
"""Time that an item may outlive its end. DynamoDB promises to delete it "within a few days"."""

_NEVER = datetime.min.replace(tzinfo=UTC)
_ALL = SweepMark(BEGINNING)


@dataclass(frozen=True, slots=True)
class Swept:
    """Result of a sweep. `complete` is False if its time ran out."""

    looked_at: int
    overdue: int
    """Number of links that were still there too long after their end."""
    deleted: int
    """Number of items deleted with them."""
    complete: bool
    mark: SweepMark
    """Place where the next sweep begins."""


def sweep_all(deps: Deps, deadline: datetime) -> Iterator[Mapping[str, object]]:
    """Sweep each tenant once a day (UTC) until the deadline, and yield each result.

    Tenants that have waited longest come first, and each gets an equal share of the time. The time that is left then
    goes to those who need more. Runs of the same day, and of the next one, go on where the last one ended.

    Raises the first error, after all tenants have had their turn.
    """
    tenants = list(deps.retention.tenants())
    marks = dict(deps.retention.marks([tenant.id for tenant in tenants]))
    today = deps.now().date()
    due = sorted(tenants, key=lambda tenant: _ended_at(tenant, marks))
    due = [tenant for tenant in due if _ended_at(tenant, marks).date() < today]
    failures: list[Exception] = []
    while due and deps.now() < deadline:
        unfinished = []
        for done, tenant in enumerate(due):
            if (now := deps.now()) >= deadline:
                break
            try:
                swept = _go_on(tenant, marks, deps, now + (deadline - now) / (len(due) - done))
            except Exception as error:  # noqa: BLE001 - one tenant's links must not keep the others from their turn
                failures.append(error)
                yield {"tenant": tenant.id, "complete": False, "error": type(error).__name__}
                continue
            if not swept.complete:
                unfinished.append(tenant)
            yield {
                "tenant": tenant.id,
                "looked_at": swept.looked_at,
                "overdue": swept.overdue,
                "deleted": swept.deleted,
                "complete": swept.complete,
            }
        due = unfinished
    if failures:
        raise failures[0]


def _ended_at(tenant: Tenant, marks: Mapping[str, SweepMark]) -> datetime:
    mark = marks.get(tenant.id)
    return (mark.ended_at if mark else None) or _NEVER


def _go_on(tenant: Tenant, marks: dict[str, SweepMark], deps: Deps, deadline: datetime) -> Swept:
    """Sweep a tenant from where its last sweep ended, and record how far it came."""
    swept = sweep(tenant, deps, deadline, begin=marks.get(tenant.id, _ALL))
    deps.measure([Measure(Metric.LINKS_OVERDUE, swept.overdue, tenant=tenant.id)])
    deps.retention.mark(tenant.id, swept.mark)
    marks[tenant.id] = swept.mark
    return swept


def sweep(
    tenant: Tenant, deps: Deps, deadline: datetime | None = None, *, begin: SweepMark = _ALL, delete: bool = True
) -> Swept:
    """Delete the tenant's links, and their items, that are beyond their retention. May be repeated at any time.

    It goes from the newest to the oldest link that could have ended. `begin` says where it goes on, and how far back
    there are links. Once begun, it looks at one link or month at least, whatever the deadline.
    """
    before = deps.now() - TTL_LAG
    newest = before - timedelta(days=tenant.retention_days)  # each link is kept at least for the tenant's retention
    reached = oldest = min(begin.reached or newest, newest)
    looked_at = overdue = deleted = 0
    late = False
    while reached > begin.oldest and not late:
        month = _month_before(reached, begin.oldest)
        for link in _made(tenant, month, reached, deps):
            # Only between two milliseconds, because that is how a mark tells where to go on.
            if late := looked_at > 0 and link.created_at < reached and _is_late(deadline, deps):
                break
            looked_at += 1
            reached = oldest = link.created_at
            if link.ttl < before:
                overdue += 1
                # Roles go first, because they are found through their link.
                for each in reversed(with_roles(link, deps) if delete else []):
                    deleted += deps.retention.delete_ended(each.rid, before)
        else:
            reached = month
            late = reached > begin.oldest and _is_late(deadline, deps)
    mark = SweepMark(max(begin.oldest, oldest), None, deps.now())
    if late:
        mark = SweepMark(begin.oldest, reached, begin.ended_at)
    return Swept(looked_at, overdue, deleted, complete=not late, mark=mark)


def _is_late(deadline: datetime | None, deps: Deps) -> bool:
    return deadline is not None and deps.now() >= deadline


def _month_before(until: datetime, since: datetime) -> datetime:
    """Return the start of the month in which `until` is, or ends, but not before `since`. Lists are kept by month."""
    last = until - MILLISECOND
    return max(since, datetime(last.year, last.month, 1, tzinfo=UTC))


def _made(tenant: Tenant, since: datetime, until: datetime, deps: Deps) -> Iterator[Link]:
    """Return the links that were made in that time, newest first. Test links are among them."""
    lists = [
        each_link(LinkList(lists=lists_of(tenant.id, test=test), since=since, until=until), deps)
        for test in (False, True)
    ]
    return heapq.merge(*lists, key=lambda link: link.created_at, reverse=True)
