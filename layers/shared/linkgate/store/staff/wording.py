"""A tenant's own wording of messages, which stands in the tenant's own item."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linkgate.store.journal_items import change
from linkgate.store.registry import Registry
from linkgate.store.table import Update
from linkgate.store.tenant_items import tenant_key

if TYPE_CHECKING:
    from collections.abc import Mapping

    from linkgate.model.person import JournalEntry
    from linkgate.model.tenant import Tenant
    from linkgate.store.table import Table


class DynamoWording:
    """`ports.staff.Wording` over the table."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def tenant(self, tenant: str) -> Tenant | None:
        return Registry(self._table).tenant(tenant)

    def put(self, known: Tenant, texts: Mapping[str, str], entry: JournalEntry) -> bool:
        update = Update(
            "SET #texts = :texts",
            "#texts = :seen",
            names={"texts": "texts"},
            values={"texts": dict(texts), "seen": dict(known.texts)},
        )
        return change(self._table, tenant_key(known.id), update, known.id, entry)
