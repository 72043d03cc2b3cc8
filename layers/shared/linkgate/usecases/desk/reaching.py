"""Find the browsers of those who are to be told something about a call, and push it to them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linkgate.model.live import Attendance
from linkgate.model.live_tasks import Look
from linkgate.model.presence import silenced
from linkgate.usecases.desk.calls import call_of
from linkgate.usecases.desk.duty import AtDesk, rung
from linkgate.usecases.desk.telling import Customer, Desk, Desks
from linkgate.usecases.live.telling import tell

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from linkgate.model.live import Room
    from linkgate.model.presence import Presence
    from linkgate.ports.deps import Deps
    from linkgate.usecases.desk.telling import Step, Tell
    from linkgate.usecases.live.senders import Sender


def settle(step: Step | None, deps: Deps) -> None:
    """Tell everybody whom a step concerns, and have the call looked at later."""
    if step is None:
        return
    tell_all(step.tells, deps)
    if step.look_at:
        room = step.room
        deps.live_tasks.put([Look(room.rid, room.call, room.turn, step.look_at)], deps.now())


def tell_all(tells: Sequence[Tell], deps: Deps) -> None:
    """Push each frame to those who get it."""
    for each in tells:
        tell(reach(each.to, deps), each.frame, deps, each.confided)


def reach(to: Desks | Customer | Desk, deps: Deps) -> Sequence[Presence]:
    """Return the browsers that may be told. None is whose link has ended."""
    if isinstance(to, Desks):
        rids = [seat.desk for seat in rung(to.tenant, to.queue, deps)]
    elif isinstance(to, Desk):
        seat = deps.seats.get(to.tenant, to.agent)
        rids = [seat.desk] if seat else []
    else:
        rids = [to.rid]
    links, now = deps.links.several(rids) if rids else {}, deps.now()
    alive = [link for link in links.values() if silenced(link, now) is None]
    return [each for link in alive for each in deps.presences.of(link.master_rid) if each.rid == link.rid]


def peer_of(sender: Sender, deps: Deps) -> tuple[Room, Sequence[Presence]] | None:
    """Return the sender's call and the browsers at its other end, or None if the sender is in no call."""
    room = joined_call(sender, deps)
    if room is None:
        return None
    if room.seat is None or desk_of(sender):
        return room, reach(Customer(room.rid), deps)
    return room, reach(Desk(room.tenant, room.seat), deps)


def joined_call(sender: Sender, deps: Deps) -> Room | None:
    """Return the call in which the sender talks to somebody, as its customer or its agent."""
    if at := desk_of(sender):
        return call_of(at, deps)
    room = deps.rooms.get(sender.link.rid)
    return room if room and room.on and room.seat is not None else None


def desk_of(sender: Sender) -> AtDesk | None:
    """Return the desk of a sender who is an agent."""
    agent = sender.connection.agent
    if agent is None:
        return None
    return AtDesk(sender.link.tenant, agent, sender.link.rid, sender.connection.person)


def tell_of_side(presence: Presence, deps: Deps) -> None:
    """Tell the other end of a call whether the end of this browser can be reached. Nothing else changes."""
    link = deps.links.get(presence.rid)
    if link is None:
        return
    if presence.agent is None:
        room = deps.rooms.get(link.rid)
    else:
        room = call_of(AtDesk(link.tenant, presence.agent, link.rid), deps)
    if room is None or not room.on or room.seat is None:
        return
    mine: Desk | Customer = Customer(room.rid)
    theirs: Desk | Customer = Desk(room.tenant, room.seat)
    if presence.agent is not None:
        mine, theirs = theirs, mine
    here = any(each.connected for each in reach(mine, deps))
    tell(reach(theirs, deps), {"t": "side", "call": room.call, "here": here}, deps)


def attendance(room: Room, deps: Deps) -> Attendance:
    """Return until when each side of a call counts as there.

    Beats of an agent prolong the seat only. A browser that has just come to the desk has not given one yet.
    """
    seat = deps.seats.get(room.tenant, room.seat) if room.seat else None
    agent = [seat.lease, *_leases(seat.desk, deps)] if seat else ()
    return Attendance(max(_leases(room.rid, deps), default=None), max(agent, default=None))


def _leases(rid: str, deps: Deps) -> Sequence[datetime]:
    link = deps.links.get(rid)
    return [each.lease for each in deps.presences.of(link.master_rid) if each.rid == rid] if link else ()
