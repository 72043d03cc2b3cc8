"""Deadlines are told in the reader's zone, or as a day that ends in time everywhere."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkgate.sending.deadlines import deadline
from linkgate.sending.emails import link_email
from linkgate.sending.gsm7 import SEGMENT, septets
from linkgate.sending.sms import link_text
from linkgate.texts import OFFERED, cldr
from tests.support.sample_messages import ACME, MAIL_FROM, link_message, sms_message

END = datetime(2026, 12, 3, 4, 7, tzinfo=UTC)
SENT = END - timedelta(days=7)
MEXICO = replace(ACME, time_zone="America/Mexico_City")
EVERYWHERE = [timezone(timedelta(minutes=15 * quarter)) for quarter in range(-12 * 4, 14 * 4 + 1)]


def told(language: str = "en", *, short: bool = False, **changes: object) -> str:
    return deadline(link_message(**{"expires_at": END, "at": SENT, **changes}), language, short=short)


def test_the_tenants_zone_tells_the_moment() -> None:
    assert told(tenant=MEXICO) == "Wednesday, 2 December 2026 at 22:07 (UTC-6)"
    assert told("es", tenant=MEXICO, short=True) == "2 dic 22:07 UTC-6"


def test_the_contacts_zone_wins() -> None:
    assert told(tenant=MEXICO, time_zone="Asia/Kolkata", short=True) == "3 Dec 09:37 UTC+5:30"


def test_summer_time_is_the_deadlines_own() -> None:
    summer = datetime(2026, 7, 1, 12, tzinfo=UTC)

    assert told(time_zone="Europe/Madrid", short=True) == "3 Dec 05:07 UTC+1"
    assert told(time_zone="Europe/Madrid", short=True, expires_at=summer) == "1 Jul 14:00 UTC+2"


@pytest.mark.parametrize("name", ["", "Mars/Olympus", "../../etc/passwd", "localtime", "a\0b", "Europe"])
def test_a_name_without_a_zone_counts_as_none(name: str) -> None:
    assert told(time_zone=name) == "the end of 1 December 2026"
    assert told(time_zone=name, tenant=MEXICO, short=True) == "2 Dec 22:07 UTC-6"


@pytest.mark.parametrize(
    ("language", "long", "short"),
    [
        ("en", "the end of 1 December 2026", "the end of 1 Dec"),
        ("es", "final del 1 de diciembre de 2026", "final del 1 dic"),
    ],
)
def test_without_a_zone_it_is_the_last_day_that_ends_in_time_everywhere(language: str, long: str, short: str) -> None:
    assert (told(language), told(language, short=True)) == (long, short)


@pytest.mark.parametrize(
    ("end", "day"),
    [
        (datetime(2026, 12, 3, 11, 59, tzinfo=UTC), "1 Dec"),
        (datetime(2026, 12, 3, 12, 0, tzinfo=UTC), "2 Dec"),
        (datetime(2027, 1, 1, 11, 0, tzinfo=UTC), "30 Dec"),
        (datetime(2028, 3, 1, 13, 0, tzinfo=UTC), "29 Feb"),
    ],
)
def test_the_day_changes_when_it_has_ended_at_utc_minus_12(end: datetime, day: str) -> None:
    assert told(expires_at=end, at=end - timedelta(days=7), short=True) == f"the end of {day}"


def test_a_day_that_may_have_ended_for_the_reader_is_not_told() -> None:
    ends_first = datetime(2026, 12, 1, 10, tzinfo=UTC)

    assert told(at=ends_first - timedelta(seconds=1), short=True) == "the end of 1 Dec"
    assert told(at=ends_first, short=True) == "3 Dec 04:07 UTC"
    assert told(at=ends_first) == "Thursday, 3 December 2026 at 04:07 (UTC)"


@given(
    st.datetimes(datetime(2026, 1, 1), datetime(2030, 1, 1)),  # noqa: DTZ001 - the zone is added below
    st.timedeltas(timedelta(minutes=6), timedelta(days=40)),
)
def test_in_every_zone_the_day_ends_before_the_deadline_and_after_it_is_told(end: datetime, life: timedelta) -> None:
    end = end.replace(tzinfo=UTC)
    words = told(expires_at=end, at=end - life, short=True)
    if not words.startswith("the end of "):
        return
    number, month = words.removeprefix("the end of ").split()
    day = date(end.year, cldr("en")["short_months"].index(month) + 1, int(number))
    day = day.replace(year=end.year - (day > end.date()))

    for zone in EVERYWHERE:
        midnight = datetime.combine(day + timedelta(days=1), datetime.min.time(), zone)
        assert end - life < midnight <= end


@pytest.mark.parametrize("language", OFFERED)
@pytest.mark.parametrize("zone", [None, "Asia/Kathmandu", "America/Mexico_City"])
def test_messages_tell_it_and_an_sms_stays_one_segment(language: str, zone: str | None) -> None:
    changes = {"expires_at": END, "at": SENT, "locale": language, "time_zone": zone}
    body = link_text(sms_message(**changes))

    assert told(language, time_zone=zone, short=True) in body
    assert septets(body) <= SEGMENT
    assert told(language, time_zone=zone) in link_email(link_message(**changes), MAIL_FROM).text
