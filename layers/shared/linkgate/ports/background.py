"""What happens after a call: the queue, the schedule and the event bus."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from linkgate.lazy_dataclass import dataclass

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from linkgate.model.delivery_tasks import Task


class DeliveryQueue(Protocol):
    """What the delivery worker does later."""

    def put(self, tasks: Sequence[Task], now: datetime) -> None:
        """Each is handed on at its `not_before` or somewhat earlier, at least once. Raises Unavailable."""


class ReminderSchedule(Protocol):
    """Waits of days."""

    def add(self, name: str, task: Task) -> None:
        """Put the task on the delivery queue at its `not_before`, once per name. Raises Unavailable."""


@dataclass(frozen=True, slots=True)
class Event:
    """What others may want to know; `id` is the same whenever the same event is told again."""

    id: str
    kind: str
    detail: Mapping[str, object]
    at: datetime


class EventBus(Protocol):
    """Where events leave."""

    def publish(self, events: Sequence[Event]) -> None:
        """At least once each. Raises Unavailable."""
