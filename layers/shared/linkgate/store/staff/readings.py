"""Times at which each person opened pages of links in the table: one item, which ends soon after the last."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from linkgate.model.epoch import MILLISECOND, epoch_seconds, milliseconds
from linkgate.store.table import ConditionRefused, Update

if TYPE_CHECKING:
    from datetime import datetime

    from linkgate.store.table import Table

_KEPT = timedelta(hours=1)
_LONGEST = 100
"""Number of times after which the earlier half is dropped."""


class DynamoReadings:
    """`ports.staff.Readings` over the table."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def add(self, tenant: str, person: str, now: datetime, within: timedelta) -> int:
        key, at = (f"staff#{tenant}", f"readings#{person}"), milliseconds(now)
        append = Update(
            "SET #times = list_append(if_not_exists(#times, :none), :at), #ttl = :ttl",
            None,
            names={"times": "times", "ttl": "ttl"},
            values={"none": [], "at": [at], "ttl": epoch_seconds(now + _KEPT)},
        )
        times = self._table.update(*key, append)["times"]
        if len(times) > _LONGEST:
            self._shorten(key, times)
        return sum(each > at - within // MILLISECOND for each in times)

    def _shorten(self, key: tuple[str, str], times: list[int]) -> None:
        shorter = Update(
            "SET #times = :times",
            "size(#times) = :known",
            names={"times": "times"},
            values={"times": times[-_LONGEST // 2 :], "known": len(times)},
        )
        try:
            self._table.update(*key, shorter)
        except ConditionRefused:
            return  # another page was opened, whose time must not be lost
