"""Agents come on duty and go off."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linkgate.lazy_dataclass import dataclass
from linkgate.model.live import SEAT_LEASE, SEATS_RUNG, SHOWN_IN_LINE, Seat, own_queue
from linkgate.model.tenant import Agent
from linkgate.ports.desk import SeatChanged
from linkgate.usecases.desk.telling import tell_desks, tell_waiting

if TYPE_CHECKING:
    from collections.abc import Sequence

    from linkgate.ports.deps import Deps
    from linkgate.usecases.desk.telling import Tell


@dataclass(frozen=True, slots=True)
class AtDesk:
    """An agent at a desk, as the desk's link shows."""

    tenant: str
    agent: str
    desk: str
    """The rid of the desk's link."""
    person: str | None = None
    """Id of the person who opened it at the console."""


def queues_of(at: AtDesk, deps: Deps) -> frozenset[str]:
    """Return the queues that an agent's definition names."""
    agent = deps.tenants.definition(Agent, at.tenant, at.agent)
    return agent.queues if agent else frozenset()


def come_on_duty(at: AtDesk, queues: frozenset[str], deps: Deps) -> Sequence[Tell]:
    """Put an agent on duty for these queues and their own, and say who waits in each."""
    now = deps.now()
    served = queues | {own_queue(at.agent)}
    seat = Seat(
        tenant=at.tenant,
        agent=at.agent,
        on_duty=True,
        lease=now + SEAT_LEASE,
        desk=at.desk,
        person=at.person,
        queues=served,
        free_since=now,
    )
    deps.seats.sit(seat)
    return [tell_desks(at.tenant, queue, deps) for queue in sorted(served)]


def open_desk(at: AtDesk, visit: str, connection: str, deps: Deps) -> Sequence[str]:
    """Note that a browser opened the agent's desk. Returns connections of the oldest ones that are too many."""
    return deps.seats.open_desk(at.tenant, at.agent, visit, connection, deps.now())


def told_who_wait(at: AtDesk, deps: Deps) -> Sequence[Tell]:
    """Tell those who wait that somebody is at the desk, in the queues where this agent is the first."""
    seat, now = deps.seats.get(at.tenant, at.agent), deps.now()
    return [
        each
        for queue in sorted(seat.queues if seat else ())
        if not any(other.there(now) and other.agent != at.agent for other in deps.seats.serving(at.tenant, queue))
        for each in tell_waiting(at.tenant, queue, deps)
    ]


def go_off_duty(at: AtDesk, deps: Deps) -> bool:
    """Take an agent off duty. A call goes on. Returns False if the agent never was on duty."""
    try:
        deps.seats.rise(at.tenant, at.agent)
    except SeatChanged:
        return False
    return True


def beat(at: AtDesk, deps: Deps) -> bool:
    """Let an agent count as there for another while. Returns False if they are off duty, or have a newer desk.

    Calls that the agent is in last while the seat does, also off duty. So nothing else has to be written.
    """
    try:
        return deps.seats.beat(at.tenant, at.agent, at.desk, deps.now() + SEAT_LEASE).on_duty
    except SeatChanged:
        return False


def rung(tenant: str, queue: str, deps: Deps) -> Sequence[Seat]:
    """Return the seats that are told of a change in a queue: those there, or the longest free of very many."""
    now = deps.now()
    there = [seat for seat in deps.seats.serving(tenant, queue) if seat.there(now)]
    if len(there) <= SEATS_RUNG:
        return there
    free = [seat for seat in there if seat.claim is None]
    return sorted(free, key=lambda seat: seat.free_since or now)[:SHOWN_IN_LINE]
