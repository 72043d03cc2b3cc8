"""Messages that reach a queue of Amazon SQS at a given time: after a delay, or from a one-time schedule."""

from __future__ import annotations

import math
from datetime import timedelta
from typing import TYPE_CHECKING

from linkgate.aws.calls import unavailable_on_failure
from linkgate.errors import Unavailable
from linkgate.lazy_dataclass import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from types_boto3_scheduler import EventBridgeSchedulerClient
    from types_boto3_sqs import SQSClient
    from types_boto3_sqs.type_defs import SendMessageBatchRequestEntryTypeDef

LONGEST_DELAY = timedelta(minutes=15)
"""Longest time for which SQS delays a message."""

_BATCH = 10


@dataclass(frozen=True, slots=True)
class TimedMessage:
    """A message, and the time at which it is to be received."""

    body: str
    not_before: datetime
    group: str | None = None
    """Group whose messages do not delay those of other groups, or None."""


class QueueWriter:
    """Writer to one queue. The client is made on first use."""

    def __init__(self, url: str, client: Callable[[], SQSClient]) -> None:
        self._url = url
        self._client = client

    def put(self, messages: Sequence[TimedMessage], now: datetime) -> None:
        """Queue messages, each to be received after at most `LONGEST_DELAY`. Raises Unavailable."""
        for start in range(0, len(messages), _BATCH):
            entries = [
                _entry(str(place), message, now) for place, message in enumerate(messages[start : start + _BATCH])
            ]
            with unavailable_on_failure():
                reply = self._client().send_message_batch(QueueUrl=self._url, Entries=entries)
            if reply.get("Failed"):
                raise Unavailable


def put_in_time(
    messages: Mapping[str, TimedMessage], now: datetime, queue: QueueWriter, schedules: ScheduleWriter
) -> None:
    """Queue messages, and schedule by name those that must wait longer than SQS can. Raises Unavailable.

    A message that its reader puts back again and again would look like an endless loop to Lambda, which ends those.
    """
    queue.put([message for message in messages.values() if message.not_before - now <= LONGEST_DELAY], now)
    for name, message in messages.items():
        if message.not_before - now > LONGEST_DELAY:
            schedules.add(name, message)


class ScheduleWriter:
    """Writer of one-time schedules that put messages on one queue. The client is made on first use."""

    def __init__(
        self, group: str, queue_arn: str, role_arn: str, client: Callable[[], EventBridgeSchedulerClient]
    ) -> None:
        self._group = group
        self._queue_arn = queue_arn
        self._role_arn = role_arn
        self._client = client

    def add(self, name: str, message: TimedMessage) -> None:
        """Schedule a message, once per name. Raises Unavailable."""
        client = self._client()
        at = message.not_before + timedelta(microseconds=999_999)  # schedules have whole seconds, and none is early
        with unavailable_on_failure():
            try:
                client.create_schedule(
                    GroupName=self._group,
                    Name=name,
                    ScheduleExpression=f"at({at:%Y-%m-%dT%H:%M:%S})",
                    FlexibleTimeWindow={"Mode": "OFF"},
                    ActionAfterCompletion="DELETE",
                    Target={"Arn": self._queue_arn, "RoleArn": self._role_arn, "Input": message.body},
                )
            except client.exceptions.ConflictException:
                return


def _entry(name: str, message: TimedMessage, now: datetime) -> SendMessageBatchRequestEntryTypeDef:
    delay = min(max(message.not_before - now, timedelta()), LONGEST_DELAY)
    entry: SendMessageBatchRequestEntryTypeDef = {
        "Id": name,
        "MessageBody": message.body,
        "DelaySeconds": math.ceil(delay.total_seconds()),
    }
    if message.group is not None:
        entry["MessageGroupId"] = message.group
    return entry
