"""Journal in the table: a partition for each tenant and month, in the order of time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linkgate.model.epoch import MILLISECOND, epoch_seconds, milliseconds, moment
from linkgate.model.person import JOURNAL_KEPT, JournalEntry
from linkgate.tokens import token

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from linkgate.store.attribute_values import Item
    from linkgate.store.table import Table

JOURNAL = "journal#"
"""Prefix of the partitions of journals."""


class DynamoJournal:
    """`ports.staff.Journal` over the table."""

    def __init__(self, table: Table, random: Callable[[int], bytes]) -> None:
        self._table = table
        self._random = random

    def add(self, tenant: str, act: JournalEntry) -> None:
        item = {
            "pk": _partition(tenant, act.at),
            "sk": f"{milliseconds(act.at):014}#{token(self._random(16))}",
            "person": act.person,
            "roles": sorted(act.roles),
            "act": act.act,
            "about": dict(act.about),
            "session": act.session,
            "ttl": epoch_seconds(act.at + JOURNAL_KEPT),
        }
        self._table.put(item, "attribute_not_exists(pk)")

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


def _partition(tenant: str, at: datetime) -> str:
    return f"{JOURNAL}{tenant}#{at:%Y-%m}"


def tenant_of(partition: str) -> str:
    """Return the tenant whose journal an item's partition belongs to."""
    return partition.split("#")[1]


def entry_of(item: Item) -> JournalEntry:
    """Read an entry back."""
    at = moment(int(item["sk"].partition("#")[0]))
    return JournalEntry(at, item["person"], frozenset(item["roles"]), item["act"], item["about"], item["session"])
