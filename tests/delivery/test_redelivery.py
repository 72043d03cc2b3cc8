"""Retries of unfinished deliveries: when, how often, and when they stop."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from linkgate.aws.task_messages import UnreadableTask, message_of, task_of
from linkgate.aws.timed_messages import LONGEST_DELAY
from linkgate.model.delivery_rules import BACKOFF, JITTER, TRIES, backoff
from linkgate.model.delivery_tasks import CheckDelivery, Reconsider, Remind, SendSmsInstead
from linkgate.model.link import Channel, Delivery, DeliveryState
from linkgate.model.reports import Report
from linkgate.usecases.delivery.delivery_work import perform
from linkgate.usecases.delivery.feedback import take_report
from linkgate.usecases.history.link_facts import BOUNCED, FAILED, REFUSED, facts_of
from tests.support.delivery_rig import (
    SECRET,
    Recipient,
    Rig,
    deps,
    depth,
    fail,
    link,
    messages,
    opens,
    pass_time,
    send_link,
    share,
    until_quiet,
)
from tests.support.fault_injection import Fault

if TYPE_CHECKING:
    from collections.abc import Iterator

    from linkgate.model.delivery_tasks import Task
    from tests.support.cloud import Cloud

EMAIL, SMS = Channel.EMAIL, Channel.SMS


def email(cloud: Cloud, rid: str) -> Delivery:
    return link(cloud, rid).deliveries[EMAIL]


@pytest.fixture(autouse=True)
def healthy(rig: Rig) -> Iterator[None]:
    """Remove all faults after each test."""
    yield
    for service in ("ses", "sns", "dynamodb"):
        fail(rig.cloud, service, "throttle", 0)


def lost(cloud: Cloud, rid: str) -> list[dict[str, Any]]:
    """Return the lost messages in the link's item. Other tests check that each is reported once."""
    facts = [fact for fact in facts_of(None, link(cloud, rid)) if fact.kind in {BOUNCED, FAILED, REFUSED}]
    return [{"kind": fact.kind, **json.loads(fact.details)} for fact in facts]


def attempts(cloud: Cloud, rid: str, *, hours: float) -> list[tuple[int, datetime]]:
    """Return the attempts at the e-mail and their times, watching every ten seconds until there are no more."""
    seen: dict[int, datetime] = {}
    end = cloud.clock.now() + timedelta(hours=hours)
    while cloud.clock.now() < end:
        delivery = email(cloud, rid)
        seen.setdefault(delivery.attempt, delivery.at or cloud.clock.now())
        if delivery.due is None:
            break
        pass_time(cloud, seconds=min(600.0, max(10.0, (delivery.due - cloud.clock.now()).total_seconds())))
    return sorted(seen.items())


def test_the_pauses_grow_and_spread() -> None:
    for tries, pause in enumerate(BACKOFF, start=1):
        assert backoff(tries, b"\0\0") == pause * (1 - JITTER)
        assert backoff(tries, b"\xff\xff") == pause * (1 + JITTER)
    assert (
        timedelta(seconds=30),
        timedelta(minutes=2),
        timedelta(minutes=10),
        timedelta(hours=1),
        timedelta(hours=6),
    ) == BACKOFF


def test_a_message_that_never_goes_out_is_tried_on_schedule_and_then_given_up(rig: Rig, recipient: Recipient) -> None:
    fail(rig.cloud, "ses", "error", 100)
    rid = share(rig.cloud, recipient, expiresInHours=72)

    made = attempts(rig.cloud, rid, hours=12)

    assert [number for number, _ in made] == list(range(1, TRIES + 1))
    for (_, before), (_, after), pause in zip(made, made[1:], BACKOFF, strict=False):
        assert pause * (1 - JITTER) <= after - before <= pause * (1 + JITTER) + timedelta(seconds=60)
    ended = email(rig.cloud, rid)
    assert (ended.state, ended.reason, ended.copies, ended.due) == (DeliveryState.FAILED, "provider_error", 0, None)
    assert messages(rig.cloud, rid, EMAIL) == []
    assert [(event["kind"], event["reason"], event["attempt"]) for event in lost(rig.cloud, rid)] == [
        (FAILED, "provider_error", TRIES)
    ]
    until_quiet(rig.cloud, rid)
    assert email(rig.cloud, rid).attempt == TRIES


