"""Tenants, credentials, definitions and contacts as items of the table, and back.

What belongs to a tenant shares the partition `tenant#<id>`; a credential is found by the hash of its key alone, so it
has a partition of its own, and an entry in the tenant's names it. The partition `tenants` names every tenant.
"""

from __future__ import annotations

import dataclasses
import json
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypeVar

from linkgate.model.epoch import milliseconds, moment
from linkgate.model.link import Channel
from linkgate.model.policy import Tier
from linkgate.model.tenant import Agent, Campaign, Category, Contact, Credential, Process, ResourceType, Tenant

if TYPE_CHECKING:
    from collections.abc import Callable

    from linkgate.store.attribute_values import Item

TENANTS = "tenants"
"""Partition of the entries that name the tenants."""

_LIVES = ("default_life", "greatest_life")
_DEFINITIONS: dict[type, str] = {
    Process: "process",
    ResourceType: "resource_type",
    Campaign: "campaign",
    Agent: "agent",
    Category: "category",
}

R = TypeVar("R", Tenant, Credential, Process, ResourceType, Campaign, Agent, Category, Contact)


def tenant_key(tenant: str) -> tuple[str, str]:
    """Where a tenant stands."""
    return f"tenant#{tenant}", "tenant"


def credential_key(hash_: str) -> tuple[str, str]:
    """Where a credential stands."""
    return f"credential#{hash_}", "credential"


def credential_entry_key(tenant: str, credential_id: str) -> tuple[str, str]:
    """Of the entry that names a tenant's credential; its `hash` leads to the credential."""
    return f"tenant#{tenant}", f"credential#{credential_id}"


def definition_key(kind: type, tenant: str, name: str) -> tuple[str, str]:
    """Where a process, resource type, campaign, agent or category stands."""
    return f"tenant#{tenant}", f"{definition_prefix(kind)}{name}"


def definition_prefix(kind: type) -> str:
    """With which the sort keys of a tenant's definitions of that kind begin."""
    return f"{_DEFINITIONS[kind]}#"


def contact_key(tenant: str, contact_id: int) -> tuple[str, str]:
    """Where a contact stands."""
    return f"tenant#{tenant}", f"contact#{contact_id}"


def contact_id_of(sort_key: str) -> int | None:
    """The contact that an entry of the recipients' index is about, None where it is about none."""
    kind, _, number = sort_key.partition("#")
    return int(number) if kind in {"contact", "contact_phone"} else None


def contact_phone_key(tenant: str, contact_id: int) -> tuple[str, str]:
    """Of the entry by which a contact that also has an e-mail address is found by its phone."""
    return f"tenant#{tenant}", f"contact_phone#{contact_id}"


def record_item(key: tuple[str, str], record: object) -> Item:
    """The whole item of a tenant, credential, definition or contact."""
    pk, sk = key
    return {"pk": pk, "sk": sk, **record_values(record)}


def record_values(record: Any) -> Item:  # noqa: ANN401 - any of the model's dataclasses
    """A record's fields as they stand in an item."""
    values = {field.name: _stored(getattr(record, field.name)) for field in dataclasses.fields(record)}
    if "schema" in values:
        # As text: a schema may hold fractions, which item values are not made for.
        values["schema"] = json.dumps(values["schema"])
    return {name: value for name, value in values.items() if value is not None}


def record_of(kind: type[R], item: Item) -> R:
    """The inverse of `record_item`; attributes that are no fields are left out."""
    names = {field.name for field in dataclasses.fields(kind)}
    values = {name: value for name, value in item.items() if name in names}
    for name, restore in _RESTORED.items():
        if name in values:
            values[name] = restore(values[name])
    return kind(**values)


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
            return record_values(value)
        case dict() | MappingProxyType():
            return {key: _stored(entry) for key, entry in value.items()}
        case _:
            return value


def _tiers(value: dict[str, Item]) -> dict[str, Tier]:
    return {
        name: Tier(**{**tier, **{life: timedelta(seconds=tier[life]) for life in _LIVES}})
        for name, tier in value.items()
    }


_RESTORED: dict[str, Callable[[Any], Any]] = {
    "channels": lambda value: tuple(Channel(channel) for channel in value),
    "created_at": moment,
    "customer_names": frozenset,
    "frame_origins": frozenset,
    "expires_at": moment,
    "schema": json.loads,
    "reminders": lambda value: tuple(timedelta(seconds=offset) for offset in value),
    "scopes": frozenset,
    "sms_countries": frozenset,
    "tiers": _tiers,
}
