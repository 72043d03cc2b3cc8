"""Races for one delivery, judged by the real DynamoDB Local."""

from __future__ import annotations

import dataclasses
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import TYPE_CHECKING, Any

import pytest

from linkgate.errors import LinkError, Throttled
from linkgate.model.delivery_tasks import CheckDelivery, Remind, SendSmsInstead
from linkgate.model.link import Channel, DeliveryState
from linkgate.model.reports import Report
from linkgate.model.tenant import Process
from linkgate.ports.links import NotChanged
from linkgate.store.attribute_values import to_attribute
from linkgate.store.link_items import LINK, delivery_map
from linkgate.usecases.delivery.delivery_work import perform
from linkgate.usecases.delivery.feedback import take_report
from linkgate.usecases.delivery.resending import ResendLink, resend_link
from local import demo
from tests.support.delivery_rig import Recipient, deps, fail, link, messages, opens, send_link, share

if TYPE_CHECKING:
    from collections.abc import Callable

    from linkgate.model.link import Delivery
    from tests.support.cloud import Cloud

EMAIL, SMS = Channel.EMAIL, Channel.SMS
ROUNDS = 10
MANY = 8


def at_once(*acts: Callable[[], object]) -> list[object]:
    """Start all at the same moment and return their results or errors."""
    barrier = Barrier(len(acts))

    def start(act: Callable[[], object]) -> object:
        barrier.wait()
        try:
            return act()
        except (LinkError, NotChanged) as refused:
            return refused

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(start, acts))


def overwrite(cloud: Cloud, rid: str, delivery: Delivery) -> None:
    """Set a delivery to an earlier state."""
    cloud.aws.client("dynamodb").update_item(
        TableName=cloud.environment()["TABLE_NAME"],
        Key={"pk": {"S": rid}, "sk": {"S": LINK}},
        UpdateExpression="SET deliveries.#channel = :delivery",
        ExpressionAttributeNames={"#channel": delivery.channel.value},
        ExpressionAttributeValues={":delivery": to_attribute(delivery_map(delivery))},
    )


@pytest.mark.parametrize("number", range(ROUNDS))
def test_one_worker_of_many_takes_a_delivery(real_cloud: Cloud, number: int) -> None:
    fail(real_cloud, "ses", "throttle")
    rid = share(real_cloud, Recipient(number))
    due = link(real_cloud, rid).deliveries[EMAIL].due
    assert due is not None
    real_cloud.clock.advance(timedelta(minutes=1))

    at_once(*[lambda: perform(CheckDelivery(rid, EMAIL, 1, due), deps())] * MANY)

    (message,) = messages(real_cloud, rid, EMAIL)
    assert opens(real_cloud, message)
    sent = link(real_cloud, rid).deliveries[EMAIL]
    assert (sent.state, sent.attempt, sent.copies) == (DeliveryState.SENT, 2, 1)
    assert sorted(link(real_cloud, rid).secrets.values()) == ["api", "email:1", "email:2"]


@pytest.mark.parametrize("number", range(ROUNDS))
def test_a_worker_meets_a_report(real_cloud: Cloud, number: int) -> None:
    """Either the report wins and nothing more is sent, or one more copy is sent and counted."""
    fail(real_cloud, "ses", "timeout_after")
    rid = share(real_cloud, Recipient(number))
    due = link(real_cloud, rid).deliveries[EMAIL].due
    assert due is not None
    real_cloud.clock.advance(timedelta(minutes=5))
    arrived = Report(EMAIL, DeliveryState.DELIVERED, "first-copy", deps().now(), rid=rid, attempt=1)

    at_once(lambda: perform(CheckDelivery(rid, EMAIL, 1, due), deps()), lambda: take_report(arrived, deps()))

    ended = link(real_cloud, rid).deliveries[EMAIL]
    assert (ended.state, ended.due) == (DeliveryState.DELIVERED, None)
    assert len(messages(real_cloud, rid, EMAIL)) == ended.copies == ended.attempt <= 2


