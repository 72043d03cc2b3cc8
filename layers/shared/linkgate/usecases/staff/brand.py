"""Brand of a tenant as administrators see and change it: whatever recipients know the tenant by."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from typing import TYPE_CHECKING

from linkgate.errors import InvalidRequest, NotFound, Problem
from linkgate.model.brand import FIELDS, normal_field
from linkgate.model.link import DeliveryState, Kind
from linkgate.model.tenant import Process
from linkgate.usecases.staff.forms import sample_view
from linkgate.usecases.staff.journal import entry_of
from linkgate.usecases.staff.messages import TITLES, Sample, send_sample

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from linkgate.model.person import Staff
    from linkgate.model.tenant import Tenant
    from linkgate.ports.deps import Deps
    from linkgate.ports.staff import KeptBrand
    from linkgate.usecases.visits.viewing import View

_TRIED = "process.first"
"""Message that tries a new sender of e-mails."""
_QUESTIONS = {
    "en": ("Full name", "Current account", "Savings account", "Account"),
    "es": ("Nombre completo", "Cuenta corriente", "Cuenta de ahorros", "Cuenta"),
}


def kept_brand(tenant: str, deps: Deps) -> KeptBrand:
    """Return a tenant as it is now, because the one of a session may be a minute old. Raises NotFound."""
    found = deps.staff.brands.get(tenant)
    if found is None:
        raise NotFound("tenant")
    return found


def brand_version(tenant: Tenant) -> str:
    """Return a version of a tenant's brand, by which it shows that somebody else changed it."""
    values = {name: getattr(tenant, name) for name in FIELDS}
    return hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()[:16]


def branded(tenant: Tenant, typed: Mapping[str, str]) -> tuple[Tenant, frozenset[str]]:
    """Return a tenant with the fields that somebody typed, and the names of those that break their rule.

    Fields that break it, or were not typed, are left as they are. An empty one is removed, but not the name.
    """
    wrong, values = set[str](), dict[str, str | None]()
    for name in FIELDS:
        text = typed.get(name, getattr(tenant, name) or "").strip()
        value = normal_field(name, text) if text else None
        if value is None and (text or name == "name"):
            wrong.add(name)
        else:
            values[name] = value
    return dataclasses.replace(tenant, **values), frozenset(wrong)  # type: ignore[arg-type]  # all are texts


def change_brand(typed: Mapping[str, str], seen: str, portal: str, staff: Staff, deps: Deps) -> None:
    """Change a tenant's brand. A new sender of e-mails is tried first, with a message to the person's own address.

    Raises InvalidRequest for fields that break their rule, if somebody else changed the brand since the version `seen`,
    and for a sender with which no e-mail leaves.
    """
    known = kept_brand(staff.tenant.id, deps).tenant
    changed, wrong = branded(known, typed)
    if wrong:
        raise InvalidRequest([Problem.of(name, "format", expected="as its hint says") for name in sorted(wrong)])
    if brand_version(known) != seen:
        raise InvalidRequest([Problem.of("brand", "stale")])
    values = {name: getattr(changed, name) for name in FIELDS if getattr(changed, name) != getattr(known, name)}
    if not values:
        return
    if values.get("mail_from"):
        outcome = send_sample(Sample(_TRIED, staff.language), portal, changed, staff, deps)
        if outcome.state is not DeliveryState.SENT:
            raise InvalidRequest([Problem.of("mail_from", "no_channel")])
    entry = entry_of("brand_changed", {"fields": ", ".join(values)}, staff, deps)
    if not deps.staff.brands.put(known, values, entry):
        raise InvalidRequest([Problem.of("brand", "stale")])


def sample_form(tenant: Tenant, language: str, now: datetime) -> View:
    """Return what somebody with a link to a short made-up form would see."""
    name, current, savings, account = _QUESTIONS.get(language, _QUESTIONS["en"])
    schema = {
        "type": "object",
        "required": ["name"],
        "properties": {
            "name": {"type": "string", "title": name},
            "account": {"type": "string", "title": account, "enum": [current, savings]},
        },
    }
    title = TITLES.get(language, TITLES["en"])["process"]
    return sample_view(tenant, Process("sample", title, schema=schema), Kind.PROCESS, now)