def test_each_attempt_has_a_secret_of_its_own_and_all_of_them_work(rig: Rig, recipient: Recipient) -> None:
    fail(rig.cloud, "ses", "timeout_after")
    rid = share(rig.cloud, recipient)

    until_quiet(rig.cloud, rid)

    first, second = messages(rig.cloud, rid, EMAIL)
    assert SECRET.search(first.text) != SECRET.search(second.text)
    assert opens(rig.cloud, first)
    assert opens(rig.cloud, second)
    assert {"api", "email:1", "email:2"} == set(link(rig.cloud, rid).secrets.values())


@pytest.mark.parametrize("error", ["error", "throttle"])
def test_nothing_is_tried_beyond_the_links_life(rig: Rig, recipient: Recipient, error: str) -> None:
    fail(rig.cloud, "ses", error, 100)
    rid = share(rig.cloud, recipient, expiresInHours=1)

    made = attempts(rig.cloud, rid, hours=3)

    stored = link(rig.cloud, rid)
    assert made[-1][1] <= stored.expires_at - timedelta(minutes=5)
    assert email(rig.cloud, rid).state is DeliveryState.FAILED
    assert len(lost(rig.cloud, rid)) == 1


@pytest.mark.parametrize("end", ["revoked", "submitted"])
def test_a_closed_link_is_sent_to_nobody(rig: Rig, recipient: Recipient, end: str) -> None:
    fail(rig.cloud, "ses", "throttle")
    rid = share(rig.cloud, recipient)
    _close(rig.cloud, rid, end)

    until_quiet(rig.cloud, rid)

    assert messages(rig.cloud, rid, EMAIL) == []
    assert (email(rig.cloud, rid).state, email(rig.cloud, rid).reason) == (DeliveryState.FAILED, "link_closed")
    assert [(event["kind"], event["reason"]) for event in lost(rig.cloud, rid)] == [(FAILED, "link_closed")]


def _close(cloud: Cloud, rid: str, end: str) -> None:
    now = int(cloud.clock.timestamp() * 1000)
    cloud.aws.client("dynamodb").update_item(
        TableName=cloud.environment()["TABLE_NAME"],
        Key={"pk": {"S": rid}, "sk": {"S": "link"}},
        UpdateExpression=f"SET {end}_at = :now",
        ExpressionAttributeValues={":now": {"N": str(now)}},
    )


def test_an_unknown_end_is_followed_by_one_further_copy_at_most(rig: Rig, recipient: Recipient) -> None:
    fail(rig.cloud, "ses", "timeout_after", 100)
    rid = share(rig.cloud, recipient)
    assert email(rig.cloud, rid).state is DeliveryState.UNKNOWN

    until_quiet(rig.cloud, rid)

    ended = email(rig.cloud, rid)
    assert (ended.state, ended.reason, ended.copies, ended.attempt) == (DeliveryState.FAILED, "no_answer", 2, 2)
    assert len(messages(rig.cloud, rid, EMAIL)) == 2
    assert len(lost(rig.cloud, rid)) == 1
    arrived = Report(EMAIL, DeliveryState.DELIVERED, "late", deps().now(), rid=rid, attempt=2)
    assert take_report(arrived, deps())
    assert email(rig.cloud, rid).state is DeliveryState.DELIVERED


def test_a_report_in_time_spares_the_further_copy(rig: Rig, recipient: Recipient) -> None:
    fail(rig.cloud, "ses", "timeout_after")
    rid = share(rig.cloud, recipient)
    pass_time(rig.cloud, seconds=40)
    taken = Report(EMAIL, DeliveryState.SENT, "of-ses", deps().now(), rid=rid, attempt=1)
    assert take_report(taken, deps())

    until_quiet(rig.cloud, rid)

    assert len(messages(rig.cloud, rid, EMAIL)) == 1
    sent = email(rig.cloud, rid)
    assert (sent.state, sent.message_id, sent.copies) == (DeliveryState.SENT, "of-ses", 1)


