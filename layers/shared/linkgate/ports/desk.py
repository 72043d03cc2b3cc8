"""Ports for agents at work: calls, who answers and who waits, and requests to be called back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from linkgate.lazy_dataclass import dataclass

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import datetime

    from linkgate.model.link import Link
    from linkgate.model.live import ChatLine, Ending, LineEntry, Room, Seat
    from linkgate.model.tenant import Media


class RoomChanged(Exception):
    """A room was not as the write demands. `stored` is the room as it is, None if there is none."""

    def __init__(self, stored: Room | None) -> None:
        super().__init__("the room changed")
        self.stored = stored


class SeatChanged(Exception):
    """A seat was not as the write demands. `stored` is the seat as it is, None if there is none."""

    def __init__(self, stored: Seat | None) -> None:
        super().__init__("the seat changed")
        self.stored = stored


class RoomStore(Protocol):
    """Rooms. Each write is conditional and raises RoomChanged. A repeated write succeeds. All raise Unavailable."""

    def get(self, rid: str) -> Room | None:
        """Read a room, strongly consistent."""

    def several(self, rids: Collection[str]) -> Mapping[str, Room]:
        """Read at most 100 rooms, strongly consistent. Rooms that do not exist are left out."""

    def enter(self, link: Link, visit: str, queue: str, before: Room | None, now: datetime) -> Room:
        """Begin a call: the first if there is no room, otherwise the next, if `before` is the newest and has ended."""

    def join(self, seat: Seat, rid: str, claim: str, now: datetime) -> Room:
        """Let an agent into a waiting call.

        Only if it is the same tenant's, waits in a queue that the seat serves, and the claim did not join before.
        """

    def transfer(self, room: Room, queue: str, now: datetime) -> Room:
        """Let the customer wait in another queue, only if the same agent is still in the call."""

    def end(self, room: Room, ending: Ending) -> Room:
        """End a call, only if it goes on and the same agent, or nobody, is in it."""

    def turn_on(self, room: Room, media: Media) -> Room:
        """Note what the customer turned on, only while the call goes on, and if it is wider than what is noted."""

    def see(self, room: Room) -> Room:
        """Note that picture or sound came through, only while the call goes on, and if it was not noted before."""

    def miss(self, room: Room, now: datetime) -> Room:
        """Note that nobody took the call, only if it still waits and this was not noted before."""


class SeatStore(Protocol):
    """Seats. All methods raise Unavailable."""

    def get(self, tenant: str, agent: str) -> Seat | None:
        """Read a seat, strongly consistent."""

    def serving(self, tenant: str, queue: str) -> Sequence[Seat]:
        """Return the seats that serve a queue, also those whose agent is not there."""

    def sit(self, seat: Seat) -> Seat:
        """Put an agent on duty. The newest desk wins. A claim on the seat stays as it is."""

    def open_desk(self, tenant: str, agent: str, visit: str, connection: str, now: datetime) -> Sequence[str]:
        """Note the newest connection of a browser at the agent's desks, as the newest of all.

        Returns the connections that are now too many: `MOST_DESKS` browsers stay. Each is returned once.
        """

    def rise(self, tenant: str, agent: str) -> Seat:
        """Take an agent off duty. A claim on the seat stays. Raises SeatChanged if the agent has no seat."""

    def beat(self, tenant: str, agent: str, desk: str, lease: datetime) -> Seat:
        """Let an agent count as there until `lease`, on duty or not, only at the newest desk. Raises SeatChanged."""

    def claim(self, seat: Seat, rid: str, claim: str, now: datetime) -> Seat:
        """Reserve a seat for a room.

        Only if its agent is on duty with a live lease, and the seat is free or still has the claim of `seat`, which
        the caller found to be stale. Raises SeatChanged.
        """

    def release(self, tenant: str, agent: str, claim: str, now: datetime) -> bool:
        """Free a seat, only if the claim is still its own. Returns False if it is not."""


class LineStore(Protocol):
    """Lines. Their entries are hints, and rooms the truth. All methods raise Unavailable."""

    def put(self, entry: LineEntry, now: datetime) -> None:
        """Take a place in a line. A repeat changes nothing."""

    def delete(self, entry: LineEntry) -> None:
        """Leave a place. A repeat changes nothing."""

    def first(self, tenant: str, queue: str, limit: int) -> Sequence[LineEntry]:
        """Return the first entries of a line, those who came first before others. Strongly consistent."""


class ChatStore(Protocol):
    """Lines that the sides of a call wrote. All methods raise Unavailable."""

    def add(self, line: ChatLine, ttl: datetime) -> ChatLine:
        """Keep a line until `ttl`, only if its writer gave no other the same name. Returns the one that is kept."""

    def of(self, rid: str, call: int | None = None) -> Sequence[ChatLine]:
        """Return the lines and notes of a call, or of all calls, oldest first. Strongly consistent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallbackEntry:
    """Entry of a request in a list. It names nobody, and only the link says what became of the request."""

    tenant: str
    list_name: str
    rid: str
    asked_at: datetime


class CallbackStore(Protocol):
    """Lists of requests to be called back, by category and by agent. All methods raise Unavailable."""

    def list_asked(self, link: Link) -> None:
        """List a waiting request under its category. A repeat changes nothing."""

    def list_taken(self, link: Link) -> None:
        """List a request under the agent who took it, and no longer under its category. A repeat changes nothing."""

    def waiting(self, tenant: str, queue: str, limit: int) -> Sequence[CallbackEntry]:
        """Return entries of a category, oldest first."""

    def taken_by(self, tenant: str, agent: str, limit: int) -> Sequence[CallbackEntry]:
        """Return entries of an agent, newest first."""

    def remove(self, entry: CallbackEntry) -> None:
        """Remove an entry. One that is not there stays so."""

    def finish(self, tenant: str, rid: str, agent: str, now: datetime) -> Link:
        """Note that an agent has put away a request that they took on, and return the link.

        Only if the link is this tenant's and the agent took the request. Raises NotChanged. A repeat keeps the first.
        """

    def take(self, tenant: str, rid: str, asked_at: datetime, agent: str, now: datetime) -> Link:
        """Let an agent take on a request, and return the link.

        Only if the link is this tenant's and is not revoked or erased, the request is still the one of that time, and
        nobody took it. Raises NotChanged. A repeat by the same agent succeeds.
        """
