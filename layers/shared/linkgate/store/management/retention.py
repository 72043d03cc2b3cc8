"""Find and delete items whose retention has ended."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linkgate.model.epoch import epoch_seconds
from linkgate.store.link_items import LINK
from linkgate.store.registry import Registry
from linkgate.store.table import ConditionRefused

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from linkgate.model.tenant import Tenant
    from linkgate.store.table import Table

_ENDED = "#ttl < :before"


class DynamoRetention:
    """`ports.management.RetentionStore` over the table."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def tenants(self) -> Iterator[Tenant]:
        return Registry(self._table).tenants()

    def delete_ended(self, rid: str, before: datetime) -> int:
        names = {"#ttl": "ttl"}
        values = {":before": {"N": str(epoch_seconds(before))}}
        entries = self._table.query_all(
            KeyConditionExpression="pk = :pk",
            FilterExpression=_ENDED,
            ExpressionAttributeNames=names,
            ExpressionAttributeValues={":pk": {"S": rid}, **values},
            ProjectionExpression="pk, sk",
            ConsistentRead=True,
        )
        deleted = 0
        # The link itself is found by lists, so it goes last: whatever a fault leaves behind is found again.
        for entry in sorted(entries, key=lambda entry: entry["sk"] == LINK):
            try:
                self._table.delete(
                    rid,
                    entry["sk"],
                    ConditionExpression=_ENDED,
                    ExpressionAttributeNames=names,
                    ExpressionAttributeValues=values,
                )
            except ConditionRefused:
                continue
            deleted += 1
        return deleted
