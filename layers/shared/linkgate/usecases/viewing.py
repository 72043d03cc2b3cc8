"""What a browser may see of a link that it opened."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linkgate.errors import LinkSubmitted, NotFound
from linkgate.lazy_dataclass import dataclass
from linkgate.model.link import Kind
from linkgate.ports.links import DRAFT
from linkgate.usecases.form_schema import schema_of
from linkgate.usecases.subjects import subject_of
from linkgate.usecases.visits import visited

if TYPE_CHECKING:
    from collections.abc import Mapping

    from linkgate.model.link import Link
    from linkgate.model.tenant import Tenant
    from linkgate.ports.deps import Deps
    from linkgate.usecases.subjects import Subject
    from linkgate.usecases.visits import Visit

FORMS = frozenset({Kind.PROCESS, Kind.SURVEY})
"""The kinds that are filled in and sent in."""


@dataclass(frozen=True, slots=True)
class View:
    """What a visitor may see."""

    link: Link
    tenant: Tenant
    subject: Subject | None
    """The definition, unless the tenant dropped it since."""
    schema: Mapping[str, object]
    """What is to be filled in; empty for kinds without a form."""
    data: Mapping[str, object]
    """What the link was prefilled with."""
    draft: Mapping[str, object] | None = None
    submission: Mapping[str, object] | None = None


def view(visit: Visit | None, deps: Deps) -> View:
    """What the visitor may see now. A submitted form is shown as sent in.

    Raises VisitEnded, and LinkClosed for a link that was revoked, locked or has expired.
    """
    link = visited(visit, deps)
    closed = link.ended(deps.now())
    if closed and not isinstance(closed, LinkSubmitted):
        closed.renewable = False  # asking for a fresh link needs the secret, which this browser no longer has
        raise closed
    return seen(link, deps)


def seen(link: Link, deps: Deps) -> View:
    """The view of a link whose visitor was let in."""
    tenant = deps.tenants.tenant(link.tenant)
    if tenant is None:
        raise NotFound("link")
    subject = subject_of(link, deps)
    draft = DRAFT if link.kind in FORMS and not link.submitted_at else ""
    names = [name for name in (link.body, draft, link.submission) if name]
    bodies = deps.links.bodies(link.master_rid, names)
    return View(
        link,
        tenant,
        subject,
        schema_of(subject),
        bodies.get(link.body or "", {}),
        bodies.get(draft),
        bodies.get(link.submission or ""),
    )
