"""Format moments for people, in every language we write, and for programs."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date, datetime

_WEEKDAYS = {
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
    "es": ("lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo"),
}
_MONTHS = {
    "en": (
        *("January", "February", "March", "April", "May", "June"),
        *("July", "August", "September", "October", "November", "December"),
    ),
    "es": (
        *("enero", "febrero", "marzo", "abril", "mayo", "junio"),
        *("julio", "agosto", "septiembre", "octubre", "noviembre", "diciembre"),
    ),
}
_DAY = {"en": "{day} {month} {year}", "es": "{day} de {month} de {year}"}
_DAY_END = {"en": "the end of {day}", "es": "final del {day}"}
_LONG = {
    "en": "{weekday}, {day} {month} {year} at {time} ({zone})",
    "es": "{weekday} {day} de {month} de {year} a las {time} ({zone})",
}


def utc(moment: datetime) -> str:
    """Format an aware moment in UTC as `2026-11-21T14:05:00.123Z` (RFC 3339)."""
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def in_words(moment: datetime, language: str) -> str:
    """Format a moment as `Saturday, 28 November 2026 at 15:00 (UTC)`, in its own time zone."""
    return _LONG[language].format(
        weekday=_WEEKDAYS[language][moment.weekday()],
        day=moment.day,
        month=_MONTHS[language][moment.month - 1],
        year=moment.year,
        time=moment.strftime("%H:%M"),
        zone=_zone(moment),
    )


def weekday_in_words(number: int, language: str) -> str:
    """Return the name of a day of the week, 0 for Monday, as the first word of a line."""
    return _WEEKDAYS[language][number].capitalize()


def day_in_words(day: date, language: str) -> str:
    """Format a day as `28 November 2026`."""
    return _DAY[language].format(day=day.day, month=_MONTHS[language][day.month - 1], year=day.year)


def end_of_day(day: date, language: str, *, short: bool = False) -> str:
    """Format the end of a day as `the end of 28 November 2026`, or as `the end of 28 Nov` for an SMS.

    It follows the words that stand before a moment: "by", "until", "antes del" or "hasta el".
    """
    words = _short_day(day, language) if short else day_in_words(day, language)
    return _DAY_END[language].format(day=words)


def in_short(moment: datetime, language: str) -> str:
    """Format a moment as `28 Nov 15:00 UTC`, for an SMS."""
    return f"{_short_day(moment, language)} {moment:%H:%M} {_zone(moment)}"


def _short_day(day: date, language: str) -> str:
    return f"{day.day} {_MONTHS[language][day.month - 1][:3]}"


def _zone(moment: datetime) -> str:
    offset = moment.utcoffset()
    if offset is None:
        raise ValueError("a moment without a zone")
    if not offset:
        return "UTC"
    hours, minutes = divmod(abs(int(offset.total_seconds())) // 60, 60)
    sign = "-" if offset.total_seconds() < 0 else "+"
    return f"UTC{sign}{hours}" + (f":{minutes:02}" if minutes else "")