def test_a_refusal_is_final(rig: Rig, recipient: Recipient) -> None:
    fail(rig.cloud, "ses", "reject")
    rid = share(rig.cloud, recipient)

    until_quiet(rig.cloud, rid)

    assert (email(rig.cloud, rid).state, email(rig.cloud, rid).attempt) == (DeliveryState.REFUSED, 1)
    assert [event["kind"] for event in lost(rig.cloud, rid)] == [REFUSED]


@pytest.mark.parametrize(
    ("call", "occurrence", "copies"),
    [
        pytest.param("dynamodb.BatchGetItem", 0, 1, id="suppressions"),
        pytest.param("dynamodb.UpdateItem", -2, 1, id="budget"),
        pytest.param("dynamodb.UpdateItem", -1, 2, id="outcome"),
    ],
)
def test_a_table_that_fails_after_the_create_costs_the_caller_nothing(
    rig: Rig, recipient: Recipient, call: str, occurrence: int, copies: int
) -> None:
    """Only an outcome that cannot be recorded costs a second copy. The link exists, and the caller has it."""
    pass_time(rig.cloud, minutes=2)
    share(rig.cloud, recipient)  # leases the numbers of the creates that follow
    pass_time(rig.cloud, minutes=2)
    rig.calls.arm()
    share(rig.cloud, recipient)
    usual = list(rig.calls.calls)
    pass_time(rig.cloud, minutes=2)

    places = [place for place, each in enumerate(usual) if each == call]
    rig.calls.arm(places[occurrence], Fault.THROTTLE)
    rid = share(rig.cloud, recipient)
    rig.calls.disarm()

    assert rig.calls.fired
    until_quiet(rig.cloud, rid)
    assert email(rig.cloud, rid).state is DeliveryState.SENT
    assert len(messages(rig.cloud, rid, EMAIL)) == copies


def test_a_message_that_was_sent_needs_no_queue(rig: Rig, recipient: Recipient) -> None:
    until_quiet(rig.cloud)
    rig.calls.arm()
    rid = send_link(rig.cloud, recipient)
    rig.cloud.settle()
    rig.calls.disarm()

    assert [call for call in rig.calls.calls if call.startswith("sqs.")] == []
    assert {delivery.state for delivery in link(rig.cloud, rid).deliveries.values()} == {DeliveryState.SENT}


def test_a_wait_of_six_hours_passes_the_queue_once(rig: Rig) -> None:
    """Lambda ends what passes through its own queue sixteen times, as an endless loop."""
    until_quiet(rig.cloud)
    due = deps().now() + timedelta(hours=6)
    rig.calls.arm()
    perform(CheckDelivery("AAAAAAAAAAAAAAAAAAAAAA", EMAIL, 1, due), deps())
    perform(CheckDelivery("AAAAAAAAAAAAAAAAAAAAAA", EMAIL, 1, due), deps())
    for _ in range(23):
        pass_time(rig.cloud, minutes=15)
    assert rig.calls.calls == ["scheduler.CreateSchedule"] * 2  # the second changes nothing
    assert depth(rig.cloud, "DeliveryQueue") == 0
    pass_time(rig.cloud, minutes=16)
    rig.calls.disarm()

    assert rig.calls.calls[2:] == ["dynamodb.GetItem"]
    until_quiet(rig.cloud)


def test_a_task_that_comes_early_is_put_back_without_a_look_at_the_table(rig: Rig) -> None:
    until_quiet(rig.cloud)
    rig.calls.arm()
    perform(CheckDelivery("AAAAAAAAAAAAAAAAAAAAAA", EMAIL, 1, deps().now() + LONGEST_DELAY), deps())
    rig.calls.disarm()

    assert rig.calls.calls == ["sqs.SendMessageBatch"]
    assert depth(rig.cloud, "DeliveryQueue") == 1
    until_quiet(rig.cloud)


