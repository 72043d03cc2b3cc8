"""Live channel of a link: the ticket that opens a connection, the connection, and the presence behind it.

A presence is a browser's, and outlives its connections. A room is a family of links: its name is the family's
`master_rid`, and the link's own rid for a desk.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from linkgate.errors import LinkExpired
from linkgate.lazy_dataclass import dataclass
from linkgate.model.link import Kind

if TYPE_CHECKING:
    from datetime import datetime

    from linkgate.errors import LinkClosed
    from linkgate.model.link import Link

TICKET_LIFE = timedelta(seconds=30)
PRESENCE_LEASE = timedelta(seconds=180)
"""Time for which a browser counts as there after its last beat. Phones let sockets sleep in the background."""
CONNECTION_LIFE = timedelta(hours=3)
"""Time for which a connection is remembered. API Gateway ends it after two hours."""
AFTER_EXPIRY = timedelta(hours=2)
"""Time after a link's expiry for which those who are connected may go on."""
MOST_PRESENCES = 12
"""Browsers in a room at the same time."""
POLLS = "poll."
"""Beginning of the connection of a browser that fetches its messages, because its network blocks sockets."""
NOWHERE = "-"
"""Connection of a presence whose socket is gone. It may come back until its lease ends."""


@dataclass(frozen=True, slots=True)
class Ticket:
    """Right to open one connection."""

    rid: str
    room: str
    visit: str
    """Hash of the browser's visit."""
    role: str
    """Co-browsing role, empty for the recipient."""
    host: str
    """Host of the page that may use it."""
    expires_at: datetime
    agent: str | None = None
    """Agent whose desk it is, None for a customer."""
    person: str | None = None
    """Id of the person whose desk it is, if they opened it at the console."""


@dataclass(frozen=True, slots=True)
class Connection:
    """Open socket, by API Gateway's id of it."""

    id: str
    rid: str
    room: str
    visit: str
    role: str
    began_at: datetime
    agent: str | None = None
    """Agent whose desk it is, None for a customer."""
    person: str | None = None
    """Id of the person whose desk it is, if they opened it at the console."""
    replaces: str | None = None
    """Earlier connection of the same browser, which is closed once this one works."""


@dataclass(frozen=True, slots=True)
class Presence:
    """Browser in a room."""

    room: str
    visit: str
    rid: str
    role: str
    connection: str
    """Id of its newest connection, or `NOWHERE`."""
    lease: datetime
    """Time until which it counts as there."""
    agent: str | None = None

    def here(self, now: datetime) -> bool:
        """Return whether the browser gave a sign of life lately."""
        return self.lease > now

    @property
    def connected(self) -> bool:
        """Return whether a message can reach it now."""
        return self.connection != NOWHERE


def has_channel(link: Link) -> bool:
    """Return whether a link leads to something live: a session, a desk, or a form that roles fill in together.

    A test session does not, because agents would take it for a customer.
    """
    return (link.kind in {Kind.SESSION, Kind.DESK} and not link.test) or (
        link.kind is Kind.PROCESS and bool(link.roles or link.role is not None)
    )


def silenced(link: Link, now: datetime) -> LinkClosed | None:
    """Return the reason why nothing may be taken from or told to this link's visitors any more, or None.

    An expiry lets those who are connected go on for a while, as forms on the screen may still be submitted.
    """
    ended = link.ended(now)
    if isinstance(ended, LinkExpired) and not link.renewed_as and link.expires_at + AFTER_EXPIRY > now:
        return None
    return ended
