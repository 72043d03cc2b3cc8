"""Calls of customers, the agents who answer them, and the lines in which they wait.

A room is a session link's. It knows its newest call only. A customer waits, an agent joins, either ends it.
"""

from __future__ import annotations

from dataclasses import field
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from linkgate.lazy_dataclass import dataclass
from linkgate.model.tenant import Media

if TYPE_CHECKING:
    from datetime import datetime

SEAT_LEASE = timedelta(seconds=180)
"""Time for which an agent counts as on duty after the last beat."""

CLAIM_LEASE = timedelta(seconds=30)
"""Time for which a seat is reserved for a call that accepts: the function's timeout (15 s) and 15 s more."""

BOTH_AWAY = timedelta(minutes=10)
"""Time after which a call ends if both sides are gone. A regional cut of all sockets is over by then."""

LOOK_EVERY = timedelta(seconds=180)
"""Time between two looks at a call that goes on."""

SHOWN_IN_LINE = 20
"""Customers of a queue that a desk shows."""

SEATS_RUNG = 50
"""Most desks of a queue that are told of each change. Beyond, the `SHOWN_IN_LINE` that have been free longest are."""

MOST_DESKS = 4
"""Browsers in which an agent's desks are open at the same time."""


class Side(StrEnum):
    """Side that ended a call."""

    CUSTOMER = "customer"
    AGENT = "agent"
    LINKGATE = "linkgate"


class Reason(StrEnum):
    """Reason why a call ended."""

    LEFT = "left"  # the customer left, waiting or talking
    ENDED = "ended"  # the agent ended it
    LOST = "lost"  # a side stayed away
    GONE = "gone"  # the customer stayed away while waiting
    CLOSED = "closed"  # the link was revoked, locked or erased, or expired


def own_queue(agent: str) -> str:
    """Return the name of the queue that only this agent serves."""
    return f"@{agent}"


