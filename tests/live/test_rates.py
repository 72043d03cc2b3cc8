"""Limits on what one browser sends."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from linkgate.errors import Throttled
from linkgate.rates import MessageRates

NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)


def test_a_flood_is_refused_and_ten_messages_a_second_are_taken() -> None:
    rates = MessageRates()
    for _ in range(30):
        rates.take("one", NOW)

    with pytest.raises(Throttled):
        rates.take("one", NOW)
    rates.take("other", NOW)
    for _ in range(10):
        rates.take("one", NOW + timedelta(seconds=1))
    with pytest.raises(Throttled):
        rates.take("one", NOW + timedelta(seconds=1))


def test_the_twenty_first_refusal_of_a_minute_is_too_many() -> None:
    rates = MessageRates()

    refused = [rates.refuse("one", NOW) for _ in range(21)]

    assert refused == [False] * 20 + [True]
    assert not rates.refuse("other", NOW)
    assert not rates.refuse("one", NOW + timedelta(minutes=1))


def test_a_visit_has_five_tickets_a_minute() -> None:
    rates = MessageRates()
    for _ in range(5):
        rates.ticket("one", NOW)

    with pytest.raises(Throttled):
        rates.ticket("one", NOW)
    rates.ticket("other", NOW)
    rates.ticket("one", NOW + timedelta(minutes=1))
