"""View of a link in a browser that opened it."""

from __future__ import annotations

from dataclasses import field
from typing import TYPE_CHECKING

from linkgate.errors import LinkExpired, LinkSubmitted, NotFound
from linkgate.lazy_dataclass import dataclass
from linkgate.model.kinds import KINDS
from linkgate.ports.links import DRAFT
from linkgate.usecases.definitions import definition_of
from linkgate.usecases.visits.form_schema import schema_of
from linkgate.usecases.visits.renewal import may_renew
from linkgate.usecases.visits.visit import visited

if TYPE_CHECKING:
    from collections.abc import Mapping

    from linkgate.model.kinds import Definition
    from linkgate.model.link import Link
    from linkgate.model.tenant import Tenant
    from linkgate.ports.deps import Deps
    from linkgate.ports.visits import StoredField
    from linkgate.usecases.visits.visit import Visit


@dataclass(frozen=True, slots=True)
class View:
    """Everything that a visitor may see of a link."""

    link: Link
    tenant: Tenant
    definition: Definition | None
    """The definition, or None if the tenant has deleted it."""
    schema: Mapping[str, object]
    """Schema of the form. Empty for kinds without one."""
    data: Mapping[str, object]
    """Data that the link was prefilled with."""
    draft: Mapping[str, object] | None = None
    """Draft that an earlier release saved whole."""
    fields: Mapping[str, StoredField] = field(default_factory=dict)
    """Answers in the draft by pointer. They lie over `draft`."""
    submission: Mapping[str, object] | None = None


def view(visit: Visit | None, deps: Deps) -> View:
    """Return what the visitor may see now. A submitted form is shown as it was submitted.

    Raises VisitEnded, and LinkClosed for a link that was revoked, locked or has expired.
    """
    return seen(_shown(visit, deps), deps)


def draft_of(visit: Visit | None, deps: Deps) -> tuple[Mapping[str, StoredField], Mapping[str, object]]:
    """Return the answers in the draft by pointer, and the form's schema. After a submission there are no answers.

    Raises the errors of `view`.
    """
    link = _shown(visit, deps)
    return {} if link.submitted_at else deps.fields.of(link.master_rid), schema_of(definition_of(link, deps))


def _shown(visit: Visit | None, deps: Deps) -> Link:
    link = visited(visit, deps)
    closed = link.ended(deps.now())
    if closed and not isinstance(closed, LinkSubmitted):
        closed.renewable = isinstance(closed, LinkExpired) and may_renew(link, deps)
        raise closed
    return link


def seen(link: Link, deps: Deps, *, with_draft: bool = True) -> View:
    """Return the view of a link for a visitor who may see it."""
    tenant = deps.tenants.tenant(link.tenant)
    if tenant is None:
        raise NotFound("link")
    definition = definition_of(link, deps)
    draft = DRAFT if with_draft and KINDS[link.kind].fillable and not link.submitted_at else ""
    names = [name for name in (link.body_name, draft, link.submission) if name]
    bodies = deps.links.bodies(link.master_rid, names)
    return View(
        link,
        tenant,
        definition,
        schema_of(definition),
        bodies.get(link.body_name or "", {}),
        bodies.get(draft),
        deps.fields.of(link.master_rid) if draft else {},
        bodies.get(link.submission or ""),
    )
