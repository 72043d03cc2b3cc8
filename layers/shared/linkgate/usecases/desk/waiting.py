"""A customer calls by coming, waits, and leaves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linkgate.model.live import CLAIM_LEASE, LineEntry, Reason, Side
from linkgate.model.tenant import PATIENCE, Category
from linkgate.ports.desk import RoomChanged
from linkgate.usecases.desk.ending import end_call
from linkgate.usecases.desk.telling import Step, tell_desks

if TYPE_CHECKING:
    from datetime import datetime

    from linkgate.model.link import Link
    from linkgate.model.live import Room
    from linkgate.ports.deps import Deps


def missed_from(room: Room, deps: Deps) -> datetime:
    """Return the time from which a waiting call that nobody takes counts as missed, by its queue's patience.

    A line of one agent has the patience of a category that says nothing.
    """
    category = deps.tenants.definition(Category, room.tenant, room.queue)
    return room.waiting_at + (category.patience if category else PATIENCE)


def enter(link: Link, visit: str, deps: Deps, *, again: bool = False) -> Step:
    """Let a customer wait, or return the call that goes on.

    After a call, only a new visit or a wish (`again`) begins another. Nothing else does: a page that reconnects must
    not call anew.
    """
    before = room = deps.rooms.get(link.rid)
    if room is None or (not room.on and (again or room.visit != visit)):
        room = _call(link, visit, room, deps)
    if not room.waiting:
        return Step(room)
    # A fault may have come between this and an earlier try. Later, the looks go on by themselves.
    new = room != before or room.waiting_at + CLAIM_LEASE > deps.now()
    return Step(room, (tell_desks(room.tenant, room.queue, deps),), missed_from(room, deps) if new else None)


def _call(link: Link, visit: str, before: Room | None, deps: Deps) -> Room:
    now = deps.now()
    place = LineEntry(
        tenant=link.tenant,
        queue=link.definition_id,
        rid=link.rid,
        call=before.call + 1 if before else 1,
        turn=0,
        entered_at=now,
    )
    # The line first: an entry without a call is dropped, but nobody would ever hear of a call without an entry.
    deps.lines.put(place, now)
    try:
        return deps.rooms.enter(link, visit, place.queue, before, now)
    except RoomChanged as changed:
        if changed.stored is None or not changed.stored.on:
            raise
        if changed.stored.place != place:  # in the same millisecond, both have the same place
            deps.lines.delete(place)
        return changed.stored


def leave(rid: str, deps: Deps) -> Step | None:
    """End the customer's call because they leave. Returns None if there is none."""
    return end_call(rid, Side.CUSTOMER, Reason.LEFT, deps)


def settle_line(room: Room, deps: Deps) -> None:
    """Put a waiting customer back in line, if a fault or a reader took the place away."""
    if room.waiting and room.waiting_at + CLAIM_LEASE <= deps.now():
        deps.lines.put(room.place, deps.now())
