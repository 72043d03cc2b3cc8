"""Forms of definitions in the table, as administrators change them: each change states the version that was seen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linkgate.model.epoch import milliseconds, moment
from linkgate.ports.staff import KeptForm
from linkgate.store.journal_items import beside
from linkgate.store.table import ConditionRefused, put_within_transaction
from linkgate.store.tenant_items import definition_key, record_item, record_of, version_key, versioned

if TYPE_CHECKING:
    from linkgate.model.person import JournalEntry
    from linkgate.model.tenant import Campaign, Process
    from linkgate.store.table import Table


class DynamoForms:
    """`ports.staff.Forms` over the table."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def get(self, kind: type[Process | Campaign], tenant: str, id_: str) -> KeptForm | None:
        item = self._table.get(*definition_key(kind, tenant, id_))
        if item is None:
            return None
        at = moment(item["changed_at"]) if "changed_at" in item else None
        return KeptForm(record_of(kind, item), item.get("changed_by"), at)

    def put(self, tenant: str, definition: Process | Campaign, seen: str, entry: JournalEntry) -> bool:
        kind, kept = type(definition), versioned(definition)
        who = {"changed_by": entry.person, "changed_at": milliseconds(entry.at)}
        newest = {**record_item(definition_key(kind, tenant, definition.id), kept), **who}
        version = {**record_item(version_key(kind, tenant, definition.id, kept.version or ""), kept), **who}
        condition = "version = :seen" if seen else "attribute_exists(pk) AND attribute_not_exists(version)"
        values = {"seen": seen} if seen else None
        writes = [put_within_transaction(newest, condition, values), put_within_transaction(version)]
        try:
            self._table.transact([*writes, *beside(tenant, entry)])
        except ConditionRefused:
            return False
        return True
