"""Find and delete items whose retention has ended."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linkgate.model.epoch import epoch_seconds, milliseconds, moment
from linkgate.ports.management import SweepMark
from linkgate.store.link_items import LINK
from linkgate.store.registry import Registry
from linkgate.store.table import ConditionRefused, Update

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    from linkgate.model.tenant import Tenant
    from linkgate.store.attribute_values import Item
    from linkgate.store.table import Table

_ENDED = "#ttl < :before"
_BATCH = 100
_MARK = "sweep"
_OPTIONAL = ("reached", "ended_at")


class DynamoRetention:
    """`ports.management.RetentionStore` over the table."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def tenants(self) -> Iterator[Tenant]:
        return Registry(self._table).tenants()

    def marks(self, tenants: Sequence[str]) -> Mapping[str, SweepMark]:
        found: list[Item] = []
        for start in range(0, len(tenants), _BATCH):
            keys = [_mark_key(tenant) for tenant in tenants[start : start + _BATCH]]
            found += self._table.batch_get(keys, consistent=True)
        by_key = {item["pk"]: item for item in found}
        keys_of = {tenant: _mark_key(tenant)[0] for tenant in tenants}
        return {tenant: _mark_of(by_key[key]) for tenant, key in keys_of.items() if key in by_key}

    def mark(self, tenant: str, mark: SweepMark) -> None:
        values = {"oldest": milliseconds(mark.oldest)}
        values |= {name: milliseconds(at) for name in _OPTIONAL if (at := getattr(mark, name))}
        sets = "SET " + ", ".join(f"{name} = :{name}" for name in values)
        gone = [name for name in _OPTIONAL if name not in values]
        update = Update(
            f"{sets} REMOVE {', '.join(gone)}" if gone else sets,
            "attribute_not_exists(pk) OR oldest <= :oldest",
            values=values,
        )
        try:
            self._table.update(*_mark_key(tenant), update)
        except ConditionRefused:
            return  # another sweep knows more

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


def _mark_key(tenant: str) -> tuple[str, str]:
    """Return the key of a tenant's mark, in a partition of its own: it is all that the sweep may write."""
    return f"{_MARK}#{tenant}", _MARK


def _mark_of(item: Item) -> SweepMark:
    return SweepMark(moment(item["oldest"]), *(moment(item[name]) if name in item else None for name in _OPTIONAL))
