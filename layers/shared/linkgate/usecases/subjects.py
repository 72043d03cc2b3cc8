"""Subjects of links, as their tenants define them now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linkgate.model.link import Kind
from linkgate.model.tenant import Campaign, Category, Process, ResourceType

if TYPE_CHECKING:
    from linkgate.model.link import Link
    from linkgate.ports.deps import Deps

    Subject = Process | ResourceType | Campaign | Category


def subject_of(link: Link, deps: Deps) -> Subject | None:
    """Return the definition that a link names, or None if the tenant has deleted it."""
    match link.kind:
        case Kind.PROCESS:
            return deps.tenants.definition(Process, link.tenant, link.subject)
        case Kind.RESOURCE:
            return deps.tenants.definition(ResourceType, link.tenant, link.subject)
        case Kind.SURVEY:
            return deps.tenants.definition(Campaign, link.tenant, link.subject)
        case Kind.SESSION:
            return deps.tenants.definition(Category, link.tenant, link.subject)


def title_of(link: Link, deps: Deps) -> str | None:
    """Return the title that messages about the link use, or None."""
    subject = subject_of(link, deps)
    return subject.title if subject else None
