"""Webhook queue on Amazon SQS. Longer waits than SQS allows are one-time schedules of EventBridge Scheduler."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from linkgate.aws.timed_messages import TimedMessage, put_in_time
from linkgate.aws.webhook_messages import message_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from linkgate.aws.timed_messages import QueueWriter, ScheduleWriter
    from linkgate.model.webhook import Notice


class SqsWebhookQueue:
    """`ports.history.WebhookQueue`."""

    def __init__(self, queue: QueueWriter, schedules: ScheduleWriter) -> None:
        self._queue = queue
        self._schedules = schedules

    def put(self, notices: Sequence[Notice], now: datetime) -> None:
        put_in_time({_name(notice): _message(notice) for notice in notices}, now, self._queue, self._schedules)


def _message(notice: Notice) -> TimedMessage:
    # The group makes the queue fair: a slow receiver delays its own events, not those of others.
    return TimedMessage(message_of(notice), notice.not_before, group=notice.webhook)


def _name(notice: Notice) -> str:
    """Return the same name for the same try of the same event, so that repeated calls make only one schedule.

    The time of the first try is part of the name, so a replayed event gets new schedules.
    """
    parts = (notice.tenant, notice.webhook, notice.event, str(notice.began))
    return f"{hashlib.sha256('|'.join(parts).encode()).hexdigest()[:32]}.{notice.tries}"
