"""Registry for operators: list, change and delete tenants, credentials, definitions, contacts and tiers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linkgate.model.epoch import milliseconds
from linkgate.model.tenant import Contact, Credential, Tenant
from linkgate.store.table import ConditionRefused, Update
from linkgate.store.tenant_items import (
    TENANTS,
    credential_entry_key,
    credential_key,
    definition_key,
    definition_prefix,
    record_of,
    record_values,
    tenant_key,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from linkgate.model.policy import Tier
    from linkgate.ports.tenants import D
    from linkgate.store.attribute_values import Item
    from linkgate.store.table import Table

_BATCH = 100


def expiry(at: datetime) -> Update:
    """Return the change by which a credential expires at `at`, unless it does by then anyway."""
    return Update(
        "SET expires_at = :at",
        "attribute_exists(pk) AND (attribute_not_exists(expires_at) OR expires_at > :at)",
        values={"at": milliseconds(at)},
    )


class Registry:
    """Uncached access to the table for operators. All methods raise Unavailable if the table cannot be reached."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def tenants(self) -> Iterator[Tenant]:
        """Yield every tenant, by id."""
        return (record_of(Tenant, item) for item in self._items([tenant_key(e["sk"]) for e in self._entries(TENANTS)]))

    def tenant(self, tenant: str) -> Tenant | None:
        item = self._table.get(*tenant_key(tenant))
        return record_of(Tenant, item) if item else None

    def credentials(self, tenant: str) -> Iterator[Credential]:
        """Yield every credential of the tenant, including expired and revoked ones."""
        entries = self._entries(f"tenant#{tenant}", "credential#")
        return (record_of(Credential, item) for item in self._items([credential_key(e["hash"]) for e in entries]))

    def credential(self, tenant: str, credential_id: str) -> Credential | None:
        """Find a credential by its public id (`ports.tenants.TenantStore.credential` takes the hash of the key)."""
        entry = self._table.get(*credential_entry_key(tenant, credential_id))
        item = self._table.get(*credential_key(entry["hash"])) if entry else None
        return record_of(Credential, item) if item else None

    def expire_credential(self, credential: Credential, at: datetime) -> bool:
        """Let a credential expire at `at`. Returns False if it expires by then anyway."""
        try:
            self._table.update(*credential_key(credential.hash), expiry(at))
        except ConditionRefused:
            return False
        return True

    def set_scopes(self, credential: Credential, scopes: frozenset[str]) -> bool:
        """Replace the scopes of a credential. Returns False if it no longer exists."""
        update = Update("SET scopes = :scopes", "attribute_exists(pk)", values={"scopes": sorted(scopes)})
        try:
            self._table.update(*credential_key(credential.hash), update)
        except ConditionRefused:
            return False
        return True

    def definitions(self, kind: type[D], tenant: str) -> Iterator[D]:
        """Yield every process, resource type, campaign, agent or category of the tenant, by id."""
        entries = self._entries(f"tenant#{tenant}", definition_prefix(kind))
        return (record_of(kind, item) for item in entries)

    def definition(self, kind: type[D], tenant: str, name: str) -> D | None:
        item = self._table.get(*definition_key(kind, tenant, name))
        return record_of(kind, item) if item else None

    def contacts(self, tenant: str) -> Iterator[Contact]:
        return (record_of(Contact, item) for item in self._entries(f"tenant#{tenant}", "contact#"))

    def put_tier(self, tenant: str, tier: Tier, *, new: bool) -> None:
        """Add or replace one of the tenant's own tiers. Raises ConditionRefused."""
        update = Update(
            "SET tiers.#tier = :tier",
            "attribute_exists(pk) AND attribute_not_exists(tiers.#tier)" if new else "attribute_exists(tiers.#tier)",
            names={"tier": tier.name},
            values={"tier": record_values(tier)},
        )
        self._table.update(*tenant_key(tenant), update)

    def delete_tier(self, tenant: str, name: str) -> None:
        """Delete one of the tenant's own tiers. Raises ConditionRefused if it has none of that name."""
        update = Update("REMOVE tiers.#tier", "attribute_exists(tiers.#tier)", names={"tier": name})
        self._table.update(*tenant_key(tenant), update)

    def _entries(self, pk: str, prefix: str = "") -> Iterator[Item]:
        """Yield a partition's items whose sort key begins with `prefix`, page by page."""
        condition, values = "pk = :pk", {":pk": {"S": pk}}
        if prefix:
            condition += " AND begins_with(sk, :prefix)"
            values[":prefix"] = {"S": prefix}
        return self._table.query_all(
            KeyConditionExpression=condition, ExpressionAttributeValues=values, ConsistentRead=True
        )

    def _items(self, keys: list[tuple[str, str]]) -> Iterator[Item]:
        """Yield items in the order of their keys. Items that are gone are left out."""
        for start in range(0, len(keys), _BATCH):
            some = keys[start : start + _BATCH]
            found = {(item["pk"], item["sk"]): item for item in self._table.batch_get(some)}
            yield from (found[key] for key in some if key in found)
