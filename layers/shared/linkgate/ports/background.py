"""Ports to what runs after a call: the queue, the schedule and the event bus."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from linkgate.lazy_dataclass import dataclass

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from linkgate.model.delivery_tasks import Task


class DeliveryQueue(Protocol):
    """Queue of tasks for the delivery worker."""

    def put(self, tasks: Sequence[Task], now: datetime) -> None:
        """Queue tasks. Each is handed on at least once, at its `not_before` or slightly earlier. Raises Unavailable."""


class ReminderSchedule(Protocol):
    """Schedule of tasks that wait for days."""

    def add(self, name: str, task: Task) -> None:
        """Put the task on the delivery queue at its `not_before`, once per name. Raises Unavailable."""


@dataclass(frozen=True, slots=True)
class Event:
    """An event for other systems. `id` stays the same when the same event is published again."""

    id: str
    kind: str
    detail: Mapping[str, object]
    at: datetime


class EventBus(Protocol):
    """Bus on which events leave."""

    def publish(self, events: Sequence[Event]) -> None:
        """Publish each event at least once. Raises Unavailable."""
