"""Ports of the live channel: tickets and presences in the table, pushes to browsers, and tasks of its worker."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from linkgate.model.ice import IceServers
    from linkgate.model.live_tasks import LiveTask
    from linkgate.model.presence import Connection, Presence, Ticket


class TicketStore(Protocol):
    """Tickets by their hash. All methods raise Unavailable if the table cannot be reached."""

    def add(self, ticket_hash: str, ticket: Ticket) -> None:
        """Keep a new ticket."""

    def take(self, ticket_hash: str, now: datetime) -> Ticket | None:
        """Use a ticket up, in one conditional write. None if there is no such ticket, or it has expired."""


class PresenceStore(Protocol):
    """Connections, and who is in which room. All methods raise Unavailable if the table cannot be reached."""

    def connect(self, connection: Connection, presence: Presence) -> None:
        """Remember a connection, and put its presence in the place of an earlier one of the same browser."""

    def connection(self, id_: str) -> Connection | None:
        """Read a connection, strongly consistent."""

    def of(self, room: str) -> Sequence[Presence]:
        """Return everybody in a room, also those whose lease has ended. One Query, strongly consistent."""

    def renew(self, presence: Presence, lease: datetime) -> bool:
        """Let a presence count as there until `lease`.

        Only if its newest connection is still `presence.connection`; otherwise returns False.
        """

    def part(self, presence: Presence) -> None:
        """Note that a presence has no connection, only if its newest one is still `presence.connection`.

        It counts as there until its lease ends, because it may come back.
        """

    def leave(self, presence: Presence) -> None:
        """Remove a presence, only if its newest connection is still `presence.connection`."""

    def forget(self, connection: str) -> None:
        """Forget a connection."""


class Mailbox(Protocol):
    """Messages for browsers that fetch them. All methods raise Unavailable if the table cannot be reached."""

    def put(self, room: str, visit: str, text: str, now: datetime) -> None:
        """Keep a message for ten minutes."""

    def after(self, room: str, visit: str, since: datetime) -> Sequence[tuple[str, str]]:
        """Return the messages since a moment with their keys, oldest first."""


class Pushes(Protocol):
    """Messages to connected browsers. Raises Unavailable if the gateway cannot be reached."""

    def push(self, connection: str, data: bytes) -> bool:
        """Send one message. False if the connection is gone."""

    def close(self, connection: str) -> None:
        """Close a connection. One that is gone stays so."""


class LiveBudget(Protocol):
    """Messages of each tenant's live channel by day. All methods raise Unavailable if the table cannot be reached."""

    def used(self, tenant: str, now: datetime) -> int:
        """Return how many were counted on this day."""

    def add(self, tenant: str, messages: int, now: datetime) -> int:
        """Count messages, and return how many there were on this day."""


class MessageRates(Protocol):
    """Limits on what one browser sends, counted in one execution environment."""

    def take(self, connection: str, now: datetime) -> None:
        """Count a message. Raises Throttled if there were too many."""

    def refuse(self, connection: str, now: datetime) -> bool:
        """Count a message that was refused. True if there were so many that the connection is to be closed."""

    def ticket(self, visit: str, now: datetime) -> None:
        """Count a ticket. Raises Throttled if there were too many."""

    def count(self, tenant: str, messages: int, now: datetime) -> int:
        """Count a tenant's messages. Returns those to be added to the table now, 0 if that can wait."""

    def learn(self, tenant: str, used: int, now: datetime) -> None:
        """Remember how many messages the table has for a tenant's day."""

    def used(self, tenant: str, now: datetime) -> int:
        """Return how many messages the tenant is known to have used on this day."""


class LiveTasks(Protocol):
    """Queue of the live worker."""

    def put(self, tasks: Sequence[LiveTask], now: datetime) -> None:
        """Queue tasks, each to be done at its time. Raises Unavailable."""


class Relays(Protocol):
    """Servers by which two browsers find a way to each other. Credentials are for one browser, and nobody keeps them.

    All methods raise Unavailable.
    """

    relayed: bool
    """True if there is a relay."""

    def at_hand(self, now: datetime) -> IceServers | None:
        """Return servers that need no call to another service, to be sent with every call. None if there are none."""

    def asked(self, now: datetime) -> IceServers | None:
        """Return all servers, for a browser that asks because it found no way."""
