"""Cost of the live channel's messages on the real DynamoDB: requests, and units as DynamoDB counts them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from linkgate.model.live import own_queue
from linkgate.usecases.desk.answering import accept
from linkgate.usecases.desk.calls import end, transfer
from linkgate.usecases.desk.duty import beat
from linkgate.usecases.desk.waiting import enter
from tests.desk.test_channel import customer, on_duty
from tests.live.test_cobrowsing import NAME, write
from tests.live.test_races import opened
from tests.support.cloud import Cloud, StillClock, cloud_on
from tests.support.desk import Office
from tests.support.live import LivePage, joined, ticket

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.performance.conftest import Meter

    Recorder = Callable[[str, object], None]

SENDER = ["GetItem", "Query", "BatchGetItem"]
"""Reads with each message: the connection, the room, and the links of everybody in it."""


@pytest.fixture(scope="module")
def cloud(meter: Meter, dynamodb_local: str) -> Iterator[Cloud]:  # noqa: ARG001 - it must come first
    with cloud_on(dynamodb_local, StillClock()) as started:
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


def test_a_call_writes_its_room_its_place_and_its_seat(meter: Meter, cloud: Cloud, record_property: Recorder) -> None:
    office = Office(cloud)
    ana, _, link, other = office.agent("ana"), office.agent("ben"), office.session(), office.session()
    used = {}
    steps: dict[str, Callable[[], object]] = {
        "enter": lambda: enter(link, "visit", office.deps),
        "accept": lambda: accept(ana, link.rid, office.deps),
        "transfer": lambda: transfer(ana, own_queue("ben"), office.deps),
        "enter the next": lambda: enter(other, "visit", office.deps),
        "accept the next": lambda: accept(ana, other.rid, office.deps),
        "end": lambda: end(ana, office.deps),
        "beat": lambda: beat(ana, office.deps),
    }
    for name, act in steps.items():
        with meter.step() as used[name]:
            act()

    record_property("measured", "; ".join(f"{name}: {cost}" for name, cost in used.items()))
    writes = {name: cost.write_units for name, cost in used.items()}
    assert writes == {
        "enter": 2,
        "accept": 3,
        "transfer": 3,
        "enter the next": 2,
        "accept the next": 3,
        "end": 2,
        "beat": 1,
    }


def test_a_line_of_a_chat_is_one_write_and_one_that_is_being_written_none(
    meter: Meter, cloud: Cloud, record_property: Recorder
) -> None:
    ana = on_duty(cloud)
    visitor, page = customer(cloud)
    ana.say("accept", rid=visitor.rid)
    with meter.step() as said:
        page.say("chat", text="Hello", id="1")
    with meter.step() as live:
        page.say("live", line="Hel", k=1)
    with meter.step() as passed:
        page.say("sdp", d="v=0", kind="offer", n=1)

    record_property("measured", f"chat: {said}; live: {live}; sdp: {passed}")
    assert (said.write_units, live.write_units, passed.write_units) == (1, 0, 0)
