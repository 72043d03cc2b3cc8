"""Say what browsers are to be told after a step of a call. Whoever has the connections pushes it."""

from __future__ import annotations

from dataclasses import field
from typing import TYPE_CHECKING

from linkgate.lazy_dataclass import dataclass
from linkgate.model.epoch import milliseconds
from linkgate.model.live import SHOWN_IN_LINE, own_queue
from linkgate.model.tenant import Agent, Category, Media
from linkgate.usecases.definitions import definition_of
from linkgate.usecases.desk.means import ice_at_hand, means_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from linkgate.model.link import Link
    from linkgate.model.live import LineEntry, Room
    from linkgate.ports.deps import Deps


_QUEUES = 10
"""Most of an agent's queues whose colleagues are looked for."""


@dataclass(frozen=True, slots=True)
class Desks:
    """Desks on duty that serve a queue."""

    tenant: str
    queue: str


@dataclass(frozen=True, slots=True)
class Customer:
    """Browsers of a session link."""

    rid: str


@dataclass(frozen=True, slots=True)
class Desk:
    """One agent's desk."""

    tenant: str
    agent: str


@dataclass(frozen=True, slots=True)
class Tell:
    """A frame, and those who get it."""

    to: Desks | Customer | Desk
    frame: Mapping[str, object]
    confided: Mapping[str, object] | None = field(default=None, repr=False)
    """Members of the frame that only a socket carries, because a mailbox would store them."""


@dataclass(frozen=True, slots=True)
class Step:
    """Result of a step: the room as it is now, who is told, and the time of the next look at the call."""

    room: Room
    tells: tuple[Tell, ...] = ()
    look_at: datetime | None = None


def line_of(tenant: str, queue: str, deps: Deps) -> Sequence[tuple[LineEntry, Room]]:
    """Return the first who wait in a line, and remove entries of those who do not."""
    now = deps.now()
    while True:
        entries = deps.lines.first(tenant, queue, SHOWN_IN_LINE)
        rooms = deps.rooms.several({entry.rid for entry in entries})
        stale = [entry for entry in entries if entry.stale(rooms.get(entry.rid), now)]
        for entry in stale:
            deps.lines.delete(entry)
        if not stale or len(entries) < SHOWN_IN_LINE:
            return [(entry, rooms[entry.rid]) for entry in entries if entry.holds(rooms.get(entry.rid))]


def standing_in(tenant: str, queue: str, deps: Deps) -> Sequence[Room]:
    """Return the first who wait in a line. Changes nothing, so stale entries may hide others."""
    entries = deps.lines.first(tenant, queue, SHOWN_IN_LINE)
    rooms = deps.rooms.several({entry.rid for entry in entries})
    return [rooms[entry.rid] for entry in entries if entry.holds(rooms.get(entry.rid))]


def position_of(room: Room, deps: Deps) -> int | None:
    """Return a waiting customer's place in line, from 1. None means further back than desks show."""
    line = line_of(room.tenant, room.queue, deps)
    return next((place for place, (_, other) in enumerate(line, start=1) if other.rid == room.rid), None)


def tell_desks(tenant: str, queue: str, deps: Deps) -> Tell:
    """Tell the desks of a queue who waits. Names come from the links, so that no line holds one."""
    waiting = [
        {"rid": each.rid, "who": each.name, "subject": each.subject, "since": milliseconds(each.since)}
        for each in named([room for _, room in line_of(tenant, queue, deps)], deps)
    ]
    return Tell(Desks(tenant, queue), {"t": "queue", "queue": queue, "waiting": waiting})


@dataclass(frozen=True, slots=True)
class Waiting:
    """A customer in a line, as desks see them before somebody accepts."""

    rid: str
    name: str | None
    subject: str
    since: datetime


def named(rooms: Sequence[Room], deps: Deps) -> Sequence[Waiting]:
    """Return who waits in these rooms, without those whose links have ended."""
    links, now = deps.links.several({room.rid for room in rooms}), deps.now()
    return [
        Waiting(room.rid, link.recipient.name, _title(link.tenant, link.definition_id, deps), room.entered_at)
        for room in rooms
        if (link := links.get(room.rid)) and link.ended(now) is None
    ]


def tell_both(room: Room, deps: Deps) -> tuple[Tell, ...]:
    """Tell customer and agent how their call stands."""
    link = deps.links.get(room.rid)
    customer = Tell(Customer(room.rid), customer_frame(room, link, deps), ice_for(room, link, deps))
    if room.seat is None:
        return (customer,)
    who: dict[str, object] = {}
    if link and room.on:
        subject = _title(room.tenant, link.definition_id, deps)
        who = {"who": link.recipient.name, "phone": link.recipient.phone, "subject": subject}
        who["to"] = _others(room, deps)
    frame = {**room_frame(room), **_means_frame(room, link, deps), **who}
    return (customer, Tell(Desk(room.tenant, room.seat), frame, ice_for(room, link, deps)))


