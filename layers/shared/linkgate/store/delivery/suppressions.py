"""Suppressed addresses in the table. Each has an item named by its hash, so the table never shows an address."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linkgate.model.epoch import milliseconds
from linkgate.store.table import ConditionRefused
from linkgate.tokens import address_hash

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from linkgate.store.table import Table

_SUPPRESSED = "suppressed"


class DynamoSuppressions:
    """`ports.delivery.SuppressionStore` over the table."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def among(self, tenant: str, addresses: Sequence[str]) -> Mapping[str, str]:
        keys = {_key(tenant, address): address for address in addresses}
        items = self._table.batch_get(list(keys))
        return {keys[item["pk"], item["sk"]]: item["reason"] for item in items}

    def add(self, tenant: str, address: str, reason: str, now: datetime) -> None:
        pk, sk = _key(tenant, address)
        try:
            self._table.put({"pk": pk, "sk": sk, "reason": reason, "at": milliseconds(now)}, "attribute_not_exists(pk)")
        except ConditionRefused:
            return

    def remove(self, tenant: str, address: str) -> None:
        """Lift the suppression, once its reason is gone. For operators."""
        self._table.delete(*_key(tenant, address))


def _key(tenant: str, address: str) -> tuple[str, str]:
    """Return the item's key, the same for every letter case, because nearly every provider ignores letter case."""
    return f"suppressed#{tenant}|{address_hash(tenant, address.lower())}", _SUPPRESSED
