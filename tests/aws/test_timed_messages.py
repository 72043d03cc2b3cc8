"""Messages on their way to a queue: in batches, after a delay, by a schedule, and what failures become."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from botocore.session import Session
from botocore.stub import Stubber

from linkgate.aws.timed_messages import LONGEST_DELAY, QueueWriter, ScheduleWriter, TimedMessage, put_in_time
from linkgate.errors import Unavailable

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
URL = "https://sqs.eu-west-1.amazonaws.com/123456789012/q"
SENT = {"Id": "0", "MessageId": "m", "MD5OfMessageBody": "d"}


def stub(service: str) -> tuple[Any, Stubber]:
    client: Any = Session().create_client(
        service, region_name="eu-west-1", aws_access_key_id="a", aws_secret_access_key="s"
    )
    return client, Stubber(client)


@pytest.fixture
def sqs() -> Iterator[tuple[QueueWriter, Stubber]]:
    client, stubber = stub("sqs")
    with stubber:
        yield QueueWriter(URL, lambda: client), stubber
        stubber.assert_no_pending_responses()


@pytest.fixture
def scheduler() -> Iterator[tuple[ScheduleWriter, Stubber]]:
    client, stubber = stub("scheduler")
    with stubber:
        yield ScheduleWriter("group", "arn:queue", "arn:role", lambda: client), stubber
        stubber.assert_no_pending_responses()


def entries(*messages: tuple[str, int]) -> dict[str, object]:
    return {
        "QueueUrl": URL,
        "Entries": [
            {"Id": str(place), "MessageBody": body, "DelaySeconds": delay}
            for place, (body, delay) in enumerate(messages)
        ],
    }


def soon(names: Sequence[str]) -> list[TimedMessage]:
    return [TimedMessage(name, NOW) for name in names]


@pytest.mark.parametrize(
    ("wait", "delay"),
    [
        (timedelta(), 0),
        (timedelta(seconds=-30), 0),
        (timedelta(milliseconds=1), 1),
        (timedelta(seconds=30), 30),
        (timedelta(minutes=15), 900),
        (timedelta(days=3), 900),
    ],
)
def test_a_message_is_delayed_to_its_time_or_as_long_as_sqs_can(
    sqs: tuple[QueueWriter, Stubber], wait: timedelta, delay: int
) -> None:
    writer, stubber = sqs
    stubber.add_response("send_message_batch", {"Successful": [SENT], "Failed": []}, entries(("a", delay)))

    writer.put([TimedMessage("a", NOW + wait)], NOW)


def test_a_batch_has_ten_messages_and_nothing_is_sent_for_none(sqs: tuple[QueueWriter, Stubber]) -> None:
    writer, stubber = sqs
    names = [f"message {number}" for number in range(21)]
    for batch in (names[:10], names[10:20], names[20:]):
        expected = entries(*((name, 0) for name in batch))
        stubber.add_response("send_message_batch", {"Successful": [SENT], "Failed": []}, expected)

    writer.put(soon(names), NOW)
    writer.put([], NOW)


def test_a_message_of_a_group_says_so(sqs: tuple[QueueWriter, Stubber]) -> None:
    writer, stubber = sqs
    entry = {"Id": "0", "MessageBody": "a", "DelaySeconds": 0, "MessageGroupId": "receiver"}
    expected = {"QueueUrl": URL, "Entries": [entry]}
    stubber.add_response("send_message_batch", {"Successful": [SENT], "Failed": []}, expected)

    writer.put([TimedMessage("a", NOW, group="receiver")], NOW)


def test_one_message_that_sqs_did_not_take_is_a_failure(sqs: tuple[QueueWriter, Stubber]) -> None:
    writer, stubber = sqs
    failed = {"Id": "1", "SenderFault": False, "Code": "InternalError"}
    stubber.add_response("send_message_batch", {"Successful": [SENT], "Failed": [failed]})

    with pytest.raises(Unavailable):
        writer.put(soon(["a", "b"]), NOW)


def test_an_error_of_sqs_is_a_failure(sqs: tuple[QueueWriter, Stubber]) -> None:
    writer, stubber = sqs
    stubber.add_client_error("send_message_batch", "AccessDenied")

    with pytest.raises(Unavailable):
        writer.put(soon(["a"]), NOW)


def test_a_schedule_puts_the_message_on_the_queue_once_and_goes(scheduler: tuple[ScheduleWriter, Stubber]) -> None:
    writer, stubber = scheduler
    expected = {
        "GroupName": "group",
        "Name": "rid.1",
        "ScheduleExpression": "at(2026-11-25T12:00:00)",
        "FlexibleTimeWindow": {"Mode": "OFF"},
        "ActionAfterCompletion": "DELETE",
        "Target": {"Arn": "arn:queue", "RoleArn": "arn:role", "Input": "a"},
    }
    stubber.add_response("create_schedule", {"ScheduleArn": "arn:schedule"}, expected)

    writer.add("rid.1", TimedMessage("a", NOW + timedelta(days=3)))


def test_a_schedule_that_exists_is_no_failure_and_another_error_is(scheduler: tuple[ScheduleWriter, Stubber]) -> None:
    writer, stubber = scheduler
    stubber.add_client_error("create_schedule", "ConflictException", http_status_code=409)
    stubber.add_client_error("create_schedule", "ThrottlingException", http_status_code=429)

    writer.add("rid.1", TimedMessage("a", NOW))
    with pytest.raises(Unavailable):
        writer.add("rid.1", TimedMessage("a", NOW))


def test_what_waits_longer_than_the_queue_can_is_scheduled_and_nothing_comes_early(
    sqs: tuple[QueueWriter, Stubber], scheduler: tuple[ScheduleWriter, Stubber]
) -> None:
    (queue, queued), (schedules, scheduled) = sqs, scheduler
    later = NOW + LONGEST_DELAY + timedelta(milliseconds=1)
    queued.add_response("send_message_batch", {"Successful": [SENT], "Failed": []}, entries(("soon", 900)))
    expected = {
        "GroupName": "group",
        "Name": "second",
        "ScheduleExpression": "at(2026-11-22T12:15:01)",
        "FlexibleTimeWindow": {"Mode": "OFF"},
        "ActionAfterCompletion": "DELETE",
        "Target": {"Arn": "arn:queue", "RoleArn": "arn:role", "Input": "later"},
    }
    scheduled.add_response("create_schedule", {"ScheduleArn": "arn:schedule"}, expected)
    messages = {"first": TimedMessage("soon", NOW + LONGEST_DELAY), "second": TimedMessage("later", later)}

    put_in_time(messages, NOW, queue, schedules)
