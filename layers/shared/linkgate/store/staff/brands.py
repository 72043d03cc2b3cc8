"""Fields by which recipients know a tenant. They stand in the tenant's own item, and each change states all of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linkgate.model.brand import FIELDS
from linkgate.model.epoch import milliseconds, moment
from linkgate.model.tenant import Tenant
from linkgate.ports.staff import KeptBrand
from linkgate.store.journal_items import change
from linkgate.store.table import Update
from linkgate.store.tenant_items import record_of, tenant_key

if TYPE_CHECKING:
    from collections.abc import Mapping

    from linkgate.model.person import JournalEntry
    from linkgate.store.table import Table


class DynamoBrands:
    """`ports.staff.Brands` over the table."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def get(self, tenant: str) -> KeptBrand | None:
        item = self._table.get(*tenant_key(tenant))
        if item is None:
            return None
        at = moment(item["brand_at"]) if "brand_at" in item else None
        return KeptBrand(record_of(Tenant, item), item.get("brand_by"), at)

    def put(self, known: Tenant, changed: Mapping[str, str | None], entry: JournalEntry) -> bool:
        return change(self._table, tenant_key(known.id), _update(known, changed, entry), known.id, entry)


def _update(known: Tenant, changed: Mapping[str, str | None], entry: JournalEntry) -> Update:
    seen = {name: getattr(known, name) for name in FIELDS}
    unchanged = [
        f"attribute_not_exists(#{name})" if value is None else f"#{name} = :seen_{name}" for name, value in seen.items()
    ]
    kept = {name: value for name, value in changed.items() if value is not None}
    gone = [f"#{name}" for name in changed if name not in kept]
    removes = f" REMOVE {', '.join(gone)}" if gone else ""
    sets = [*(f"#{name} = :{name}" for name in kept), "brand_by = :by", "brand_at = :at"]
    return Update(
        f"SET {', '.join(sets)}{removes}",
        " AND ".join(unchanged),
        names={name: name for name in FIELDS},
        values={
            **{f"seen_{name}": value for name, value in seen.items() if value is not None},
            **kept,
            "by": entry.person,
            "at": milliseconds(entry.at),
        },
    )
