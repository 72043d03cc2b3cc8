"""Cost of a call's messages on the real DynamoDB, by which benchmarks/live_cost.py computes what a session costs."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from benchmarks.cost import DOLLARS, PAGE, PICTURE, picture, told_change
from benchmarks.cost import page as page_of_costs
from benchmarks.live_cost import MESSAGES, Message, session
from tests.desk.test_channel import desk
from tests.support.cloud import Cloud, StillClock, cloud_on
from tests.support.live import LivePage, ticket
from tests.support.visitor import Visitor, session_link

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.performance.conftest import Meter

    Recorder = Callable[[str, object], None]


@pytest.fixture(scope="module")
def cloud(meter: Meter, dynamodb_local: str) -> Iterator[Cloud]:  # noqa: ARG001 - it must come first
    with cloud_on(dynamodb_local, StillClock()) as started:
        yield started


def test_a_call_costs_what_the_page_of_costs_says(meter: Meter, cloud: Cloud, record_property: Recorder) -> None:
    ana = desk(cloud)
    ana.say("duty", on=True)
    visitor = Visitor(cloud)
    visitor.see(session_link(cloud))
    page = LivePage(cloud)
    found: dict[str, Message] = {}

    def step(name: str, act: Callable[[], object]) -> None:
        before = page.pushed + ana.pushed
        with meter.step() as used:
            act()
        found[name] = Message(used.write_units, used.read_units, page.pushed + ana.pushed - before)
        record_property("measured", f"{name}: {used}, {found[name].pushes} messages to browsers")

    given = ticket(visitor)
    step("connect", lambda: page.shake_hands(given))
    step("hello", lambda: page.say("hello"))
    step("beat of who waits", lambda: page.say("beat"))
    step("accept", lambda: ana.say("accept", rid=visitor.rid))
    step("chat", lambda: page.say("chat", text="Hello", id="1"))
    step("chat of the agent", lambda: ana.say("chat", text="Hello", id="1"))
    step("live", lambda: page.say("live", line="Hel", k=1))
    step("signalling", lambda: ana.say("sdp", d="v=0", kind="answer", n=1))
    step("media", lambda: page.say("media", audio=True, video=True))
    step("beat of the customer", lambda: page.say("beat"))
    step("beat of the agent", lambda: ana.say("beat"))
    step("end", lambda: ana.say("end"))
    step("disconnect", page.lose)

    agents = found.pop("chat of the agent")
    found["chat"] = replace(found["chat"], reads=(found["chat"].reads + agents.reads) / 2)
    assert found == MESSAGES
    assert (found["accept"].writes, found["end"].writes) == (3, 2)


def test_a_session_of_eight_minutes_costs_less_than_a_fortieth_of_a_cent() -> None:
    assert sum(session(DOLLARS, told_change()).values()) <= 250


def test_the_page_of_costs_is_as_the_code_writes_it() -> None:
    assert PAGE.read_text() == page_of_costs()
    assert PICTURE.read_text() == picture()
