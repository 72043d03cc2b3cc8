"""Numbers of messages per day on one channel, as counters in the table that cannot pass their limits."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from linkgate.model.epoch import epoch_seconds
from linkgate.store.table import ConditionRefused, Update

if TYPE_CHECKING:
    from datetime import datetime

    from linkgate.model.link import Channel
    from linkgate.store.table import Table

_KEPT = timedelta(days=2)


class DynamoMessageBudget:
    """`ports.delivery.MessageBudget` over the table. A retry after a lost answer counts twice, which is safe."""

    def __init__(self, table: Table, channel: Channel) -> None:
        self._table = table
        self._channel = channel

    def take(self, whose: str, limit: int, now: datetime) -> bool:
        if limit <= 0:
            return False
        return take_one(self._table, self._key(whose, now), limit, epoch_seconds(now + _KEPT))

    def used(self, whose: str, now: datetime) -> int:
        item = self._table.get(*self._key(whose, now), consistent=False)
        return int(item["sent"]) if item else 0

    def _key(self, whose: str, now: datetime) -> tuple[str, str]:
        return f"{self._channel}#{whose}", f"{now:%Y-%m-%d}"


def take_one(table: Table, key: tuple[str, str], limit: int, ttl: int) -> bool:
    """Count one message in the item with this key, exactly under any concurrency. False if `limit` are counted."""
    update = Update(
        "SET sent = if_not_exists(sent, :none) + :one, #ttl = :ttl",
        "attribute_not_exists(sent) OR sent < :limit",
        names={"ttl": "ttl"},
        values={"none": 0, "one": 1, "limit": limit, "ttl": ttl},
    )
    try:
        table.update(*key, update)
    except ConditionRefused:
        return False
    return True
