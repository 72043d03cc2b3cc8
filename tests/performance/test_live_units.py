"""Cost of the live channel's messages on the real DynamoDB: requests, and units as DynamoDB counts them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.live.test_cobrowsing import NAME, write
from tests.live.test_races import opened
from tests.support.cloud import Cloud, cloud_on
from tests.support.live import LivePage, joined, ticket

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.performance.conftest import Meter

    Recorder = Callable[[str, object], None]

SENDER = ["GetItem", "Query", "BatchGetItem"]
"""Reads with each message: the connection, the room, and the links of everybody in it."""


@pytest.fixture(scope="module")
def cloud(meter: Meter, dynamodb_local: str) -> Iterator[Cloud]:  # noqa: ARG001 - it must come first
    with cloud_on(dynamodb_local) as started:
        yield started


@pytest.fixture
def pages(cloud: Cloud) -> tuple[LivePage, LivePage]:
    first, second = opened(cloud)
    return joined(first), joined(second)


def test_a_connection_is_four_writes_with_its_ticket(meter: Meter, cloud: Cloud, record_property: Recorder) -> None:
    visitor = opened(cloud)[0]
    page = LivePage(cloud)
    with meter.step() as asking:
        given = ticket(visitor)
    with meter.step() as connecting:
        assert page.shake_hands(given).status == 101
    with meter.step() as leaving:
        page.lose()

    record_property("measured", f"ticket: {asking}; connect: {connecting}; disconnect: {leaving}")
    assert (asking.write_units, connecting.write_units, leaving.write_units) == (1, 3, 2)
    assert asking.calls == ["GetItem", "GetItem", "PutItem"]  # the link, the budget of the day, the ticket
    assert connecting.calls == ["DeleteItem", "GetItem", "Query", "PutItem", "PutItem"]


@pytest.mark.parametrize("t", ["typing", "focus", "view"])
def test_what_is_not_stored_only_reads(
    t: str, meter: Meter, pages: tuple[LivePage, LivePage], record_property: Recorder
) -> None:
    members: dict[str, object] = {"s": NAME} if t == "view" else {"f": NAME, "x": ["Ada"]}
    with meter.step() as used:
        pages[0].say(t, **members)

    record_property("measured", f"{t}: {used}")
    assert (used.write_units, used.calls) == (0, SENDER)
    assert used.read_units <= 5


def test_a_sign_of_life_is_one_write(meter: Meter, pages: tuple[LivePage, LivePage], record_property: Recorder) -> None:
    with meter.step() as used:
        pages[0].say("beat")

    record_property("measured", f"beat: {used}")
    assert (used.write_units, used.calls) == (1, [*SENDER, "UpdateItem"])


def test_a_further_answer_is_one_write(
    meter: Meter, pages: tuple[LivePage, LivePage], record_property: Recorder
) -> None:
    pages[0].say("set", set=[write(NAME, "Ada")])  # the first one also notes on the link that answers were saved
    with meter.step() as used:
        pages[0].say("set", set=[write(NAME, "Ada L", 1)])

    record_property("measured", f"set: {used}")
    assert (used.write_units, used.calls) == (1, [*SENDER, "UpdateItem"])
