"""Tasks of the delivery worker on their way to it: at once or soon by the queue, later by a schedule."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from linkgate.aws.task_messages import message_of
from linkgate.aws.timed_messages import TimedMessage, put_in_time
from linkgate.model.delivery_tasks import CheckDelivery, Reconsider
from linkgate.model.epoch import milliseconds

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from linkgate.aws.timed_messages import QueueWriter, ScheduleWriter
    from linkgate.model.delivery_tasks import Task


class SqsDeliveryQueue:
    """`ports.delivery.DeliveryQueue`."""

    def __init__(self, queue: QueueWriter, schedules: ScheduleWriter) -> None:
        self._queue = queue
        self._schedules = schedules

    def put(self, tasks: Sequence[Task], now: datetime) -> None:
        put_in_time({_name(task): _message(task) for task in tasks}, now, self._queue, self._schedules)


class SchedulerReminders:
    """`ports.delivery.ReminderSchedule`."""

    def __init__(self, schedules: ScheduleWriter) -> None:
        self._schedules = schedules

    def add(self, name: str, task: Task) -> None:
        self._schedules.add(name, _message(task))


def _message(task: Task) -> TimedMessage:
    return TimedMessage(message_of(task), task.not_before)


def _name(task: Task) -> str:
    """Return the same name for the same task, so that repeated calls make only one schedule."""
    match task:
        case CheckDelivery():
            what = f"{task.rid}.{task.channel}.{task.attempt}"
        case Reconsider():
            what = hashlib.sha256(task.report.message_id.encode()).hexdigest()[:32]
        case _:
            what = f"{task.rid}.{type(task).__name__}"
    return f"{what}.{milliseconds(task.not_before)}"
