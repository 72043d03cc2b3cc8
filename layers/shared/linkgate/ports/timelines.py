"""The table, as the record of what happened to links needs it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from linkgate.model.timeline import Entry, Fact, Head


class TimelineStore(Protocol):
    """What happened to links. All methods raise Unavailable when the table cannot be reached."""

    def append(self, rid: str, facts: Sequence[Fact], ttl: datetime) -> list[tuple[Entry, bool]]:
        """The entry of each fact, and whether it is new; a fact that is on record already is not written again."""

    def read(self, rid: str) -> tuple[Sequence[Entry], Head]:
        """Every entry in order, and what the newest is said to be; strongly consistent."""

    def keep(self, rid: str, ttl: datetime) -> None:
        """Let what belongs to the link live as long as it."""