@dataclass(frozen=True, slots=True)
class Ending:
    """End of a call."""

    at: datetime
    by: Side
    reason: Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """A session link's newest call."""

    rid: str
    tenant: str
    ttl: datetime
    """End of retention, that of the link."""
    call: int
    """Number of the call, from 1."""
    visit: str
    """Hash of the visit that the call was made in."""
    queue: str
    entered_at: datetime
    """Time at which the customer began to wait. It is their place in every line."""
    waiting_at: datetime
    """Time at which they began to wait in this queue."""
    seat: str | None = None
    """Agent in the call, None while the customer waits. Stays after the end."""
    person: str | None = None
    """Id of the person who answers as that agent, if they opened the desk at the console. Stays as `seat` does."""
    joined_at: datetime | None = None
    claim: str | None = None
    """Claim of the newest request that let an agent join, of any call."""
    first_joined_at: datetime | None = None
    talked: timedelta = timedelta()
    """Time talked to earlier agents of the call."""
    transfers: int = 0
    missed_at: datetime | None = None
    media: Media | None = None
    """Widest devices that the customer turned on in the call. They have pressed a button for them."""
    seen: bool = False
    """True once the customer's browser got picture or sound."""
    ending: Ending | None = None

    @property
    def on(self) -> bool:
        """Return whether the call goes on: waiting or answered."""
        return self.ending is None

    @property
    def waiting(self) -> bool:
        """Return whether the customer waits for an agent."""
        return self.on and self.seat is None

    def answered_by(self, agent: str) -> bool:
        """Return whether this agent is in the call now."""
        return self.on and self.seat == agent

    @property
    def turn(self) -> int:
        """Number of the present wait or talk of the call. A look is for one of them."""
        return 2 * self.transfers + (self.seat is not None)

    @property
    def waited(self) -> timedelta:
        """Time from the customer's coming until an agent joined, or until the end."""
        until = self.first_joined_at or (self.ending.at if self.ending else self.waiting_at)
        return until - self.entered_at

    @property
    def got_through(self) -> Media:
        """Return the widest media of the call that came through. Writing always does."""
        return self.media if self.media and self.seen else Media.TEXT

    def talked_until(self, moment: datetime) -> timedelta:
        """Return the time talked, to all agents."""
        return self.talked + (max(moment - self.joined_at, timedelta()) if self.joined_at else timedelta())

    @property
    def place(self) -> LineEntry:
        """Place in line. Only a hint: the room says whether the customer waits."""
        return LineEntry(
            tenant=self.tenant,
            queue=self.queue,
            rid=self.rid,
            call=self.call,
            turn=self.transfers,
            entered_at=self.entered_at,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatLine:
    """Something that one side of a call wrote. It is kept with the link, and erased with it."""

    rid: str
    call: int
    id: str
    """Name that its writer gave it, by which a repeat is known."""
    side: Side
    at: datetime
    text: str = field(repr=False)
    agent: str | None = None
    note: bool = False
    """True if only agents see it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LineEntry:
    """A customer's place in a line. It names nobody."""

    tenant: str
    queue: str
    rid: str
    call: int
    turn: int
    """Number of transfers before it."""
    entered_at: datetime
    put_at: datetime | None = field(default=None, compare=False)
    """Time at which it was written, None before."""

    def holds(self, room: Room | None) -> bool:
        """Return whether the room's customer still waits at this place."""
        return room is not None and room.waiting and room.place == self

    def stale(self, room: Room | None, now: datetime) -> bool:
        """Return whether nobody waits at this place. A new one may be ahead of its room, whose write comes after."""
        return not self.holds(room) and (self.put_at is None or self.put_at + CLAIM_LEASE <= now)


@dataclass(frozen=True, slots=True, kw_only=True)
class Seat:
    """An agent at work. `busy` is the room that the agent is in or tries to join, a claim and not a fact."""

    tenant: str
    agent: str
    on_duty: bool
    lease: datetime
    desk: str
    """The rid of the desk link whose browser is told what happens."""
    queues: frozenset[str]
    person: str | None = None
    """Id of the person at work, if they opened the desk at the console."""
    busy: str | None = None
    claim: str | None = None
    busy_until: datetime | None = None
    free_since: datetime | None = None

    def there(self, now: datetime) -> bool:
        """Return whether the agent is on duty and showed a sign of life lately."""
        return self.on_duty and self.lease > now

    def stale(self, room: Room | None, now: datetime) -> bool:
        """Return whether the claim on this seat holds nothing any more. `room` is the one it names, read after it.

        A request that claimed a seat ends within `CLAIM_LEASE`, or has ended if it left its claim in the room.
        """
        if room is not None and room.answered_by(self.agent):
            return False
        done = room is not None and room.claim == self.claim
        return done or self.busy_until is None or self.busy_until <= now


@dataclass(frozen=True, slots=True)
class Attendance:
    """Time until which each side counts as there. None: nothing is known of it, so it is gone."""

    customer: datetime | None
    agent: datetime | None = None


def ending_of(room: Room, there: Attendance, lease: timedelta, now: datetime) -> Ending | None:
    """Return how a call has ended because somebody stayed away, or None if it goes on. It ends at the last beat."""
    if room.waiting:
        if there.customer and there.customer > now:
            return None
        return Ending(_last_beat(there.customer, lease, room.waiting_at), Side.CUSTOMER, Reason.GONE)
    began = room.joined_at or room.waiting_at
    customer, agent = there.customer or began, there.agent or began
    if customer > now and agent > now:
        return None
    if customer <= now and agent <= now:
        if now < max(customer, agent) - lease + BOTH_AWAY:
            return None
        return Ending(_last_beat(max(customer, agent), lease, began), Side.LINKGATE, Reason.LOST)
    side = Side.CUSTOMER if customer <= now else Side.AGENT
    return Ending(_last_beat(min(customer, agent), lease, began), side, Reason.LOST)


def _last_beat(lease_end: datetime | None, lease: timedelta, earliest: datetime) -> datetime:
    return max(lease_end - lease, earliest) if lease_end else earliest
