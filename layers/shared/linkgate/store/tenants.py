"""Tenants, credentials and definitions in the table, read through a cache of 60 s."""

from __future__ import annotations

import dataclasses
import json
import threading
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypeVar

from linkgate.model.link import Channel
from linkgate.model.policy import Tier
from linkgate.model.tenant import Agent, Campaign, Category, Contact, Credential, Process, ResourceType, Tenant
from linkgate.store.link_items import milliseconds, moment
from linkgate.store.table import Update

if TYPE_CHECKING:
    from collections.abc import Callable

    from linkgate.ports import D
    from linkgate.store.attribute_values import Item
    from linkgate.store.table import Table

CACHE_LIFE = timedelta(seconds=60)
"""The longest a revoked credential or a changed setting goes on being used."""

NUMBER_BLOCK = 20
"""Numbers leased at once, so that minting has no hot counter."""

_CACHE_LIMIT = 10_000
_LIVES = ("default_life", "greatest_life")
_DEFINITIONS: dict[type, str] = {
    Process: "process",
    ResourceType: "resource_type",
    Campaign: "campaign",
    Agent: "agent",
    Category: "category",
}

R = TypeVar("R", Tenant, Credential, Process, ResourceType, Campaign, Agent, Category, Contact)


class DynamoTenants:
    """`ports.TenantStore` over the table, and the writes that operators make."""

    def __init__(self, table: Table, now: Callable[[], datetime]) -> None:
        self._table = table
        self._now = now
        self._cache: dict[tuple[str, str], tuple[datetime, Any]] = {}
        self._blocks: dict[str, tuple[int, int]] = {}
        self._lock = threading.Lock()

    def credential(self, hash_: str) -> Credential | None:
        return self._cached(Credential, *_credential_key(hash_))

    def tenant(self, tenant: str) -> Tenant | None:
        return self._cached(Tenant, *_tenant_key(tenant))

    def definition(self, kind: type[D], tenant: str, name: str) -> D | None:
        return self._cached(kind, *_definition_key(kind, tenant, name))

    def contact(self, tenant: str, contact_id: int) -> Contact | None:
        item = self._table.get(*_contact_key(tenant, contact_id))
        return _record(Contact, item) if item else None

    def next_number(self, tenant: str) -> int:
        with self._lock:
            number, end = self._blocks.get(tenant, (0, 0))
            if number == end:
                update = Update("ADD leased :block", None, values={"block": NUMBER_BLOCK})
                end = self._table.update(f"tenant#{tenant}", "numbers", update)["leased"] + 1
                number = end - NUMBER_BLOCK
            self._blocks[tenant] = (number + 1, end)
            return number

    def put_tenant(self, tenant: Tenant) -> None:
        self._put(_tenant_key(tenant.id), tenant)

    def put_credential(self, credential: Credential) -> None:
        self._put(_credential_key(credential.hash), credential)

    def put_definition(self, tenant: str, definition: Process | ResourceType | Campaign | Agent | Category) -> None:
        self._put(_definition_key(type(definition), tenant, definition.id), definition)

    def put_contact(self, tenant: str, contact: Contact) -> None:
        self._put(_contact_key(tenant, contact.id), contact)

    def _put(self, key: tuple[str, str], record: object) -> None:
        pk, sk = key
        self._table.put({"pk": pk, "sk": sk, **_values(record)})
        self._cache.pop(key, None)

    def _cached(self, kind: type[R], pk: str, sk: str) -> R | None:
        now = self._now()
        known = self._cache.get((pk, sk))
        if known and known[0] > now:
            found: R | None = known[1]
            return found
        item = self._table.get(pk, sk, consistent=False)
        record = _record(kind, item) if item else None
        if record is not None:
            # What is missing is not remembered: strangers could fill the cache, and a new key must work at once.
            if len(self._cache) >= _CACHE_LIMIT:
                self._cache.clear()
            self._cache[pk, sk] = (now + CACHE_LIFE, record)
        return record


def _tenant_key(tenant: str) -> tuple[str, str]:
    return f"tenant#{tenant}", "tenant"


def _credential_key(hash_: str) -> tuple[str, str]:
    return f"credential#{hash_}", "credential"


def _definition_key(kind: type, tenant: str, name: str) -> tuple[str, str]:
    return f"tenant#{tenant}", f"{_DEFINITIONS[kind]}#{name}"


def _contact_key(tenant: str, contact_id: int) -> tuple[str, str]:
    return f"tenant#{tenant}", f"contact#{contact_id}"


def _values(record: Any) -> Item:  # noqa: ANN401 - any of the model's dataclasses
    values = {field.name: _stored(getattr(record, field.name)) for field in dataclasses.fields(record)}
    if "schema" in values:
        # As text: a schema may hold fractions, which item values are not made for.
        values["schema"] = json.dumps(values["schema"])
    return {name: value for name, value in values.items() if value is not None}


def _stored(value: object) -> object:
    match value:
        case datetime():
            return milliseconds(value)
        case frozenset() | set():
            return sorted(value)
        case tuple():
            return [_stored(entry) for entry in value]
        case Channel():
            return value.value
        case timedelta():
            return int(value.total_seconds())
        case Tier():
            return _values(value)
        case dict() | MappingProxyType():
            return {key: _stored(entry) for key, entry in value.items()}
        case _:
            return value


def _record(kind: type[R], item: Item) -> R:
    names = {field.name for field in dataclasses.fields(kind)}
    values = {name: value for name, value in item.items() if name in names}
    for name, restore in _RESTORED.items():
        if name in values:
            values[name] = restore(values[name])
    return kind(**values)


def _tiers(value: dict[str, Item]) -> dict[str, Tier]:
    return {
        name: Tier(**{**tier, **{life: timedelta(seconds=tier[life]) for life in _LIVES}})
        for name, tier in value.items()
    }


_RESTORED: dict[str, Callable[[Any], Any]] = {
    "channels": lambda value: tuple(Channel(channel) for channel in value),
    "customer_names": frozenset,
    "expires_at": moment,
    "schema": json.loads,
    "scopes": frozenset,
    "tiers": _tiers,
}
