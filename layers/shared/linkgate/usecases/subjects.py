"""Subjects of links: forms as they were when the link was made, everything else as its tenant defines it now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linkgate.model.link import Kind
from linkgate.model.tenant import Campaign, Category, Process, ResourceType

if TYPE_CHECKING:
    from linkgate.model.link import Link
    from linkgate.ports.deps import Deps
    from linkgate.ports.tenants import D

    Subject = Process | ResourceType | Campaign | Category


def subject_of(link: Link, deps: Deps) -> Subject | None:
    """Return the definition that a link names, even if its tenant has deleted it. One cached read if it has not."""
    match link.kind:
        case Kind.PROCESS:
            return _as_made(Process, link, deps)
        case Kind.RESOURCE:
            return _as_it_is(ResourceType, link, deps)
        case Kind.SURVEY:
            return _as_made(Campaign, link, deps)
        case Kind.SESSION:
            return _as_it_is(Category, link, deps)


def title_of(link: Link, deps: Deps) -> str | None:
    """Return the title that messages about the link use, or None."""
    subject = subject_of(link, deps)
    return subject.title if subject else None


def _as_made(kind: type[D], link: Link, deps: Deps) -> D | None:
    """Return a form as it was when the link was made, so that nobody's answers lose their questions."""
    made = deps.tenants.definition(kind, link.tenant, link.subject, link.version) if link.version else None
    return made or _as_it_is(kind, link, deps)


def _as_it_is(kind: type[D], link: Link, deps: Deps) -> D | None:
    now = deps.tenants.definition(kind, link.tenant, link.subject)
    return now or deps.tenants.definition(kind, link.tenant, link.subject, link.version or "")
