"""Say what browsers are to be told after a step of a call. Whoever has the connections pushes it."""

from __future__ import annotations

from dataclasses import field
from typing import TYPE_CHECKING

from linkgate.lazy_dataclass import dataclass
from linkgate.model.epoch import milliseconds
from linkgate.model.live import SHOWN_IN_LINE
from linkgate.model.tenant import Agent, Category, Media
from linkgate.usecases.desk.means import ice_at_hand, means_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from linkgate.model.link import Link
    from linkgate.model.live import LineEntry, Room
    from linkgate.ports.deps import Deps


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


def position_of(room: Room, deps: Deps) -> int | None:
    """Return a waiting customer's place in line, from 1. None means further back than desks show."""
    line = line_of(room.tenant, room.queue, deps)
    return next((place for place, (_, other) in enumerate(line, start=1) if other.rid == room.rid), None)


def tell_desks(tenant: str, queue: str, deps: Deps) -> Tell:
    """Tell the desks of a queue who waits. Names come from the links, so that no line holds one."""
    line = line_of(tenant, queue, deps)
    links = deps.links.several({entry.rid for entry, _ in line})
    waiting = [
        {
            "rid": room.rid,
            "who": links[room.rid].recipient.name,
            "subject": _title(tenant, links[room.rid].definition_id, deps),
            "since": milliseconds(room.entered_at),
        }
        for _, room in line
        if room.rid in links and links[room.rid].ended(deps.now()) is None
    ]
    return Tell(Desks(tenant, queue), {"t": "queue", "queue": queue, "waiting": waiting})


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
    frame = {**room_frame(room), **_means_frame(room, link, deps), **who}
    return (customer, Tell(Desk(room.tenant, room.seat), frame, ice_for(room, link, deps)))


def customer_frame(room: Room, link: Link | None, deps: Deps) -> dict[str, object]:
    """Return how a call stands for its customer: who came, and while waiting whether anybody is at the desk."""
    frame = {**room_frame(room), **_means_frame(room, link, deps)}
    if room.waiting:
        now = deps.now()
        frame["staffed"] = any(seat.there(now) for seat in deps.seats.serving(room.tenant, room.queue))
    elif room.on and room.seat and (agent := deps.tenants.definition(Agent, room.tenant, room.seat)):
        frame["name"] = agent.title
    return frame


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
