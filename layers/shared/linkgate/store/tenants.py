"""Tenants, credentials and definitions in the table. They are read through a cache of 60 s and written by operators."""

from __future__ import annotations

import threading
import time
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from linkgate.model.epoch import milliseconds
from linkgate.model.tenant import Agent, Contact, Credential, Tenant
from linkgate.store.link_keys import recipient_key
from linkgate.store.table import (
    ConditionRefused,
    Update,
    delete_within_transaction,
    is_possible_key,
    put_within_transaction,
)
from linkgate.store.tenant_items import (
    LAST_VERSION,
    TENANTS,
    TRIAL,
    contact_key,
    contact_phone_key,
    credential_entry_key,
    credential_key,
    definition_key,
    definition_prefix,
    record_item,
    record_of,
    tenant_key,
    version_key,
    versioned,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from linkgate.model.tenant import Campaign, Category, Process, ResourceType
    from linkgate.ports.tenants import D
    from linkgate.store.attribute_values import Item
    from linkgate.store.table import Table
    from linkgate.store.tenant_items import R

CACHE_LIFE = timedelta(seconds=60)
"""Longest time for which a revoked credential or an old setting stays in use."""

NUMBER_BLOCK = 100
"""Numbers leased at once, so that no counter is hot: one additional write per hundred creates."""

_CACHE_LIMIT = 10_000


class Only(StrEnum):
    """Condition of a write. `table.ConditionRefused` is raised if it does not hold."""

    NEW = "attribute_not_exists(pk)"
    KNOWN = "attribute_exists(pk)"


class DynamoTenants:
    """`ports.tenants.TenantStore` over the table, and the writes that operators make.

    The cache ages by `seconds` since 1970, at a tenth of the cost of a datetime. It does not use `time.monotonic`,
    which may stand still while an execution environment is frozen: a revoked key would live on.
    """

    def __init__(self, table: Table, now: Callable[[], datetime], seconds: Callable[[], float] = time.time) -> None:
        self._table = table
        self._now = now
        self._seconds = seconds
        self._cache: dict[tuple[str, str], tuple[float, Any]] = {}
        self._blocks: dict[str, tuple[int, int]] = {}
        self._lock = threading.Lock()

    def credential(self, hash_: str) -> Credential | None:
        return self._cached(Credential, *credential_key(hash_))

    def tenant(self, tenant: str) -> Tenant | None:
        return self._cached(Tenant, *tenant_key(tenant))

    def definition(self, kind: type[D], tenant: str, name: str, version: str | None = None) -> D | None:
        newest = definition_key(kind, tenant, name)
        if version is None:
            return self._cached(kind, *newest)
        _, known = self._cache.get(newest, (0.0, None))
        if known is not None and known.version == version:
            found: D = known  # whatever its age: the content of a version never changes
            return found
        return self._cached(kind, *version_key(kind, tenant, name, version))

    def versions(self, kind: type[D], tenant: str, name: str) -> list[D]:
        pk, prefix = version_key(kind, tenant, name, "")
        if not is_possible_key(pk, prefix):
            return []
        items = self._table.query_all(
            KeyConditionExpression="pk = :pk AND begins_with(sk, :prefix)",
            ExpressionAttributeValues={":pk": {"S": pk}, ":prefix": {"S": prefix}},
        )
        kept = (item for item in items if "#" not in item["sk"].removeprefix(prefix) and TRIAL not in item)
        found = {item.get("version"): item for item in kept}
        return [record_of(kind, item) for item in found.values()]

    def contact(self, tenant: str, contact_id: int) -> Contact | None:
        item = self._table.get(*contact_key(tenant, contact_id))
        return record_of(Contact, item) if item else None

    def definitions(self, kind: type[D], tenant: str) -> list[D]:
        items = self._table.query_all(
            KeyConditionExpression="pk = :pk AND begins_with(sk, :prefix)",
            ExpressionAttributeValues={":pk": {"S": f"tenant#{tenant}"}, ":prefix": {"S": definition_prefix(kind)}},
            ConsistentRead=True,
        )
        return [record_of(kind, item) for item in items]

    def delete_definition(self, kind: type[D], tenant: str, name: str) -> None:
        key = definition_key(kind, tenant, name)
        if kind is Agent or (item := self._table.get(*key)) is None:
            self._table.delete(*key)
        else:
            pk, sk = version_key(kind, tenant, name, LAST_VERSION)
            last = put_within_transaction({**item, "pk": pk, "sk": sk})
            self._table.transact([delete_within_transaction(*key), last])
        self._cache.pop(key, None)

    def next_number(self, tenant: str) -> int:
        with self._lock:
            number, end = self._blocks.get(tenant, (0, 0))
            if number == end:
                end = self._lease_numbers(tenant) + 1
                number = end - NUMBER_BLOCK
            self._blocks[tenant] = (number + 1, end)
            return number

    def _lease_numbers(self, tenant: str) -> int:
        """Return the last number of a block that nobody else gets."""
        key, block = (f"numbers#{tenant}", "numbers"), {"block": NUMBER_BLOCK}
        try:
            return int(
                self._table.update(*key, Update("ADD leased :block", "attribute_exists(pk)", values=block))["leased"]
            )
        except ConditionRefused:
            # A tenant's first block, or its first since numbers were leased in the tenant's own partition.
            before = self._table.get(f"tenant#{tenant}", "numbers") or {"leased": 0}
        begin = Update(
            "SET leased = if_not_exists(leased, :before) + :block", None, values={**block, "before": before["leased"]}
        )
        return int(self._table.update(*key, begin)["leased"])

    def put_tenant(self, tenant: Tenant, only: Only | None = None) -> None:
        """Write a tenant and the entry that lists it."""
        entry = {"pk": TENANTS, "sk": tenant.id, "name": tenant.name}
        self._put(tenant_key(tenant.id), tenant, only, put_within_transaction(entry))

    def put_credential(self, credential: Credential, only: Only | None = None, *beside: dict[str, Any]) -> None:
        """Write a credential and the entry in its tenant's partition, with further writes in the same transaction."""
        self._put(credential_key(credential.hash), credential, only, _entry_of(credential), *beside)

    def replace_credential(self, old: Credential, fresh: Credential, until: datetime, *beside: dict[str, Any]) -> None:
        """Write `fresh` and let `old` end at `until`, with further writes, in one transaction.

        Raises ConditionRefused unless `old` is as it was read. One of two rotations is therefore refused, and no
        rotation brings back a key that was revoked in the meantime.
        """
        values: dict[str, object] = {"until": milliseconds(until), "fresh": fresh.id}
        unchanged = "attribute_exists(pk) AND attribute_not_exists(expires_at)"
        if old.expires_at:
            values["known"] = milliseconds(old.expires_at)
            unchanged = "expires_at = :known"
        ended = Update(
            "SET expires_at = :until, replaced_by = :fresh",
            f"{unchanged} AND attribute_not_exists(replaced_by)",
            values=values,
        )
        old_key = credential_key(old.hash)
        writes = _entry_of(fresh), ended.within_transaction(*old_key), *beside
        self._put(credential_key(fresh.hash), fresh, Only.NEW, *writes)
        self._cache.pop(old_key, None)

    def put_definition(
        self,
        tenant: str,
        definition: Process | ResourceType | Campaign | Agent | Category,
        only: Only | None = None,
    ) -> None:
        """Write a definition, and beside it the version that links name."""
        kind, name = type(definition), definition.id
        key = definition_key(kind, tenant, name)
        if isinstance(definition, Agent):
            self._put(key, definition, only)
            return
        kept = versioned(definition)
        item = record_item(version_key(kind, tenant, name, kept.version or ""), kept)
        at = milliseconds(self._now())
        self._put(key, kept, only, put_within_transaction({**item, "changed_at": at}))

    def put_contact(self, tenant: str, contact: Contact, only: Only | None = None) -> None:
        """Write a contact and list it by its addresses, as links are listed by their recipient's."""
        listed: Item = {"created_at": milliseconds(self._now())}
        if address := contact.email or contact.phone:
            listed["recipient_key"] = recipient_key(tenant, address)
        pk, sk = contact_phone_key(tenant, contact.id)
        if contact.email and contact.phone:
            entry = {"pk": pk, "sk": sk, **listed, "recipient_key": recipient_key(tenant, contact.phone)}
            beside = put_within_transaction(entry)
        else:
            beside = delete_within_transaction(pk, sk)
        self._put(contact_key(tenant, contact.id), contact, only, beside, **listed)

    def delete_contact(self, tenant: str, contact_id: int) -> None:
        self._table.transact(
            [
                delete_within_transaction(*contact_key(tenant, contact_id)),
                delete_within_transaction(*contact_phone_key(tenant, contact_id)),
            ]
        )

    def _put(
        self, key: tuple[str, str], record: object, only: Only | None, *beside: dict[str, Any], **listed: object
    ) -> None:
        item = {**record_item(key, record), **listed}
        if beside:
            self._table.transact([put_within_transaction(item, only), *beside])
        else:
            self._table.put(item, only)
        self._cache.pop(key, None)

    def _cached(self, kind: type[R], pk: str, sk: str) -> R | None:
        now = self._seconds()
        known = self._cache.get((pk, sk))
        if known and known[0] > now:
            found: R | None = known[1]
            return found
        item = self._table.get(pk, sk, consistent=False)
        record = record_of(kind, item) if item else None
        if record is not None:
            # Misses are not cached: strangers could fill the cache, and a new key must work at once.
            if len(self._cache) >= _CACHE_LIMIT:
                self._cache.clear()
            self._cache[pk, sk] = (now + CACHE_LIFE.total_seconds(), record)
        return record


def _entry_of(credential: Credential) -> dict[str, Any]:
    """Return the write of the entry that lists a credential under its tenant."""
    pk, sk = credential_entry_key(credential.tenant, credential.id)
    return put_within_transaction({"pk": pk, "sk": sk, "hash": credential.hash})
