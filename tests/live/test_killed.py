"""A function killed at any call of a handshake, a hello or a beat: its browser comes back, and nobody sees it twice."""

from __future__ import annotations

import itertools
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from tests.live.test_channel import roles
from tests.live.test_races import opened
from tests.support.cloud import DOMAIN, TEMPLATE, Cloud
from tests.support.fault_injection import Fault, Injector
from tests.support.live import LivePage, joined, ticket

if TYPE_CHECKING:
    from collections.abc import Iterator

BOTH = [("", "here"), ("role0", "here")]


@pytest.fixture
def calls() -> Iterator[tuple[Cloud, Injector]]:
    injector = Injector()
    with injector.installed(), Cloud(TEMPLATE, domain=DOMAIN, portal_url="") as cloud:
        yield cloud, injector


@pytest.mark.parametrize("fault", [Fault.KILL_BEFORE, Fault.KILL_AFTER])
@pytest.mark.parametrize("step", ["connect", "hello", "beat"])
def test_a_browser_whose_function_was_killed_comes_back(step: str, fault: Fault, calls: tuple[Cloud, Injector]) -> None:
    cloud, injector = calls
    customer, adviser = opened(cloud)
    other = joined(adviser)
    for number in itertools.count():
        _minute(cloud, other)
        page = LivePage(cloud) if step == "connect" else joined(customer)
        given = ticket(customer) if step == "connect" else ""
        injector.arm(number, fault)
        if given:
            assert page.shake_hands(given).status in {101, 500}
        else:
            page.say(step)
        injector.disarm()
        if not injector.fired:
            break

        _minute(cloud, other)
        again = joined(customer)

        assert roles(again.frames[0]) == BOTH
        assert again.say("beat")[-1]["t"] == "pulse"
        assert roles(other.say("beat")[-1]) == BOTH
    assert number >= 4
    for _ in range(4):
        _minute(cloud, other)
    assert roles(other.say("beat")[-1]) == [("role0", "here")]  # its lease is over, though nobody said goodbye


def _minute(cloud: Cloud, other: LivePage) -> None:
    """Let a minute pass, in which the other browser shows that it is there. It has tickets of its own."""
    cloud.clock.advance(timedelta(minutes=1))
    other.say("beat")
