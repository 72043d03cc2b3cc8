"""Messages of a tenant's live channel on one day, as a counter in the table."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from linkgate.model.epoch import epoch_seconds
from linkgate.store.table import Update

if TYPE_CHECKING:
    from datetime import datetime

    from linkgate.store.table import Table

_KEPT = timedelta(days=3)


class DynamoLiveBudget:
    """`ports.live.LiveBudget` over the table."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def used(self, tenant: str, now: datetime) -> int:
        item = self._table.get(*_key(tenant, now), consistent=False)
        return int(item["messages"]) if item else 0

    def add(self, tenant: str, messages: int, now: datetime) -> int:
        update = Update(
            "SET messages = if_not_exists(messages, :none) + :more, #ttl = :ttl",
            None,
            names={"ttl": "ttl"},
            values={"none": 0, "more": messages, "ttl": epoch_seconds(now + _KEPT)},
        )
        return int(self._table.update(*_key(tenant, now), update)["messages"])


def _key(tenant: str, now: datetime) -> tuple[str, str]:
    return f"live#{tenant}", f"{now:%Y-%m-%d}"
