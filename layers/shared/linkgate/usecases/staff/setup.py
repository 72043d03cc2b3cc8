"""Set-up of a tenant as an administrator sees it: definitions, and what is used of each limit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linkgate.errors import NotFound
from linkgate.lazy_dataclass import dataclass
from linkgate.model.link import Channel
from linkgate.model.tenant import Agent, Campaign, Category, Process, ResourceType
from linkgate.usecases.definitions import schema_of
from linkgate.usecases.form_parts import control_of, properties, word

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from linkgate.model.tenant import Tenant
    from linkgate.ports.deps import Deps
    from linkgate.usecases.form_parts import Schema

    Definition = Process | ResourceType | Campaign | Category | Agent

KINDS: Mapping[str, type[Definition]] = {
    "process": Process,
    "campaign": Campaign,
    "resource-type": ResourceType,
    "category": Category,
    "agent": Agent,
}
"""Kinds of definitions, by the name of their command."""


@dataclass(frozen=True, slots=True)
class Setup:
    """Set-up of a tenant."""

    definitions: Mapping[str, Sequence[Definition]]
    """Definitions of each kind."""
    used: Mapping[Channel, tuple[int, int]]
    """Messages of this day (UTC) by channel: how many were sent, and how many may be."""


@dataclass(frozen=True, slots=True)
class Question:
    """A question of a form. `control` is its kind, as pages name it, and None for one that no page shows."""

    title: str
    control: str | None
    required: bool
    depth: int
    """Number of sections around it."""


@dataclass(frozen=True, slots=True)
class DefinitionView:
    """A definition, its questions if it is a form, and the number of its earlier versions that are kept."""

    definition: Definition
    questions: Sequence[Question]
    earlier: int


def setup_of(tenant: Tenant, deps: Deps) -> Setup:
    """Return the set-up of a tenant."""
    return Setup(
        definitions={name: deps.tenants.definitions(kind, tenant.id) for name, kind in KINDS.items()},
        used=used_today(tenant, deps),
    )


def used_today(tenant: Tenant, deps: Deps) -> Mapping[Channel, tuple[int, int]]:
    """Return how many messages of each channel were sent on this day (UTC), and how many may be."""
    now = deps.now()
    return {
        Channel.EMAIL: (deps.email_budget.used(tenant.id, now), tenant.emails_per_day),
        Channel.SMS: (deps.sms_budget.used(tenant.id, now), tenant.sms_per_day),
    }


def view_definition(tenant: Tenant, kind: str, name: str, language: str, deps: Deps) -> DefinitionView:
    """Return a definition as it is now. Raises NotFound."""
    record = KINDS.get(kind)
    every = deps.tenants.definitions(record, tenant.id) if record else []
    found = next((each for each in every if each.id == name), None)
    if record is None or found is None:
        raise NotFound("definition")
    form = schema_of(found) if isinstance(found, Process | Campaign) else {}
    earlier = deps.tenants.versions(record, tenant.id, name)
    version = getattr(found, "version", None)
    kept = [each for each in earlier if getattr(each, "version", None) != version]
    return DefinitionView(found, questions_of(form, language), len(kept))


def questions_of(form: Schema, language: str) -> Sequence[Question]:
    """Return the questions of a form, those of a section after it."""
    return list(_questions(form, language, 0))


def _questions(form: Schema, language: str, depth: int) -> Iterator[Question]:
    asked = form.get("required")
    required = asked if isinstance(asked, list) else []
    for name, part in properties(form).items():
        yield Question(word(part, "title", language) or name, control_of(part), name in required, depth)
        yield from _questions(part, language, depth + 1)
