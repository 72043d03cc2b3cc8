"""What a recipient's browser does before anything is shown: find the link, open it, come back to it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from linkgate.errors import LinkRevoked, NotFound, VisitEnded
from linkgate.model.link import Kind
from linkgate.model.policy import VISITS_KEPT
from linkgate.model.tenant import Campaign, Category, Process, ResourceType
from linkgate.ports import NotChanged
from linkgate.tokens import is_token, secret_hash, token, visit_hash

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from linkgate.model.link import Link
    from linkgate.model.tenant import Tenant
    from linkgate.ports import Deps

    Subject = Process | ResourceType | Campaign | Category


@dataclass(frozen=True, slots=True)
class Visit:
    """A browser's right to come back: what its cookie holds."""

    rid: str
    secret: str = field(repr=False)

    @property
    def hash(self) -> str:
        return visit_hash(self.rid, self.secret)


@dataclass(frozen=True, slots=True)
class Opened:
    """A link just opened, and the visit that the browser gets."""

    link: Link
    visit: Visit


@dataclass(frozen=True, slots=True)
class View:
    """What a visitor may see."""

    link: Link
    tenant: Tenant
    subject: Subject | None
    """The definition, unless the tenant dropped it since."""
    data: Mapping[str, object]
    """What the link was prefilled with."""
    submission: Mapping[str, object] | None = None


def landing(rid: str, deps: Deps) -> tuple[Link, Tenant]:
    """The link behind a landing page and whose it is; raises NotFound. Reads only."""
    link = deps.links.get(rid) if is_token(rid) else None
    tenant = deps.tenants.tenant(link.tenant) if link else None
    if link is None or tenant is None:
        raise NotFound("link")
    return link, tenant


def open_link(rid: str, secret: str, deps: Deps) -> Opened:
    """Count a view and begin a visit, in one write.

    Raises NotFound for anything but a right secret; for a right one LinkClosed says why it does not open.
    """
    if not (is_token(rid) and is_token(secret)):
        raise NotFound("link")
    visit, now = Visit(rid, token(deps.random(16))), deps.now()
    hash_ = secret_hash(rid, secret)
    try:
        return Opened(deps.links.open(rid, hash_, visit.hash, now), visit)
    except NotChanged as refusal:
        oldest = _oldest_visit(refusal.stored, hash_, now)
    try:
        return Opened(deps.links.open(rid, hash_, visit.hash, now, forget=oldest), visit)
    except NotChanged as refusal:
        _oldest_visit(refusal.stored, hash_, now)
        # Another browser ended the same visit at the same moment; the reader presses Continue again.
        raise VisitEnded from refusal


def _oldest_visit(stored: Link | None, hash_: str, now: datetime) -> str:
    """The visit to give up so that the link can open; raises what else keeps it shut."""
    if stored is None or hash_ not in stored.secrets:
        raise NotFound("link")
    if closed := stored.closed(now):
        raise closed
    if len(stored.visits) < VISITS_KEPT:
        raise NotFound("link")
    return min(stored.visits, key=lambda visit: stored.visits[visit])


def visited(visit: Visit | None, deps: Deps) -> Link:
    """The link a browser is visiting; raises VisitEnded, or LinkRevoked. Reads only."""
    link = deps.links.get(visit.rid) if visit and is_token(visit.rid) else None
    if visit is None or link is None or link.visits.get(visit.hash, link.created_at) <= deps.now():
        raise VisitEnded
    if link.revoked_at:
        raise LinkRevoked
    return link


def view(visit: Visit | None, deps: Deps) -> View:
    """What the visitor may see now. A submitted form is shown as sent in; an expired or revoked link is not shown."""
    link = visited(visit, deps)
    if not link.submitted_at and (closed := link.closed(deps.now())) and link.expires_at <= deps.now():
        raise closed
    tenant = deps.tenants.tenant(link.tenant)
    if tenant is None:
        raise NotFound("link")
    return View(
        link,
        tenant,
        subject_of(link, deps),
        _body(link, link.body, deps) or {},
        _body(link, link.submission, deps),
    )


def subject_of(link: Link, deps: Deps) -> Subject | None:
    """What the link is about, as its tenant defines it now."""
    match link.kind:
        case Kind.PROCESS:
            return deps.tenants.definition(Process, link.tenant, link.subject)
        case Kind.RESOURCE:
            return deps.tenants.definition(ResourceType, link.tenant, link.subject)
        case Kind.SURVEY:
            return deps.tenants.definition(Campaign, link.tenant, link.subject)
        case Kind.SESSION:
            return deps.tenants.definition(Category, link.tenant, link.subject)


def _body(link: Link, name: str | None, deps: Deps) -> Mapping[str, object] | None:
    return deps.links.body(link.master_rid, name) if name else None
