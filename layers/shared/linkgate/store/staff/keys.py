"""Keys of callers as administrators see and change them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linkgate.store.registry import Registry
from linkgate.store.table import ConditionRefused
from linkgate.store.tenants import DynamoTenants, Only

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from linkgate.model.tenant import Credential
    from linkgate.store.table import Table


class DynamoKeys:
    """`ports.staff.Keys` over the table."""

    def __init__(self, table: Table, now: Callable[[], datetime]) -> None:
        self._registry = Registry(table)
        self._tenants = DynamoTenants(table, now)

    def of(self, tenant: str) -> Sequence[Credential]:
        return list(self._registry.credentials(tenant))

    def get(self, tenant: str, id_: str) -> Credential | None:
        return self._registry.credential(tenant, id_)

    def add(self, credential: Credential) -> bool:
        try:
            self._tenants.put_credential(credential, Only.NEW)
        except ConditionRefused:
            return False
        return True

    def replace(self, old: Credential, fresh: Credential, until: datetime) -> bool:
        try:
            self._tenants.replace_credential(old, fresh, until)
        except ConditionRefused:
            return False
        return True

    def end(self, credential: Credential, at: datetime) -> bool:
        return self._registry.expire_credential(credential, at)
