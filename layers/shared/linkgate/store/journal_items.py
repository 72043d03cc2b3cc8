"""Items of journals: a partition for each tenant and month, in the order of time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linkgate.model.epoch import epoch_seconds, milliseconds, moment
from linkgate.model.person import JOURNAL_KEPT, JournalEntry
from linkgate.store.table import ConditionRefused, put_within_transaction

if TYPE_CHECKING:
    from datetime import datetime
    from typing import Any

    from linkgate.store.attribute_values import Item
    from linkgate.store.table import Table, Update

JOURNAL = "journal#"
"""Prefix of the partitions of journals."""
NEW = "attribute_not_exists(pk)"


def journal_partition(tenant: str, at: datetime) -> str:
    """Return the partition of a tenant's entries of the month."""
    return f"{JOURNAL}{tenant}#{at:%Y-%m}"


def tenant_of(partition: str) -> str:
    """Return the tenant whose journal an item's partition belongs to."""
    return partition.split("#")[1]


def journal_item(tenant: str, act: JournalEntry) -> Item:
    """Build the item of an entry."""
    return {
        "pk": journal_partition(tenant, act.at),
        "sk": f"{milliseconds(act.at):014}#{act.id}",
        "person": act.person,
        "roles": sorted(act.roles),
        "act": act.act,
        "about": dict(act.about),
        "session": act.session,
        "ttl": epoch_seconds(act.at + JOURNAL_KEPT),
    }


def entry_of(item: Item) -> JournalEntry:
    """Read an entry back."""
    at, _, id_ = item["sk"].partition("#")
    who = item["person"], frozenset(item["roles"])
    return JournalEntry(id_, moment(int(at)), *who, item["act"], item["about"], item["session"])


def beside(tenant: str, entry: JournalEntry | None) -> list[dict[str, Any]]:
    """Return the write of an entry for the transaction of its change, so that neither is without the other.

    It is empty if the journal has no entry of the change, because an operator makes it.
    """
    return [put_within_transaction(journal_item(tenant, entry), NEW)] if entry else []


def change(table: Table, key: tuple[str, str], update: Update, tenant: str, entry: JournalEntry | None) -> bool:
    """Update an item together with the journal's entry. Returns False if the update's condition does not hold."""
    try:
        if entry is None:
            table.update(*key, update)
        else:
            table.transact([update.within_transaction(*key), *beside(tenant, entry)])
    except ConditionRefused:
        return False
    return True
