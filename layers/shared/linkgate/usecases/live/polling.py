"""Take part without a socket: messages are posted, and those for the browser are fetched every few seconds.

It costs more than a socket and is slower. The page falls back to it where the network blocks sockets.
"""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING

from linkgate.errors import NotFound, Throttled, VisitEnded
from linkgate.lazy_dataclass import dataclass
from linkgate.model.policy import SUBMIT_GRACE
from linkgate.model.presence import (
    MOST_PRESENCES,
    POLLS,
    PRESENCE_LEASE,
    Connection,
    Presence,
    has_channel,
    silenced,
)
from linkgate.usecases.live.budget import refuse_over_budget
from linkgate.usecases.visits.visit import visited

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from linkgate.model.link import Link
    from linkgate.ports.deps import Deps
    from linkgate.usecases.visits.visit import Visit

OVERLAP = timedelta(seconds=3)
"""Time before the newest message that is fetched again: clocks of two functions differ. Keys tell repeats apart."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """Messages for a browser by their keys, and the moment from which it fetches the next ones."""

    messages: Sequence[tuple[str, object]]
    until: datetime


def polling_connection(visit: Visit | None, deps: Deps, *, joins: bool) -> str:
    """Return the connection of a browser that polls. With `joins`, it enters its room first.

    Raises VisitEnded, LinkClosed, NotFound for a link without a channel, and Throttled.
    """
    link = _live_link(visit, deps)
    if visit is None:
        raise VisitEnded
    id_ = f"{POLLS}{link.master_rid}.{visit.hash}"
    if joins:
        refuse_over_budget(link.tenant, deps)
        _join(link, visit.hash, id_, deps)
    return id_


def fetch(visit: Visit | None, since: datetime, deps: Deps) -> Fetched:
    """Return a browser's messages since a moment. Changes nothing. Raises the errors of `polling_connection`."""
    link, now = _live_link(visit, deps), deps.now()
    found = deps.mailbox.after(link.master_rid, visit.hash, since - OVERLAP) if visit else ()
    return Fetched([(key, json.loads(text)) for key, text in found], now)


def _live_link(visit: Visit | None, deps: Deps) -> Link:
    link = visited(visit, deps, SUBMIT_GRACE)
    if not has_channel(link):
        raise NotFound("room")
    if closed := silenced(link, deps.now()):
        raise closed
    return link


def _join(link: Link, visit: str, id_: str, deps: Deps) -> None:
    now = deps.now()
    there = deps.presences.of(link.master_rid)
    mine = next((each for each in there if each.visit == visit), None)
    if mine and mine.connection == id_ and mine.here(now):
        return
    if mine is None and sum(each.here(now) for each in there) >= MOST_PRESENCES:
        raise Throttled(int(PRESENCE_LEASE.total_seconds()))
    connection = Connection(id_, link.rid, link.master_rid, visit, link.role or "", now)
    presence = Presence(link.master_rid, visit, link.rid, link.role or "", id_, now + PRESENCE_LEASE)
    deps.presences.connect(connection, presence)
