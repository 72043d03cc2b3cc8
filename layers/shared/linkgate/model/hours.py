"""Opening hours of a category's desk."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

from linkgate.lazy_dataclass import dataclass
from linkgate.model.time_zones import time_zone

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from zoneinfo import ZoneInfo

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
"""Days of the week as `weekly` names them, in the order of `date.weekday`."""

MIDNIGHT = "24:00"
"""End of a span that lasts until the end of the day."""

DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
"""Spelling of a day. Python reads others, too, such as a number of the same digits."""

_CLOCK = re.compile(r"(?:[01][0-9]|2[0-3]):[0-5][0-9]", re.ASCII)
_LOOK_AHEAD = 400
"""Number of days in which the next opening is looked for, so that a desk may close for a year."""


@dataclass(frozen=True, slots=True)
class Hours:
    """Hours of the week in which a desk is open, by the clock of one time zone."""

    timezone: str
    """IANA name of the zone, such as `Europe/Madrid`."""
    weekly: Mapping[str, tuple[str, ...]]
    """Spans by day (`mon` to `sun`), such as `["09:00-13:00", "14:00-17:30"]`."""
    closed: frozenset[date] = frozenset()
    """Days on which the desk stays closed, such as `2026-12-25`."""

    def open_at(self, now: datetime) -> bool:
        """Return whether the desk is open at `now`."""
        return any(begins <= now < ends for begins, ends in self._spans(now, days=2))

    def opens_next(self, now: datetime) -> datetime | None:
        """Return the next time at which a closed desk opens, in its own zone. None if it never does."""
        return next((begins for begins, _ in self._spans(now, _LOOK_AHEAD) if begins > now), None)

    def _spans(self, now: datetime, days: int) -> Iterator[tuple[datetime, datetime]]:
        """Yield beginning and end of each span from the day before `now`, in order."""
        zone = time_zone(self.timezone)
        first = now.astimezone(zone).date() - timedelta(days=1)
        for day in (first + timedelta(days=count) for count in range(days)):
            for span in sorted(self.weekly.get(DAYS[day.weekday()], ())) if day not in self.closed else ():
                begins, _, ends = span.partition("-")
                yield _at(day, begins, zone), _at(day, ends, zone)


def spans_must_be(spans: Sequence[str]) -> str | None:
    """Return what the spans of a day must be, as the end of a sentence. None if they are it."""
    clocks = [span.split("-") for span in sorted(spans)]
    if not all(map(_is_span, clocks)):
        return "spans such as 09:00-17:30, the later time last"
    if any(earlier[1] > later[0] for earlier, later in pairwise(clocks)):
        return "spans that do not overlap"
    return None


def day_of(text: str) -> date | None:
    """Return the day that a text such as `2026-12-25` names, or None."""
    try:
        return date.fromisoformat(text) if DAY.fullmatch(text) else None
    except ValueError:
        return None


def _is_span(clocks: list[str]) -> bool:
    match clocks:
        case [begins, ends]:
            known = _CLOCK.fullmatch(begins) and (_CLOCK.fullmatch(ends) or ends == MIDNIGHT)
            return bool(known) and begins < ends
        case _:
            return False


def _at(day: date, clock: str, zone: ZoneInfo | None) -> datetime:
    """Return a time of day as a moment. A time that a change of the clock skips is that much later."""
    if clock == MIDNIGHT:
        day, clock = day + timedelta(days=1), "00:00"
    return datetime.combine(day, time.fromisoformat(clock), zone).astimezone(UTC).astimezone(zone)
