"""Reminders as one-time schedules of Amazon EventBridge Scheduler."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linkgate.aws.calls import unavailable_on_failure
from linkgate.aws.task_messages import message_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from types_boto3_scheduler import EventBridgeSchedulerClient

    from linkgate.model.delivery_tasks import Task


class SchedulerReminders:
    """`ports.delivery.ReminderSchedule`. The client is made on first use; `queue` and `role` are ARNs."""

    def __init__(self, group: str, queue: str, role: str, client: Callable[[], EventBridgeSchedulerClient]) -> None:
        self._group = group
        self._queue = queue
        self._role = role
        self._client = client

    def add(self, name: str, task: Task) -> None:
        client = self._client()
        with unavailable_on_failure():
            try:
                client.create_schedule(
                    GroupName=self._group,
                    Name=name,
                    ScheduleExpression=f"at({task.not_before:%Y-%m-%dT%H:%M:%S})",
                    FlexibleTimeWindow={"Mode": "OFF"},
                    ActionAfterCompletion="DELETE",
                    Target={"Arn": self._queue, "RoleArn": self._role, "Input": message_of(task)},
                )
            except client.exceptions.ConflictException:
                return
