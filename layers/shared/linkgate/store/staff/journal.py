"""Journal in the table: a partition for each tenant and month, in the order of time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linkgate.model.epoch import MILLISECOND, epoch_seconds, milliseconds, moment
from linkgate.model.person import JOURNAL_KEPT, JournalEntry
from linkgate.store.table import put_within_transaction

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from typing import Any

    from linkgate.store.attribute_values import Item
    from linkgate.store.table import Table

JOURNAL = "journal#"
"""Prefix of the partitions of journals."""
_NEW = "attribute_not_exists(pk)"


class DynamoJournal:
    """`ports.staff.Journal` over the table."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def add(self, tenant: str, act: JournalEntry) -> None:
        self._table.put(_item(tenant, act), _NEW)

    def of(self, tenant: str, before: datetime, limit: int) -> Sequence[JournalEntry]:
        items, _ = self._table.query(
            KeyConditionExpression="pk = :pk AND sk < :before",
            ExpressionAttributeValues={
                ":pk": {"S": _partition(tenant, before - MILLISECOND)},
                ":before": {"S": f"{milliseconds(before):014}"},
            },
            ScanIndexForward=False,
            Limit=limit,
        )
        return [entry_of(item) for item in items]


def entry_within_transaction(tenant: str, act: JournalEntry) -> dict[str, Any]:
    """Return the write of an entry, so that no change is without its entry, and no entry without its change."""
    return put_within_transaction(_item(tenant, act), _NEW)


def _item(tenant: str, act: JournalEntry) -> Item:
    return {
        "pk": _partition(tenant, act.at),
        "sk": f"{milliseconds(act.at):014}#{act.id}",
        "person": act.person,
        "roles": sorted(act.roles),
        "act": act.act,
        "about": dict(act.about),
        "session": act.session,
        "ttl": epoch_seconds(act.at + JOURNAL_KEPT),
    }


def _partition(tenant: str, at: datetime) -> str:
    return f"{JOURNAL}{tenant}#{at:%Y-%m}"


def tenant_of(partition: str) -> str:
    """Return the tenant whose journal an item's partition belongs to."""
    return partition.split("#")[1]


def entry_of(item: Item) -> JournalEntry:
    """Read an entry back."""
    at, _, id_ = item["sk"].partition("#")
    who = item["person"], frozenset(item["roles"])
    return JournalEntry(id_, moment(int(at)), *who, item["act"], item["about"], item["session"])