def test_the_same_message_again_does_nothing(rig: Rig, recipient: Recipient) -> None:
    """Queues and streams deliver more than once, and dead letters are redriven much later."""
    fail(rig.cloud, "ses", "throttle", 2)
    rid = share(rig.cloud, recipient)
    until_quiet(rig.cloud, rid)
    before = link(rig.cloud, rid)

    for _ in range(3):
        for attempt in range(4):
            perform(CheckDelivery(rid, EMAIL, attempt, before.created_at), deps())
        perform(SendSmsInstead(rid, before.created_at), deps())
        perform(Remind(rid, before.created_at), deps())
    until_quiet(rig.cloud, rid)

    assert link(rig.cloud, rid) == before
    assert len(messages(rig.cloud, rid, EMAIL)) == 1


def test_two_looks_at_one_attempt_make_one_further_attempt(rig: Rig, recipient: Recipient) -> None:
    fail(rig.cloud, "ses", "error", 2)
    rid = share(rig.cloud, recipient)
    due = email(rig.cloud, rid).due
    assert due is not None
    rig.cloud.clock.advance(timedelta(minutes=1))
    task = CheckDelivery(rid, EMAIL, 1, due)

    perform(task, deps())
    perform(task, deps())

    assert (email(rig.cloud, rid).attempt, email(rig.cloud, rid).state) == (2, DeliveryState.DELAYED)
    until_quiet(rig.cloud, rid)


def test_looks_at_nothing_are_done_with(rig: Rig, recipient: Recipient) -> None:
    past = deps().now()
    perform(CheckDelivery("AAAAAAAAAAAAAAAAAAAAAA", EMAIL, 1, past), deps())
    perform(Remind("AAAAAAAAAAAAAAAAAAAAAA", past), deps())
    perform(SendSmsInstead("AAAAAAAAAAAAAAAAAAAAAA", past), deps())
    rid = share(rig.cloud, recipient)
    perform(CheckDelivery(rid, SMS, 1, past), deps())

    assert set(link(rig.cloud, rid).deliveries) == {EMAIL}


def test_a_code_is_never_sent_again_by_itself(rig: Rig, recipient: Recipient) -> None:
    cloud = rig.cloud
    rid = share(cloud, recipient, resourceType="MedicalReport")
    (message,) = messages(cloud, rid, EMAIL)
    found = SECRET.search(message.text)
    assert found is not None
    fail(cloud, "sns", "timeout_after")
    before = len(cloud.outbox.messages())

    reply = cloud.post(f"/l/{rid}", {"secret": found[2]}, {"Accept": "application/json"})
    assert reply.status == 202
    assert len(cloud.outbox.messages()) == before + 1
    until_quiet(cloud, rid)
    pass_time(cloud, hours=1)

    assert len(cloud.outbox.messages()) == before + 1


AT = datetime(2026, 11, 21, 22, 5, 15, 934_000, tzinfo=UTC)
TASKS = (
    CheckDelivery("q83vEjRWeJCrze8SNFZ4kA", EMAIL, 3, AT),
    Remind("q83vEjRWeJCrze8SNFZ4kA", AT),
    SendSmsInstead("q83vEjRWeJCrze8SNFZ4kA", AT),
    Reconsider(Report(SMS, DeliveryState.BOUNCED, "m-1", AT, reason="opted_out", suppress="opted_out"), AT),
    Reconsider(Report(SMS, DeliveryState.DELIVERED, "m-1", AT), AT),
)


@pytest.mark.parametrize("task", TASKS, ids=lambda task: type(task).__name__)
def test_a_task_travels_as_json(task: Task) -> None:
    assert task_of(message_of(task)) == task


@pytest.mark.parametrize(
    "text",
    ["", "[]", "{}", '{"task": "look"}', '{"task": "x", "not_before": 1}', '{"task": "remind", "not_before": "x"}'],
)
def test_what_is_no_task_is_refused(text: str) -> None:
    with pytest.raises(UnreadableTask):
        task_of(text)
