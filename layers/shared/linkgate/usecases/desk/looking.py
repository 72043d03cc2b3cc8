"""Look at a call from time to time: whether somebody stayed away, or nobody takes it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linkgate.model.live import LOOK_EVERY, ending_of
from linkgate.model.presence import PRESENCE_LEASE, silenced
from linkgate.ports.desk import RoomChanged
from linkgate.usecases.desk.duty import rung
from linkgate.usecases.desk.ending import close_room, settle_ended
from linkgate.usecases.desk.telling import Step, tell_desks
from linkgate.usecases.desk.waiting import missed_from, settle_line

if TYPE_CHECKING:
    from linkgate.model.live import Attendance, Room
    from linkgate.model.live_tasks import Look
    from linkgate.ports.deps import Deps


def look(task: Look, there: Attendance, deps: Deps) -> Step | None:
    """Settle how a call stands. Returns None if that wait or talk is over, which needs no further look."""
    room = deps.rooms.get(task.rid)
    if room is None or (room.call, room.turn) != (task.call, task.turn) or not room.on:
        return None
    link = deps.links.get(task.rid)
    if link is None or silenced(link, deps.now()):
        return close_room(task.rid, deps)
    ending = ending_of(room, there, PRESENCE_LEASE, deps.now())
    if ending is None:
        return _goes_on(room, deps)
    try:
        return settle_ended(deps.rooms.end(room, ending), deps)
    except RoomChanged:
        return Step(room, look_at=deps.now() + LOOK_EVERY)


def _goes_on(room: Room, deps: Deps) -> Step:
    now = deps.now()
    following = now + LOOK_EVERY
    if not room.waiting:
        return Step(room, look_at=following)
    settle_line(room, deps)
    if room.missed_at is None:
        if (missed := missed_from(room, deps)) > now:
            following = missed
        elif any(seat.claim is None for seat in rung(room.tenant, room.queue, deps)):
            try:
                room = deps.rooms.miss(room, now)
            except RoomChanged:
                return Step(room, look_at=following)
    return Step(room, (tell_desks(room.tenant, room.queue, deps),), following)
