"""Deadlines as messages tell them: in the reader's time zone, or as a day that ends in time wherever the reader is."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING

from linkgate.model.moments import end_of_day, in_short, in_words
from linkgate.model.time_zones import time_zone

if TYPE_CHECKING:
    from datetime import date

    from linkgate.ports.delivery import LinkMessage

_LAST_ZONE = timedelta(hours=12)
"""Time after midnight UTC at which a day has ended everywhere, last at UTC-12."""
_FIRST_ZONE = timedelta(hours=14)
"""Time before midnight UTC at which a day ends first, at UTC+14."""


def deadline(message: LinkMessage, language: str, *, short: bool = False) -> str:
    """Return the link's last moment in the time zone of the contact or the tenant.

    If neither is known, return the last day whose end comes before that moment in every zone. If that day may have
    ended for the reader, return the moment in UTC.
    """
    say = in_short if short else in_words
    for name in (message.time_zone, message.tenant.time_zone):
        if name and (zone := time_zone(name)):
            return say(message.expires_at.astimezone(zone), language)
    day = _last_whole_day(message.expires_at)
    if message.at >= _next_midnight(day) - _FIRST_ZONE:
        return say(message.expires_at, language)
    return end_of_day(day, language, short=short)


def _last_whole_day(moment: datetime) -> date:
    return (moment.astimezone(UTC) - _LAST_ZONE).date() - timedelta(days=1)


def _next_midnight(day: date) -> datetime:
    return datetime.combine(day + timedelta(days=1), time(), UTC)
