"""An agent takes a call, exactly once under any race.

The room is the truth, and the seat's claim keeps one agent out of two rooms. The seat comes first: to take a room back
from a customer who was told that somebody is here is worse than an agent who is held up for `CLAIM_LEASE`.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from linkgate.errors import NotFound
from linkgate.lazy_dataclass import dataclass
from linkgate.model.live import LOOK_EVERY
from linkgate.ports.desk import RoomChanged, SeatChanged
from linkgate.tokens import token
from linkgate.usecases.desk.ending import close_room
from linkgate.usecases.desk.telling import Step, tell_both, tell_desks

if TYPE_CHECKING:
    from linkgate.model.live import Room, Seat
    from linkgate.ports.deps import Deps
    from linkgate.usecases.desk.duty import AtDesk


class Refusal(StrEnum):
    """Reason why an agent did not get a call."""

    TAKEN = "taken"  # somebody else is in it
    OVER = "over"  # it ended, or waits elsewhere
    OFF_DUTY = "off_duty"
    IN_A_CALL = "in_a_call"
    AGAIN = "again"  # another request of this agent is at it; try again soon


@dataclass(frozen=True, slots=True)
class Refused:
    """A call that an agent did not get. `by` is the agent who has it."""

    why: Refusal
    by: str | None = None


def accept(at: AtDesk, rid: str, deps: Deps) -> Step | Refused:
    """Join a waiting call. Repeated for a call that the agent is in, it tells the same again.

    Raises NotFound for a link that is not the tenant's.
    """
    link = deps.links.get(rid)
    if link is None or link.tenant != at.tenant:
        raise NotFound("link")
    if link.ended(deps.now()):
        close_room(rid, deps)
        return Refused(Refusal.OVER)
    seat = deps.seats.get(at.tenant, at.agent)
    if seat is None or not seat.there(deps.now()):
        return Refused(Refusal.OFF_DUTY)
    if seat.claim:
        held = deps.rooms.get(seat.busy or "")
        if held and held.answered_by(at.agent):
            return Step(held, tell_both(held, deps)) if held.rid == rid else Refused(Refusal.IN_A_CALL)
        if not seat.stale(held, deps.now()):
            return Refused(Refusal.AGAIN)
    return _join(seat, rid, deps)


def _join(seat: Seat, rid: str, deps: Deps) -> Step | Refused:
    claim = token(deps.random(16))
    try:
        deps.seats.claim(seat, rid, claim, deps.now())
    except SeatChanged as changed:
        there = changed.stored is not None and changed.stored.there(deps.now())
        return Refused(Refusal.AGAIN if there else Refusal.OFF_DUTY)
    try:
        room = deps.rooms.join(seat, rid, claim, deps.now())
    except RoomChanged as changed:
        deps.seats.release(seat.tenant, seat.agent, claim, deps.now())
        return _not_won(changed.stored)
    deps.lines.delete(room.place)
    tells = (*tell_both(room, deps), tell_desks(room.tenant, room.queue, deps))
    return Step(room, tells, deps.now() + LOOK_EVERY)


def _not_won(room: Room | None) -> Refused:
    return Refused(Refusal.TAKEN, room.seat) if room and room.on and room.seat else Refused(Refusal.OVER)
