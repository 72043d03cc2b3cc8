"""Steps of an agent within a call: transfer it or end it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linkgate.errors import NotFound
from linkgate.model.live import Ending, Reason, Side, own_queue
from linkgate.model.tenant import Category
from linkgate.ports.desk import RoomChanged
from linkgate.usecases.desk.ending import settle_ended
from linkgate.usecases.desk.telling import Desk, Step, Tell, room_frame, tell_both, tell_desks
from linkgate.usecases.desk.waiting import missed_from

if TYPE_CHECKING:
    from linkgate.model.live import Room
    from linkgate.ports.deps import Deps
    from linkgate.usecases.desk.duty import AtDesk


def call_of(at: AtDesk, deps: Deps) -> Room | None:
    """Return the call that an agent is in."""
    seat = deps.seats.get(at.tenant, at.agent)
    room = deps.rooms.get(seat.busy) if seat and seat.busy else None
    return room if room and room.answered_by(at.agent) else None


def end(at: AtDesk, deps: Deps) -> Step | None:
    """End the agent's call. Returns None if they are in none."""
    room = call_of(at, deps)
    if room is None:
        return None
    try:
        ended = deps.rooms.end(room, Ending(deps.now(), Side.AGENT, Reason.ENDED))
    except RoomChanged:
        return None
    return settle_ended(ended, deps)


def transfer(at: AtDesk, to: str, deps: Deps) -> Step | None:
    """Let the customer wait for another queue, or for an agent (`@` and their id), at the place of their coming.

    Returns None if the agent is in no call. Raises NotFound if there is no such queue, or the agent is not on duty.
    """
    room = call_of(at, deps)
    if room is None:
        return None
    if to == own_queue(at.agent) or not _exists(at.tenant, to, deps):
        raise NotFound("queue")
    try:
        waiting = deps.rooms.transfer(room, to, deps.now())
    except RoomChanged:
        return None
    # After the room, because its new place has the number of the transfer. A look repairs what a fault leaves out.
    deps.lines.put(waiting.place, deps.now())
    deps.seats.release(at.tenant, at.agent, room.claim or "", deps.now())
    mine = Tell(Desk(at.tenant, at.agent), {**room_frame(waiting), "state": "transferred"})
    tells = (*tell_both(waiting, deps), mine, tell_desks(at.tenant, to, deps))
    return Step(waiting, tells, missed_from(waiting, deps))


def _exists(tenant: str, queue: str, deps: Deps) -> bool:
    if queue.startswith(own_queue("")):
        seat = deps.seats.get(tenant, queue.removeprefix(own_queue("")))
        return seat is not None and seat.there(deps.now())
    return deps.tenants.definition(Category, tenant, queue) is not None
