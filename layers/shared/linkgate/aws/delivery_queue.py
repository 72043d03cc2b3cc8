"""Delivery queue on Amazon SQS."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from linkgate.aws.calls import unavailable_on_failure
from linkgate.aws.task_messages import message_of
from linkgate.errors import Unavailable

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from types_boto3_sqs import SQSClient
    from types_boto3_sqs.type_defs import SendMessageBatchRequestEntryTypeDef

    from linkgate.model.delivery_tasks import Task

LONGEST_DELAY = 900
"""Longest delay of a message in SQS, in seconds. A task that must wait longer is queued again until its time."""

_BATCH = 10


class SqsDeliveryQueue:
    """`ports.delivery.DeliveryQueue`. The client is made on first use."""

    def __init__(self, url: str, client: Callable[[], SQSClient]) -> None:
        self._url = url
        self._client = client

    def put(self, tasks: Sequence[Task], now: datetime) -> None:
        for start in range(0, len(tasks), _BATCH):
            entries: list[SendMessageBatchRequestEntryTypeDef] = [
                {"Id": str(place), "MessageBody": message_of(task), "DelaySeconds": _delay(task, now)}
                for place, task in enumerate(tasks[start : start + _BATCH])
            ]
            with unavailable_on_failure():
                reply = self._client().send_message_batch(QueueUrl=self._url, Entries=entries)
            if reply.get("Failed"):
                raise Unavailable


def _delay(task: Task, now: datetime) -> int:
    return min(LONGEST_DELAY, max(0, math.ceil((task.not_before - now).total_seconds())))
