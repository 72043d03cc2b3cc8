"""Format moments for people, in every language we write, and for programs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linkgate import texts

if TYPE_CHECKING:
    from datetime import date, datetime


def utc(moment: datetime) -> str:
    """Format an aware moment in UTC as `2026-11-21T14:05:00.123Z` (RFC 3339)."""
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def in_words(moment: datetime, language: str) -> str:
    """Format a moment as `Saturday, 28 November 2026 at 15:00 (UTC)`, in its own time zone."""
    day = _day(moment, language, "full_date")
    return texts.moment_forms(language)["long"].format(day=day, time=_time(moment, language), zone=_zone(moment))


def weekday_in_words(number: int, language: str) -> str:
    """Return the name of a day of the week, 0 for Monday, as the first word of a line."""
    name: str = texts.cldr(language)["weekdays"][number]
    return name[:1].upper() + name[1:]


def day_in_words(day: date, language: str) -> str:
    """Format a day as `28 November 2026`."""
    return _day(day, language, "long_date")


def end_of_day(day: date, language: str, *, short: bool = False) -> str:
    """Format the end of a day as `the end of 28 November 2026`, or as `the end of 28 Nov` for an SMS.

    It follows the words that stand before a moment: "by", "until", "antes del" or "hasta el".
    """
    words = _day(day, language, "short_date" if short else "long_date")
    return texts.moment_forms(language)["day_end"].format(day=words)


def in_short(moment: datetime, language: str) -> str:
    """Format a moment as `28 Nov 15:00 UTC`, for an SMS."""
    return f"{_day(moment, language, 'short_date')} {_time(moment, language)} {_zone(moment)}"


def _day(day: date, language: str, form: str) -> str:
    known = texts.cldr(language)
    months = known["short_months" if form == "short_date" else "months"]
    words: str = known[form].format(
        weekday=known["weekdays"][day.weekday()], day=day.day, month=months[day.month - 1], year=day.year
    )
    return words


def _time(moment: datetime, language: str) -> str:
    words: str = texts.cldr(language)["time"].format(hour=moment.hour, minute=moment.minute)
    return words


def _zone(moment: datetime) -> str:
    offset = moment.utcoffset()
    if offset is None:
        raise ValueError("a moment without a zone")
    if not offset:
        return "UTC"
    hours, minutes = divmod(abs(int(offset.total_seconds())) // 60, 60)
    sign = "-" if offset.total_seconds() < 0 else "+"
    return f"UTC{sign}{hours}" + (f":{minutes:02}" if minutes else "")
