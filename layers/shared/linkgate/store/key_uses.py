"""Days on which keys were used, in the table: `pk = used#<credential>`, `sk = <day>`."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from linkgate.model.epoch import epoch_seconds
from linkgate.store.table import ConditionRefused

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from linkgate.store.table import Table

KEPT = timedelta(days=400)
_MOST_KNOWN = 10_000


class DynamoKeyUses:
    """`ports.tenants.KeyUses` over the table."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self._noted: dict[str, date] = {}

    def note(self, credential: str, now: datetime) -> None:
        day = now.date()
        if self._noted.get(credential) == day:
            return
        if len(self._noted) >= _MOST_KNOWN:
            self._noted.clear()
        # Also if the table cannot be reached: the next call of the key must not wait for it, too.
        self._noted[credential] = day
        item = {"pk": _partition(credential), "sk": day.isoformat(), "ttl": epoch_seconds(now + KEPT)}
        try:
            self._table.put(item, "attribute_not_exists(pk)")
        except ConditionRefused:
            return

    def last(self, credentials: Iterable[str]) -> Mapping[str, date]:
        found = {}
        for credential in credentials:
            items, _ = self._table.query(
                KeyConditionExpression="pk = :pk",
                ExpressionAttributeValues={":pk": {"S": _partition(credential)}},
                ScanIndexForward=False,
                Limit=1,
            )
            if items:
                found[credential] = date.fromisoformat(items[0]["sk"])
        return found


def _partition(credential: str) -> str:
    return f"used#{credential}"
