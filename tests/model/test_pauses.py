"""Pauses vary, and callers get them in whole seconds."""

from datetime import timedelta

import pytest

from linkgate.model.pauses import retry_after, varied

MINUTE = timedelta(minutes=1)
MS = timedelta(milliseconds=1)


@pytest.mark.parametrize(
    ("random", "pause"),
    [(b"\0\0", timedelta(seconds=48)), (b"\xff\xff", timedelta(seconds=72)), (b"\x80\0", timedelta(seconds=60))],
)
def test_a_pause_varies_by_its_share_either_way(random: bytes, pause: timedelta) -> None:
    assert varied(MINUTE, 0.2, random) == pause


def test_a_varied_pause_has_whole_milliseconds() -> None:
    pauses = [varied(MINUTE, 0.1, bytes((first, 7))) for first in range(256)]

    assert len(set(pauses)) == 256
    assert not [pause for pause in pauses if pause % MS]


@pytest.mark.parametrize(
    ("pause", "seconds"),
    [(timedelta(seconds=30), 30), (timedelta(seconds=30) + MS, 31), (MS, 1), (timedelta(), 1), (-MINUTE, 1)],
)
def test_a_caller_waits_whole_seconds_and_at_least_one(pause: timedelta, seconds: int) -> None:
    assert retry_after(pause) == seconds
