"""End calls, by either side or because the link ends."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linkgate.model.live import Ending, Reason, Side
from linkgate.ports.desk import RoomChanged
from linkgate.usecases.desk.telling import Step, tell_both, tell_desks

if TYPE_CHECKING:
    from linkgate.model.live import Room
    from linkgate.ports.deps import Deps


def end_call(rid: str, by: Side, reason: Reason, deps: Deps) -> Step | None:
    """End a call whatever its state is. Returns None if none goes on."""
    room = deps.rooms.get(rid)
    while room is not None and room.on:
        try:
            ended = deps.rooms.end(room, Ending(deps.now(), by, reason))
        except RoomChanged as changed:
            # An agent joined or transferred it meanwhile, each of which happens once, so this comes to an end.
            room = changed.stored
        else:
            return settle_ended(ended, deps)
    return None


def settle_ended(room: Room, deps: Deps) -> Step:
    """Free the agent or the place in line of a call that ended, and say who is told."""
    if room.seat is None:
        deps.lines.delete(room.place)
        return Step(room, (*tell_both(room, deps), tell_desks(room.tenant, room.queue, deps)))
    deps.seats.release(room.tenant, room.seat, room.claim or "", deps.now())
    return Step(room, tell_both(room, deps))


def close_room(rid: str, deps: Deps) -> Step | None:
    """End a call because its link has ended."""
    return end_call(rid, Side.LINKGATE, Reason.CLOSED, deps)