def _others(room: Room, deps: Deps) -> Sequence[Mapping[str, object]]:
    """Return to whom an agent may put a call through: colleagues who are there, and the categories of all."""
    mine = deps.seats.get(room.tenant, room.seat or "")
    shared = sorted(queue for queue in mine.queues if not queue.startswith(own_queue("")))[:_QUEUES] if mine else []
    now = deps.now()
    seats = {seat.agent: seat for queue in shared for seat in deps.seats.serving(room.tenant, queue) if seat.there(now)}
    seats.pop(room.seat or "", None)
    queues = {*shared, *(queue for seat in seats.values() for queue in seat.queues)}
    categories = [queue for queue in sorted(queues) if not queue.startswith(own_queue(""))]
    return [
        *({"to": queue, "name": _title(room.tenant, queue, deps)} for queue in categories),
        *(
            {"to": own_queue(agent), "name": _agent_title(room.tenant, agent, deps), "busy": seat.claim is not None}
            for agent, seat in sorted(seats.items())
        ),
    ]


def _queue_title(room: Room, deps: Deps) -> str:
    if room.queue.startswith(own_queue("")):
        return _agent_title(room.tenant, room.queue.removeprefix(own_queue("")), deps)
    return _title(room.tenant, room.queue, deps)


def _agent_title(tenant: str, agent: str, deps: Deps) -> str:
    found = deps.tenants.definition(Agent, tenant, agent)
    return found.title if found else agent


def tell_waiting(tenant: str, queue: str, deps: Deps) -> Sequence[Tell]:
    """Tell the first customers of a queue how their calls stand."""
    line = line_of(tenant, queue, deps)
    links = deps.links.several({entry.rid for entry, _ in line})
    return [
        Tell(Customer(room.rid), {**customer_frame(room, links[room.rid], deps), "position": place})
        for place, (_, room) in enumerate(line, start=1)
        if room.rid in links
    ]


def customer_frame(room: Room, link: Link | None, deps: Deps) -> dict[str, object]:
    """Return how a call stands for its customer: who came, and while waiting whether anybody is at the desk."""
    frame = {**room_frame(room), **_means_frame(room, link, deps)}
    if room.waiting:
        frame |= _desk_frame(room, link, deps)
        if room.transfers:
            frame["to"] = _queue_title(room, deps)
    elif room.on and room.seat and (agent := deps.tenants.definition(Agent, room.tenant, room.seat)):
        frame["name"] = agent.title
    return frame


def _desk_frame(room: Room, link: Link | None, deps: Deps) -> Mapping[str, object]:
    """Return whether anybody is at the desk of a waiting customer, and otherwise when it opens."""
    now = deps.now()
    if any(seat.there(now) for seat in deps.seats.serving(room.tenant, room.queue)):
        return {"staffed": True, "desk": "waiting"}
    category = definition_of(link, deps) if link else None
    hours = category.hours if isinstance(category, Category) else None
    if hours is None or hours.open_at(now):
        return {"staffed": False, "desk": "nobody"}
    opens = hours.opens_next(now)
    return {"staffed": False, "desk": "closed", **({"opens": milliseconds(opens)} if opens else {})}


def ice_for(room: Room, link: Link | None, deps: Deps) -> Mapping[str, object] | None:
    """Return what one side of a joined call gets beside the room: servers for its way to the other side."""
    if link is None or not room.on or room.seat is None:
        return None
    ice = ice_at_hand(means_of(link, deps), deps)
    return {"ice": ice} if ice else None


def _means_frame(room: Room, link: Link | None, deps: Deps) -> dict[str, object]:
    if link is None or not room.on:
        return {}
    means = means_of(link, deps)
    policy = {} if means.media is Media.TEXT else {"policy": means.policy}
    return {"media": means.media.value, **policy}


def room_frame(room: Room) -> dict[str, object]:
    """Return how a call stands, as its two sides may know it."""
    state = "waiting" if room.waiting else "joined" if room.on else "ended"
    since = room.ending.at if room.ending else room.joined_at or room.waiting_at
    frame: dict[str, object | None] = {
        "t": "room",
        "rid": room.rid,
        "call": room.call,
        "state": state,
        "since": milliseconds(since),
        "agent": room.seat if room.on else None,
        "transfers": room.transfers or None,
        "reason": room.ending.reason.value if room.ending else None,
        "by": room.ending.by.value if room.ending else None,
    }
    return {name: value for name, value in frame.items() if value is not None}


def _title(tenant: str, category: str, deps: Deps) -> str:
    definition = deps.tenants.definition(Category, tenant, category)
    return definition.title if definition else category