@pytest.mark.parametrize("number", range(ROUNDS))
def test_a_worker_meets_the_call_that_is_late(real_cloud: Cloud, number: int) -> None:
    """The lease has ended, and the call still tries to record the outcome. One wins, and the other notices."""
    rid = share(real_cloud, Recipient(number))
    sent = link(real_cloud, rid).deliveries[EMAIL]
    leased = dataclasses.replace(sent, state=DeliveryState.SENDING, message_id=None, due=deps().now())
    overwrite(real_cloud, rid, leased)
    real_cloud.clock.advance(timedelta(minutes=5))

    recorded, _ = at_once(
        lambda: deps().deliveries.record(rid, [sent]),
        lambda: perform(CheckDelivery(rid, EMAIL, 1, leased.due or deps().now()), deps()),
    )

    ended = link(real_cloud, rid).deliveries[EMAIL]
    assert ended.state is DeliveryState.SENT
    assert ended.attempt == (2 if isinstance(recorded, NotChanged) else 1)
    assert len(messages(real_cloud, rid, EMAIL)) == ended.copies == ended.attempt


def test_one_resend_of_many_goes_out(real_cloud: Cloud) -> None:
    rid = share(real_cloud, Recipient(1))
    real_cloud.clock.advance(timedelta(minutes=5))
    command = ResendLink(tenant=demo.DEMO.id, rid=rid, channel=EMAIL)

    ends = at_once(*[lambda: resend_link(command, deps())] * MANY)

    assert sum(isinstance(end, Throttled) for end in ends) == MANY - 1
    assert len(messages(real_cloud, rid, EMAIL)) == 2
    assert link(real_cloud, rid).resends == 1


def test_one_reminder_of_many_goes_out(real_cloud: Cloud) -> None:
    tenants: Any = deps().tenants
    tenants.put_definition(demo.DEMO.id, Process("reminds", "T", reminders=(timedelta(days=1), timedelta(days=2))))
    rid = send_link(real_cloud, Recipient(1), processId="reminds")
    real_cloud.clock.advance(timedelta(days=2, hours=1))

    at_once(*[lambda: perform(Remind(rid, deps().now() - timedelta(hours=1)), deps())] * MANY)

    assert len(messages(real_cloud, rid, EMAIL)) + len(messages(real_cloud, rid, SMS)) == 3
    assert link(real_cloud, rid).reminded == 2


def test_one_sms_instead_of_many_goes_out(real_cloud: Cloud) -> None:
    tenants: Any = deps().tenants
    tenants.put_tenant(dataclasses.replace(demo.DEMO, sms_fallback=True))
    rid = share(real_cloud, Recipient(1))
    take_report(
        Report(
            EMAIL,
            DeliveryState.BOUNCED,
            link(real_cloud, rid).deliveries[EMAIL].message_id or "",
            deps().now(),
            rid=rid,
            attempt=1,
        ),
        deps(),
    )

    at_once(*[lambda: perform(SendSmsInstead(rid, deps().now() - timedelta(seconds=1)), deps())] * MANY)

    assert len(messages(real_cloud, rid, SMS)) == 1


def test_the_budget_is_exact(real_cloud: Cloud) -> None:
    now = real_cloud.clock.now()

    for budget in (deps().sms_budget, deps().email_budget):
        taken = at_once(*[lambda budget=budget: budget.take(demo.DEMO.id, 10, now)] * 32)

        assert taken.count(True) == 10
        assert taken.count(False) == 22


def test_of_many_surveys_at_once_one_begins_the_pause(real_cloud: Cloud) -> None:
    now, pauses = real_cloud.clock.now(), deps().survey_pauses

    def begin(address: str = "ana@example.com", days: int = 0) -> bool:
        moment = now + timedelta(days=days)
        return pauses.begin(demo.DEMO.id, address, moment + timedelta(days=7), moment)

    begun = at_once(*[begin] * 25)

    assert begun.count(True) == 1
    assert not begin("ANA@example.com", days=6)
    assert begin("ben@example.com")
    assert begin(days=7)
    assert not begin(days=8)


def test_reports_of_every_kind_at_once_end_in_the_worst(real_cloud: Cloud) -> None:
    rid = share(real_cloud, Recipient(1))
    message = link(real_cloud, rid).deliveries[EMAIL].message_id or ""
    kinds = [state for state in DeliveryState if state not in {DeliveryState.SENDING, DeliveryState.DELAYED}]
    reports = [
        Report(EMAIL, state, message, deps().now(), rid=rid, attempt=1)
        for state in kinds
        if state is not DeliveryState.UNKNOWN
    ]

    at_once(*[lambda report=report: take_report(report, deps()) for report in reports * 2])

    assert link(real_cloud, rid).deliveries[EMAIL].state is DeliveryState.COMPLAINED
