from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from linkgate.model.moments import day_in_words, in_short, in_words

MOMENT = datetime(2026, 11, 28, 15, 4, 59, tzinfo=UTC)


def test_a_moment_in_words_has_weekday_date_time_and_zone() -> None:
    assert in_words(MOMENT, "en") == "Saturday, 28 November 2026 at 15:04 (UTC)"
    assert in_words(MOMENT, "es") == "sábado, 28 de noviembre de 2026 a las 15:04 (UTC)"


def test_a_moment_is_shown_in_the_zone_it_carries() -> None:
    india = MOMENT.astimezone(timezone(timedelta(hours=5, minutes=30)))
    bogota = datetime(2026, 12, 1, 2, 0, tzinfo=UTC).astimezone(timezone(timedelta(hours=-5)))

    assert in_words(india, "en") == "Saturday, 28 November 2026 at 20:34 (UTC+5:30)"
    assert in_words(bogota, "es") == "lunes, 30 de noviembre de 2026 a las 21:00 (UTC-5)"


def test_a_moment_for_an_sms_is_short() -> None:
    assert in_short(MOMENT, "en") == "28 Nov 15:04 UTC"
    assert in_short(MOMENT, "es") == "28 nov 15:04 UTC"


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        in_words(MOMENT.replace(tzinfo=None), "en")


@pytest.mark.parametrize(("language", "words"), [("en", "2 August 2026"), ("es", "2 de agosto de 2026")])
def test_a_day_in_words(language: str, words: str) -> None:
    assert day_in_words(date(2026, 8, 2), language) == words
