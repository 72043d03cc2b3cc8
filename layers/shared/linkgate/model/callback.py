"""A customer's wish to be called back about a session."""

from __future__ import annotations

from dataclasses import field
from typing import TYPE_CHECKING

from linkgate.lazy_dataclass import dataclass

if TYPE_CHECKING:
    from datetime import datetime

NAME_LENGTH = 100
WANTED_LENGTH = 100
NOTE_LENGTH = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Callback:
    """Newest request of a session's customer to be called back, and the agent who took it."""

    asked_at: datetime
    name: str
    phone: str
    """Number in E.164, as on file or as the customer corrected it."""
    wanted: str = ""
    """Time that suits the customer, in their own words."""
    note: str = field(default="", repr=False)
    taken_at: datetime | None = None
    taken_by: str | None = None
    """Id of the agent."""
    done_at: datetime | None = None
    """Time at which the agent put it away."""

    @property
    def open(self) -> bool:
        """Return whether no agent has taken the request."""
        return self.taken_at is None

    def says_the_same(self, other: Callback) -> bool:
        """Return whether two requests differ in their time only."""
        return (self.name, self.phone, self.wanted, self.note) == (other.name, other.phone, other.wanted, other.note)
