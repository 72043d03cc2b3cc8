"""State of a session's desk, as its customer is told. Nobody is promised who is not there."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from linkgate.lazy_dataclass import dataclass
from linkgate.model.means import means_in
from linkgate.model.tenant import Media

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
    media: Media = Media.TEXT
    """Widest means of its calls."""


def reception_of(category: Category | None, tier: str, now: datetime, *, relayed: bool) -> Reception:
    """Return the state of the desk at `now` for a link of a tier. `relayed` is whether there is a relay for calls.

    Without a category, as of a deleted one, nobody is there.
    """
    if category is None:
        return Reception(Desk.NOBODY)
    hours, media = category.hours, means_in(category, tier, relayed=relayed).media
    if hours is None or hours.open_at(now):
        return Reception(Desk.NOBODY, hours, callbacks=category.callbacks, media=media)
    return Reception(Desk.CLOSED, hours, hours.opens_next(now), category.callbacks, media)
