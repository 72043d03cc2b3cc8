"""Messages of a socket without Lambda: what a browser sends, and the answer to its handshake."""

from __future__ import annotations

from dataclasses import field
from enum import StrEnum
from typing import TYPE_CHECKING

from linkgate.lazy_dataclass import dataclass

if TYPE_CHECKING:
    from collections.abc import Mapping


class Event(StrEnum):
    """Kind of event."""

    CONNECT = "connect"
    MESSAGE = "message"
    DISCONNECT = "disconnect"


@dataclass(frozen=True, slots=True)
class Message:
    """Event of a connection, as the gateway delivers it."""

    event: Event
    connection: str
    """Id that the gateway gave the connection. It is no secret, but only the gateway's caller can use it."""
    text: str | None = field(default=None, repr=False)
    """Text of a message. None for binary ones."""
    protocols: tuple[str, ...] = field(default=(), repr=False)
    """Subprotocols that the browser offers. One of them holds its ticket."""
    origin: str = ""
    """Origin of the page that opens the connection."""
    id: str = ""
    """Id that the gateway gave the event."""


@dataclass(frozen=True, slots=True)
class Answer:
    """Answer to an event. The gateway shows it to the browser at a handshake only."""

    status: int = 200
    protocol: str | None = None
    """Subprotocol that was chosen."""
    type: str | None = None
    """Type of the message, for the log."""
    rid: str | None = None
    """Link behind the connection, for the log."""
    confided: Mapping[str, object] | None = field(default=None, repr=False)
    """Message for a browser that polls, which goes with the reply to it and is stored nowhere."""
