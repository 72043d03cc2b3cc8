"""Keys of callers as administrators see and change them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linkgate.store.journal_items import beside, change
from linkgate.store.registry import Registry, expiry
from linkgate.store.table import ConditionRefused
from linkgate.store.tenant_items import credential_key
from linkgate.store.tenants import DynamoTenants, Only

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from linkgate.model.person import JournalEntry
    from linkgate.model.tenant import Credential
    from linkgate.store.table import Table


class DynamoKeys:
    """`ports.staff.Keys` over the table."""

    def __init__(self, table: Table, now: Callable[[], datetime]) -> None:
        self._table = table
        self._registry = Registry(table)
        self._tenants = DynamoTenants(table, now)

    def of(self, tenant: str) -> Sequence[Credential]:
        return list(self._registry.credentials(tenant))

    def get(self, tenant: str, id_: str) -> Credential | None:
        return self._registry.credential(tenant, id_)

    def add(self, credential: Credential, entry: JournalEntry | None = None) -> bool:
        try:
            self._tenants.put_credential(credential, Only.NEW, *beside(credential.tenant, entry))
        except ConditionRefused:
            return False
        return True

    def replace(self, old: Credential, fresh: Credential, until: datetime, entry: JournalEntry | None = None) -> bool:
        try:
            self._tenants.replace_credential(old, fresh, until, *beside(fresh.tenant, entry))
        except ConditionRefused:
            return False
        return True

    def end(self, credential: Credential, at: datetime, entry: JournalEntry | None = None) -> bool:
        return change(self._table, credential_key(credential.hash), expiry(at), credential.tenant, entry)
