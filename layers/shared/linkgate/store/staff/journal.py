"""Journal in the table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linkgate.model.epoch import MILLISECOND, milliseconds
from linkgate.store.journal_items import NEW, entry_of, journal_item, journal_partition

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from linkgate.model.person import JournalEntry
    from linkgate.store.table import Table


class DynamoJournal:
    """`ports.staff.Journal` over the table."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def add(self, tenant: str, act: JournalEntry) -> None:
        self._table.put(journal_item(tenant, act), NEW)

    def of(self, tenant: str, before: datetime, limit: int) -> Sequence[JournalEntry]:
        items, _ = self._table.query(
            KeyConditionExpression="pk = :pk AND sk < :before",
            ExpressionAttributeValues={
                ":pk": {"S": journal_partition(tenant, before - MILLISECOND)},
                ":before": {"S": f"{milliseconds(before):014}"},
            },
            ScanIndexForward=False,
            Limit=limit,
        )
        return [entry_of(item) for item in items]
