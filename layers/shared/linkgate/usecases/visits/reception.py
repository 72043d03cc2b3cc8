"""State of a session's desk, as its customer is told. Nobody is promised who is not there."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from linkgate.lazy_dataclass import dataclass

if TYPE_CHECKING:
    from datetime import datetime

    from linkgate.model.hours import Hours
    from linkgate.model.tenant import Category


class Desk(StrEnum):
    """State of a desk at a given moment."""

    NOBODY = "nobody"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Reception:
    """State of the desk of a category and what its customer may do."""

    desk: Desk
    hours: Hours | None = None
    opens_at: datetime | None = None
    """Next opening of a closed desk, in the desk's time zone. None if there is none within a year."""
    callbacks: bool = False
    """True if the customer may ask to be called back."""


def reception_of(category: Category | None, now: datetime) -> Reception:
    """Return the state of the desk at `now`. Without a category, as of a deleted one, nobody is there."""
    if category is None:
        return Reception(Desk.NOBODY)
    hours = category.hours
    if hours is None or hours.open_at(now):
        return Reception(Desk.NOBODY, hours, callbacks=category.callbacks)
    return Reception(Desk.CLOSED, hours, hours.opens_next(now), category.callbacks)
