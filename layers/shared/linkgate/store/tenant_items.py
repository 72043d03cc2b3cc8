"""Convert tenants, credentials, definitions and contacts to items of the table, and back.

The data of a tenant shares the partition `tenant#<id>`. A credential is found by the hash of its key alone, so it has a
partition of its own, and an entry in the tenant's partition names it. The partition `tenants` names every tenant.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
from datetime import date, datetime, timedelta
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypeVar

from linkgate.model.epoch import milliseconds, moment
from linkgate.model.hours import Hours
from linkgate.model.link import Channel
from linkgate.model.policy import Tier
from linkgate.model.tenant import Agent, Campaign, Category, Contact, Credential, Media, Process, ResourceType, Tenant

if TYPE_CHECKING:
    from collections.abc import Callable

    from linkgate.model.person import Person, SignIn
    from linkgate.store.attribute_values import Item

TENANTS = "tenants"
"""Partition with the entries that name the tenants."""

LAST_VERSION = ""
"""Version under which a deleted definition is kept, for links of an earlier release, which name none."""

TRIAL = "trial"
"""Attribute of a version that was never live, but is there so that test links can name it."""

_VERSION_DIGITS = 16
_LIVES = ("default_life", "greatest_life")
_DEFINITIONS: dict[type, str] = {
    Process: "process",
    ResourceType: "resource_type",
    Campaign: "campaign",
    Agent: "agent",
    Category: "category",
}

V = TypeVar("V", bound=Process | ResourceType | Campaign | Category)
R = TypeVar(
    "R",
    bound="Tenant | Credential | Process | ResourceType | Campaign | Agent | Category | Contact | Person | SignIn",
)


def tenant_key(tenant: str) -> tuple[str, str]:
    """Return the key of a tenant."""
    return f"tenant#{tenant}", "tenant"


def credential_key(hash_: str) -> tuple[str, str]:
    """Return the key of a credential."""
    return f"credential#{hash_}", "credential"


def credential_entry_key(tenant: str, credential_id: str) -> tuple[str, str]:
    """Return the key of the entry that names a tenant's credential. Its `hash` leads to the credential."""
    return f"tenant#{tenant}", f"credential#{credential_id}"


def definition_key(kind: type, tenant: str, name: str) -> tuple[str, str]:
    """Return the key of a process, resource type, campaign, agent or category."""
    return f"tenant#{tenant}", f"{definition_prefix(kind)}{name}"


def definition_prefix(kind: type) -> str:
    """Return the prefix of the sort keys of a tenant's definitions of that kind."""
    return f"{_DEFINITIONS[kind]}#"


def version_key(kind: type, tenant: str, name: str, version: str) -> tuple[str, str]:
    """Return the key of an earlier or present version of a definition, `LAST_VERSION` of a deleted one."""
    return f"tenant#{tenant}", f"{version_prefix(kind, name)}{version}"


def version_prefix(kind: type, name: str) -> str:
    """Return the prefix of the sort keys of a definition's versions. The version after it has no `#`."""
    return f"version#{_DEFINITIONS[kind]}#{name}#"


def draft_key(kind: type, tenant: str, name: str) -> tuple[str, str]:
    """Return the key of the draft of a definition's form."""
    return f"tenant#{tenant}", f"draft#{_DEFINITIONS[kind]}#{name}"


def versioned(definition: V) -> V:
    """Return the definition with its version, so that the same content always has the same one."""
    values = record_values(dataclasses.replace(definition, version=None))
    version = hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()[:_VERSION_DIGITS]
    return dataclasses.replace(definition, version=version)


def contact_key(tenant: str, contact_id: int) -> tuple[str, str]:
    """Return the key of a contact."""
    return f"tenant#{tenant}", f"contact#{contact_id}"


def contact_id_of(sort_key: str) -> int | None:
    """Return the contact that an entry of the recipients' index is about, or None if it is about something else."""
    kind, _, number = sort_key.partition("#")
    return int(number) if kind in {"contact", "contact_phone"} else None


def contact_phone_key(tenant: str, contact_id: int) -> tuple[str, str]:
    """Return the key of the entry that lists a contact by its phone number, if it also has an e-mail address."""
    return f"tenant#{tenant}", f"contact_phone#{contact_id}"


def record_item(key: tuple[str, str], record: object) -> Item:
    """Build the whole item of a tenant, credential, definition or contact."""
    pk, sk = key
    return {"pk": pk, "sk": sk, **record_values(record)}


def record_values(record: Any) -> Item:  # noqa: ANN401 - any of the model's dataclasses
    """Build the attributes for a record's fields."""
    values = {field.name: _stored(getattr(record, field.name)) for field in dataclasses.fields(record)}
    if "schema" in values:
        # Stored as text, because a schema may hold fractions and item values may not.
        values["schema"] = json.dumps(values["schema"])
    return {name: value for name, value in values.items() if value is not None}


def record_of(kind: type[R], item: Item) -> R:
    """Read a record back, as the inverse of `record_item`. Attributes that are no fields are left out."""
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
            return sorted(map(str, value))
        case tuple():
            return [_stored(entry) for entry in value]
        case Channel() | Media():
            return value.value
        case timedelta():
            return int(value.total_seconds())
        case Tier() | Hours():
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


def _hours(value: Item) -> Hours:
    weekly = {day: tuple(spans) for day, spans in value["weekly"].items()}
    return Hours(value["timezone"], weekly, frozenset(date.fromisoformat(day) for day in value["closed"]))


_RESTORED: dict[str, Callable[[Any], Any]] = {
    "added_at": moment,
    "channels": lambda value: tuple(Channel(channel) for channel in value),
    "created_at": moment,
    "customer_names": frozenset,
    "finders": frozenset,
    "four_eyes": frozenset,
    "frame_origins": frozenset,
    "ended_at": moment,
    "expires_at": moment,
    "hours": _hours,
    "media": Media,
    "patience": lambda value: timedelta(seconds=value),
    "queues": frozenset,
    "schema": json.loads,
    "reminders": lambda value: tuple(timedelta(seconds=offset) for offset in value),
    "scopes": frozenset,
    "seen_at": moment,
    "sms_countries": frozenset,
    "roles": tuple,
    "submitters": frozenset,
    "tiers": _tiers,
}
