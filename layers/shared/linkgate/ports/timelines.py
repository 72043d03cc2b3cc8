"""Port to the table for the record of what happened to links."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from linkgate.model.timeline import Entry, Fact, Head


class TimelineStore(Protocol):
    """Timelines of links. All methods raise Unavailable if the table cannot be reached."""

    def append(self, rid: str, facts: Sequence[Fact], ttl: datetime) -> list[tuple[Entry, bool]]:
        """Return the entry of each fact and whether it is new. A fact already on record is not written again."""

    def read(self, rid: str) -> tuple[Sequence[Entry], Head]:
        """Return all entries in order, and the head, which names the newest one. Strongly consistent."""

    def keep(self, rid: str, ttl: datetime) -> None:
        """Keep everything stored with the link until `ttl`."""
