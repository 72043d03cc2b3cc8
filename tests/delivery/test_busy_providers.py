"""A provider that is too busy costs no try, and a used-up day pauses the channel."""

from __future__ import annotations

import dataclasses
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from linkgate import wiring
from linkgate.errors import Unavailable
from linkgate.model.delivery_rules import PROBE, QUOTA_PAUSE, TRIES
from linkgate.model.delivery_tasks import CheckDelivery
from linkgate.model.link import Channel, Delivery, DeliveryState
from linkgate.store.delivery.sending_rates import DynamoSendingPauses
from linkgate.store.table import Table
from linkgate.usecases.delivery.delivery_work import perform
from tests.support.delivery_rig import (
    Recipient,
    Rig,
    deps,
    fail,
    link,
    messages,
    pass_time,
    share,
    until_quiet,
)
from tests.support.vendor_calls import SURVEY

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.support.cloud import Cloud

EMAIL, SMS = Channel.EMAIL, Channel.SMS


def email(cloud: Cloud, rid: str) -> Delivery:
    return link(cloud, rid).deliveries[EMAIL]


@pytest.fixture(autouse=True)
def healthy(rig: Rig) -> Iterator[None]:
    """Remove all faults after each test."""
    yield
    fail(rig.cloud, "ses", "throttle", 0)


def test_a_busy_provider_costs_no_try_and_leaves_few_secrets(rig: Rig, recipient: Recipient) -> None:
    fail(rig.cloud, "ses", "throttle", 12)
    rid = share(rig.cloud, recipient, expiresInHours=72)
    first = email(rig.cloud, rid)
    assert (first.state, first.reason, first.tries, first.spared) == (DeliveryState.DELAYED, "throttled", 0, 1)
    assert first.due is not None
    assert first.at is not None
    assert first.due - first.at < timedelta(minutes=1)

    until_quiet(rig.cloud, rid)

    sent = email(rig.cloud, rid)
    assert (sent.state, sent.attempt, sent.tries, sent.spared) == (DeliveryState.SENT, 13, 1, 12)
    kept = {f"email:{attempt}" for attempt in (*range(1, TRIES + 1), 13)}
    assert set(link(rig.cloud, rid).secrets.values()) == {"api", *kept}
    assert len(messages(rig.cloud, rid, EMAIL)) == 1


def test_a_survey_that_waits_keeps_as_few_opt_outs(rig: Rig, recipient: Recipient) -> None:
    fail(rig.cloud, "ses", "throttle", 12)
    assert SURVEY.make(rig.cloud, {**SURVEY.body, "customer_contact": recipient.email}).status == 201
    (rid,) = [item["pk"] for item in rig.cloud.table() if item.get("recipient", {}).get("email") == recipient.email]

    until_quiet(rig.cloud, rid)

    survey = link(rig.cloud, rid)
    assert email(rig.cloud, rid).attempt == 13
    assert len(survey.opt_outs) == len(survey.secrets) == 1 + TRIES + 1


def test_a_used_up_day_pauses_the_channel_until_one_message_finds_out(rig: Rig, recipient: Recipient) -> None:
    fail(rig.cloud, "ses", "quota", 2)
    rids = [share(rig.cloud, recipient, expiresInHours=72) for _ in range(2)]
    assert {email(rig.cloud, rid).reason for rid in rids} == {"quota"}
    until = deps().pauses.until(EMAIL, deps().now())
    assert until is not None
    assert timedelta() < until - deps().now() <= QUOTA_PAUSE
    assert deps().pauses.until(SMS, deps().now()) is None
    rig.calls.arm()
    pass_time(rig.cloud, minutes=1)
    for rid in rids:
        perform(CheckDelivery(rid, EMAIL, 1, deps().now()), deps())
    assert [call for call in rig.calls.calls if call.startswith("sesv2.")] == []
    fail(rig.cloud, "ses", "quota", 1)
    rig.calls.arm()
    pass_time(rig.cloud, minutes=61)
    rig.calls.disarm()
    asked = [call for call in rig.calls.calls if call.startswith("sesv2.")]
    assert len(asked) <= 1  # it found out that the day is still used up

    until_quiet(rig.cloud, *rids)

    assert {email(rig.cloud, rid).state for rid in rids} == {DeliveryState.SENT}
    assert deps().pauses.until(EMAIL, deps().now()) is None


def test_a_pause_is_read_once_in_half_a_minute_and_only_grows(rig: Rig) -> None:
    pauses, now = deps().pauses, deps().now() + timedelta(days=400)
    pauses.begin(SMS, now + timedelta(minutes=10))
    pauses.begin(SMS, now + timedelta(minutes=5))
    rig.calls.arm()
    for _ in range(5):
        assert pauses.until(SMS, now) == now + timedelta(minutes=10)
    assert pauses.until(SMS, now + timedelta(seconds=29)) == now + timedelta(minutes=10)
    rig.calls.disarm()

    assert rig.calls.calls == ["dynamodb.GetItem"]


def test_once_a_pause_is_over_one_worker_finds_out(rig: Rig) -> None:
    table = Table(rig.cloud.environment()["TABLE_NAME"], lambda: rig.cloud.aws.client("dynamodb"))
    first, second = DynamoSendingPauses(table), DynamoSendingPauses(table)
    now = deps().now() + timedelta(days=800)
    first.begin(SMS, now)
    over = now + timedelta(seconds=1)

    assert [first.until(SMS, over), second.until(SMS, over)] == [None, over + PROBE]
    second.went_out(SMS)  # it was not the one to find out
    assert second.until(SMS, over) == over + PROBE
    first.went_out(SMS)

    assert DynamoSendingPauses(table).until(SMS, over) is None


class LostPauses:
    """Pauses of a table that does not answer."""

    def begin(self, *_: object) -> None:
        raise Unavailable

    def went_out(self, *_: object) -> None:
        raise Unavailable


@pytest.mark.parametrize(("error", "state"), [(None, DeliveryState.SENT), ("quota", DeliveryState.DELAYED)])
def test_a_pause_that_cannot_be_written_changes_no_outcome(
    rig: Rig, recipient: Recipient, error: str | None, state: DeliveryState
) -> None:
    before, pauses = deps(), LostPauses()
    lost: Any = pauses
    wiring.use(dataclasses.replace(before, pauses=lost))
    if error:
        fail(rig.cloud, "ses", error)
    try:
        rid = share(rig.cloud, recipient)
    finally:
        wiring.use(before)

    assert (email(rig.cloud, rid).state, email(rig.cloud, rid).reason) == (state, error)
    until_quiet(rig.cloud, rid)
    assert len(messages(rig.cloud, rid, EMAIL)) == 1
