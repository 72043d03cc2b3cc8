"""Tasks of the delivery worker on their way to it: at once or soon by the queue, in days by a schedule."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linkgate.aws.task_messages import message_of
from linkgate.aws.timed_messages import TimedMessage

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from linkgate.aws.timed_messages import QueueWriter, ScheduleWriter
    from linkgate.model.delivery_tasks import Task


class SqsDeliveryQueue:
    """`ports.delivery.DeliveryQueue`. A task that must wait longer than SQS can is queued again until its time."""

    def __init__(self, queue: QueueWriter) -> None:
        self._queue = queue

    def put(self, tasks: Sequence[Task], now: datetime) -> None:
        self._queue.put([_message(task) for task in tasks], now)


class SchedulerReminders:
    """`ports.delivery.ReminderSchedule`."""

    def __init__(self, schedules: ScheduleWriter) -> None:
        self._schedules = schedules

    def add(self, name: str, task: Task) -> None:
        self._schedules.add(name, _message(task))


def _message(task: Task) -> TimedMessage:
    return TimedMessage(message_of(task), task.not_before)
