"""What a link is about, as its tenant defines it now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linkgate.model.link import Kind
from linkgate.model.tenant import Campaign, Category, Process, ResourceType

if TYPE_CHECKING:
    from linkgate.model.link import Link
    from linkgate.ports.deps import Deps

    Subject = Process | ResourceType | Campaign | Category


def subject_of(link: Link, deps: Deps) -> Subject | None:
    """The definition a link names; None where the tenant dropped it since."""
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
    """What messages about the link call it."""
    subject = subject_of(link, deps)
    return subject.title if subject else None
