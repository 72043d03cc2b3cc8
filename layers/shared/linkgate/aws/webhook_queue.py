"""Webhook queue on Amazon SQS. Longer waits than SQS allows are one-time schedules of EventBridge Scheduler."""

from __future__ import annotations

import hashlib
import math
from typing import TYPE_CHECKING

from linkgate.aws.calls import unavailable_on_failure
from linkgate.aws.delivery_queue import LONGEST_DELAY
from linkgate.aws.webhook_messages import message_of
from linkgate.errors import Unavailable
from linkgate.lazy_dataclass import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from types_boto3_scheduler import EventBridgeSchedulerClient
    from types_boto3_sqs import SQSClient
    from types_boto3_sqs.type_defs import SendMessageBatchRequestEntryTypeDef

    from linkgate.model.webhook import Notice

_BATCH = 10


@dataclass(frozen=True, slots=True)
class WebhookPlaces:
    """Places where notices wait: URL and ARN of the queue, name of the schedule group, and role of the schedules."""

    url: str
    arn: str
    group: str
    role: str


class SqsWebhookQueue:
    """`ports.history.WebhookQueue`. The clients are made on first use."""

    def __init__(
        self, places: WebhookPlaces, sqs: Callable[[], SQSClient], scheduler: Callable[[], EventBridgeSchedulerClient]
    ) -> None:
        self._places = places
        self._sqs = sqs
        self._scheduler = scheduler

    def put(self, notices: Sequence[Notice], now: datetime) -> None:
        delays = [(notice, math.ceil((notice.not_before - now).total_seconds())) for notice in notices]
        soon = [(notice, max(0, delay)) for notice, delay in delays if delay <= LONGEST_DELAY]
        for start in range(0, len(soon), _BATCH):
            self._queue(soon[start : start + _BATCH])
        for notice, delay in delays:
            if delay > LONGEST_DELAY:
                self._schedule(notice)

    def _queue(self, some: Sequence[tuple[Notice, int]]) -> None:
        entries: list[SendMessageBatchRequestEntryTypeDef] = [
            {
                "Id": str(place),
                "MessageBody": message_of(notice),
                "DelaySeconds": delay,
                # This makes the queue fair: a slow receiver delays its own events, not those of others.
                "MessageGroupId": notice.webhook,
            }
            for place, (notice, delay) in enumerate(some)
        ]
        with unavailable_on_failure():
            reply = self._sqs().send_message_batch(QueueUrl=self._places.url, Entries=entries)
        if reply.get("Failed"):
            raise Unavailable

    def _schedule(self, notice: Notice) -> None:
        client = self._scheduler()
        with unavailable_on_failure():
            try:
                client.create_schedule(
                    GroupName=self._places.group,
                    Name=_name(notice),
                    ScheduleExpression=f"at({notice.not_before:%Y-%m-%dT%H:%M:%S})",
                    FlexibleTimeWindow={"Mode": "OFF"},
                    ActionAfterCompletion="DELETE",
                    Target={"Arn": self._places.arn, "RoleArn": self._places.role, "Input": message_of(notice)},
                )
            except client.exceptions.ConflictException:
                return


def _name(notice: Notice) -> str:
    """Return the same name for the same try of the same event, so that repeated calls make only one schedule.

    The time of the first try is part of the name, so a replayed event gets new schedules.
    """
    parts = (notice.tenant, notice.webhook, notice.event, str(notice.began))
    return f"{hashlib.sha256('|'.join(parts).encode()).hexdigest()[:32]}.{notice.tries}"
