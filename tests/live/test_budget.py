"""Budget of the day: what a flood costs at most, and what goes on without it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from linkgate import wiring
from linkgate.ports.measures import Metric
from linkgate.rates import MessageRates
from linkgate.usecases.live.budget import Spent, count_messages
from tests.live.test_cobrowsing import NAME, write
from tests.support.live import LivePage, joined, ticket

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from linkgate.ports.measures import Measure
    from tests.support.cloud import Cloud
    from tests.support.visitor import Visitor

    Together = Callable[[], tuple[Visitor, Visitor]]

NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)


def test_counts_wait_in_memory_for_fifty_messages_or_ten_seconds() -> None:
    rates = MessageRates()

    counted = [rates.count("a", 1, NOW) for _ in range(51)]

    assert counted == [0] * 49 + [50, 0]
    assert rates.count("b", 1, NOW + timedelta(seconds=9)) == 0
    assert rates.count("a", 1, NOW + timedelta(seconds=10)) == 2


def test_a_day_begins_anew() -> None:
    rates = MessageRates()
    rates.learn("a", 7, NOW)

    assert (rates.used("a", NOW), rates.used("b", NOW), rates.used("a", NOW + timedelta(days=1))) == (7, 0, 0)


@pytest.mark.usefixtures("cloud")
def test_the_message_over_the_budget_is_measured_once() -> None:
    told: list[Measure] = []

    def measure(measures: Sequence[Measure]) -> None:
        told.extend(measures)

    deps = replace(wiring.deps(), live_limit=120, measure=measure, now=lambda: NOW)

    over = [count_messages("tenant", 50, deps) for _ in range(4)]

    assert over == [Spent.PART, Spent.PART, Spent.ALL, Spent.ALL]
    assert [each.value for each in told if each.metric is Metric.LIVE_MESSAGES] == [50] * 4
    assert len([each for each in told if each.metric is Metric.LIVE_OVER_BUDGET]) == 1


def test_over_the_budget_nobody_sees_typing_but_answers_are_stored_and_told(cloud: Cloud, together: Together) -> None:
    customer, adviser = together()
    first, second = joined(customer), joined(adviser)
    late = ticket(customer)
    deps = wiring.use(replace(wiring.deps(), live_limit=1))
    link = deps.links.get(customer.rid or "")
    assert link
    deps.message_rates.learn(link.tenant, 2, deps.now())
    second.take()

    assert first.say("typing", f=NAME, x=["A"]) == []
    first.say("set", set=[write(NAME, "Ada")])

    assert [frame["t"] for frame in second.take()] == ["set"]
    refused = adviser.post(f"{adviser.thing}/live")
    assert (refused.status, refused.header("retry-after")) == (429, "3600")
    assert LivePage(cloud).shake_hands(late).status == 101  # a ticket that was given is honoured


def test_over_twice_the_budget_connections_are_closed(together: Together) -> None:
    customer, _ = together()
    page = joined(customer)
    deps = wiring.use(replace(wiring.deps(), live_limit=1))
    link = deps.links.get(customer.rid or "")
    assert link
    deps.message_rates.learn(link.tenant, 3, deps.now())

    page.say("set", set=[write(NAME, "Ada")])

    assert (page.frames[-1]["why"], page.code) == ("budget", 1000)
    assert deps.fields.of(link.master_rid) == {}


def test_another_process_learns_of_the_budget_from_the_table(together: Together) -> None:
    customer, _ = together()
    deps = wiring.use(replace(wiring.deps(), live_limit=10))
    link = deps.links.get(customer.rid or "")
    assert link
    deps.live_budget.add(link.tenant, 11, deps.now())

    assert customer.post(f"{customer.thing}/live").status == 429
