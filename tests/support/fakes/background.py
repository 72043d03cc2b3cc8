"""Fakes of the delivery queue and the reminder schedule, kept in lists."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from linkgate.errors import Unavailable

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from linkgate.model.delivery_tasks import Task


@dataclass
class _Fake:
    down: bool = False

    def fail_if_down(self) -> None:
        if self.down:
            raise Unavailable


@dataclass
class FakeQueue(_Fake):
    """`ports.DeliveryQueue`."""

    tasks: list[Task] = field(default_factory=list)

    def put(self, tasks: Sequence[Task], now: datetime) -> None:
        assert now.tzinfo
        self.fail_if_down()
        self.tasks += tasks


@dataclass
class FakeSchedule(_Fake):
    """`ports.ReminderSchedule`."""

    added: list[tuple[str, Task]] = field(default_factory=list)

    def add(self, name: str, task: Task) -> None:
        self.fail_if_down()
        self.added.append((name, task))
