"""Tasks for the live worker. They name rooms to look at and hold no secret, address or message."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linkgate.lazy_dataclass import dataclass

if TYPE_CHECKING:
    from datetime import datetime


@dataclass(frozen=True, slots=True)
class Close:
    """Close the connections of everybody who came to a room by this link."""

    room: str
    rid: str
    why: str
    """Word for the browsers: `revoked`, `submitted`, `locked`, `replaced` or `erased`."""
    not_before: datetime


@dataclass(frozen=True, slots=True)
class Look:
    """Look at a session's call, if it is still the same wait or talk."""

    rid: str
    call: int
    turn: int
    """`Room.turn` of the wait or talk."""
    not_before: datetime


LiveTask = Close | Look
