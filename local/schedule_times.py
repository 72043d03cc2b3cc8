"""Due times of EventBridge schedules: `rate(...)`, `at(...)` and `cron(...)`."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from local.intrinsics import TemplateError

if TYPE_CHECKING:
    from collections.abc import Iterable

_RATE = re.compile(r"rate\((\d+) (minute|hour|day)s?\)")
_AT = re.compile(r"at\((\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)\)")
_CRON = re.compile(r"cron\((\S+) (\S+) (\S+) (\S+) (\S+) (\S+)\)")
_MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
_WEEKDAYS = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")
_DAYS_AHEAD = 5 * 366


def next_time(expression: str, after: datetime, timezone: str = "UTC") -> datetime | None:
    """Return the first due time after `after`, in UTC, or None if there is none.

    Raises TemplateError for an expression that this runner does not support, such as `L`, `W` and `#` in cron.
    """
    if found := _RATE.fullmatch(expression):
        return after + timedelta(**{f"{found[2]}s": int(found[1])})
    zone = ZoneInfo(timezone)
    if found := _AT.fullmatch(expression):
        moment = datetime.fromisoformat(found[1]).replace(tzinfo=zone).astimezone(UTC)
        return moment if moment > after else None
    if found := _CRON.fullmatch(expression):
        return _next_by_cron(found.groups(), after.astimezone(zone))
    raise TemplateError(f"the schedule {expression} is not supported here")


def _next_by_cron(fields: Iterable[str], after: datetime) -> datetime | None:
    minute, hour, day, month, weekday, year = fields
    minutes, hours = _values(minute, 0, 59), _values(hour, 0, 23)
    days, months = _values(day, 1, 31), _values(month, 1, 12, _MONTHS)
    weekdays, years = _values(weekday, 1, 7, _WEEKDAYS), _values(year, 1970, 2199)
    start = after.replace(second=0, microsecond=0) + timedelta(minutes=1)
    for ahead in range(_DAYS_AHEAD):
        date = (start + timedelta(days=ahead)).date()
        if date.year not in years or date.month not in months or date.day not in days:
            continue
        if date.isoweekday() % 7 + 1 not in weekdays:
            continue
        for each_hour in sorted(hours):
            for each_minute in sorted(minutes):
                moment = datetime(date.year, date.month, date.day, each_hour, each_minute, tzinfo=start.tzinfo)
                if moment >= start:
                    return moment.astimezone(UTC)
    return None


def _values(field: str, least: int, most: int, names: tuple[str, ...] = ()) -> set[int]:
    """Return the values that a cron field allows. It may use `*`, `?`, numbers, names, lists, ranges and steps."""

    def number(text: str) -> int:
        if text.upper() in names:
            return names.index(text.upper()) + 1
        if not text.isdecimal():
            raise TemplateError(f"the cron field {field} is not supported here")
        return int(text)

    allowed: set[int] = set()
    for part in field.split(","):
        span, _, step = part.partition("/")
        if span in {"*", "?"}:
            first, last = least, most
        elif "-" in span:
            first, last = map(number, span.split("-", 1))
        else:
            first = number(span)
            last = most if step else first
        allowed.update(range(first, last + 1, number(step) if step else 1))
    return allowed
