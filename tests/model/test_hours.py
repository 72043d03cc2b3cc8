"""Opening hours follow the clock of their own zone, across midnight, closed days and changes of the clock."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from linkgate.model.hours import Hours

WORKDAYS = dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), ("09:00-13:00", "14:00-17:30"))
MADRID = Hours("Europe/Madrid", WORKDAYS, frozenset({date(2026, 12, 25)}))
NIGHT = Hours("America/New_York", {"fri": ("20:00-24:00",), "sat": ("00:00-02:30",)})


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "open_"),
    [
        ("2026-11-27 08:00", True),  # Friday, 09:00 in Madrid
        ("2026-11-27 07:59:59", False),
        ("2026-11-27 12:00", False),  # the end is not part of a span
        ("2026-11-27 13:30", True),
        ("2026-11-27 16:30", False),
        ("2026-11-28 10:00", False),  # Saturday
        ("2026-12-25 10:00", False),  # Friday, but closed
        ("2026-07-03 07:00", True),  # summer time: 09:00 is 07:00 UTC
    ],
)
def test_a_desk_is_open_by_its_own_clock(now: str, *, open_: bool) -> None:
    assert MADRID.open_at(at(now)) is open_


@pytest.mark.parametrize(
    ("now", "opens"),
    [
        ("2026-11-27 05:00", "2026-11-27T09:00:00+01:00"),
        ("2026-11-27 12:30", "2026-11-27T14:00:00+01:00"),
        ("2026-11-27 20:00", "2026-11-30T09:00:00+01:00"),
        ("2026-12-24 20:00", "2026-12-28T09:00:00+01:00"),
        ("2026-03-27 20:00", "2026-03-30T09:00:00+02:00"),  # the clock changes on Sunday
    ],
)
def test_the_next_opening_is_told_in_the_zone_of_the_desk(now: str, opens: str) -> None:
    found = MADRID.opens_next(at(now))

    assert found
    assert found.isoformat() == opens


def test_a_span_until_midnight_goes_on_the_next_day() -> None:
    assert NIGHT.open_at(at("2026-11-28 04:59"))  # Friday 23:59 in New York
    assert NIGHT.open_at(at("2026-11-28 05:00"))
    assert NIGHT.open_at(at("2026-11-28 07:29"))
    assert not NIGHT.open_at(at("2026-11-28 07:30"))
    assert NIGHT.opens_next(at("2026-11-28 08:00")) == at("2026-12-05 01:00")


def test_an_opening_that_a_change_of_the_clock_skips_comes_an_hour_later() -> None:
    hours = Hours("Europe/Madrid", {"sun": ("02:30-05:00",)})

    assert hours.opens_next(at("2026-03-28 12:00")) == at("2026-03-29 01:30")  # 03:30 by the new clock
    assert not hours.open_at(at("2026-03-29 01:29"))
    assert hours.open_at(at("2026-03-29 01:30"))


def test_a_desk_that_never_opens_has_no_next_opening() -> None:
    closed = Hours("UTC", {"fri": ("09:00-10:00",)}, frozenset(date(2026, 11, 27 - 7 * n) for n in range(3)))

    assert Hours("UTC", {}).opens_next(at("2026-11-27 00:00")) is None
    assert closed.opens_next(at("2026-11-27 00:00")) == at("2026-12-04 09:00")
