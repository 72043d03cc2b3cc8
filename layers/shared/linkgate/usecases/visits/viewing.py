"""View of a link in a browser that opened it."""

from __future__ import annotations

from dataclasses import field
from typing import TYPE_CHECKING, Any

from linkgate.errors import LinkExpired, LinkSubmitted, NotFound
from linkgate.lazy_dataclass import dataclass, replace
from linkgate.model.kinds import KINDS
from linkgate.model.presence import has_channel
from linkgate.model.tenant import Category, Process, ResourceType
from linkgate.ports.files import place_of_link
from linkgate.ports.links import DRAFT, givers_body
from linkgate.usecases.definitions import definition_of, schema_of
from linkgate.usecases.form_files import file_fields, takes_files
from linkgate.usecases.form_groups import collapsed, expanded, has_groups, keys_in, spread
from linkgate.usecases.form_signatures import signature_fields
from linkgate.usecases.visits.entries import alive, form_as_it_stands
from linkgate.usecases.visits.reception import reception_of
from linkgate.usecases.visits.renewal import may_renew
from linkgate.usecases.visits.role_rights import givers_of, is_restricted, rights_of
from linkgate.usecases.visits.visit import visited

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from linkgate.model.file import File
    from linkgate.model.kinds import Definition
    from linkgate.model.link import Link
    from linkgate.model.tenant import Tenant
    from linkgate.ports.deps import Deps
    from linkgate.ports.visits import StoredField
    from linkgate.usecases.visits.documents import Documents
    from linkgate.usecases.visits.pdf_receipts import PdfCopy
    from linkgate.usecases.visits.reception import Reception
    from linkgate.usecases.visits.role_rights import RoleRights
    from linkgate.usecases.visits.visit import Visit


@dataclass(frozen=True, slots=True)
class View:
    """A link with its form and answers: all of them (`whole`), or what its visitor may see (`seen`)."""

    link: Link
    tenant: Tenant
    definition: Definition | None
    """The definition, or None if the tenant has deleted it."""
    schema: Mapping[str, object]
    """Schema of the form, with a section for each entry of its groups. Empty for kinds without one."""
    data: Mapping[str, object]
    """Data that the link was prefilled with."""
    draft: Mapping[str, object] | None = None
    """Draft that an earlier release saved whole."""
    fields: Mapping[str, StoredField] = field(default_factory=dict)
    """Answers in the draft by pointer. They lie over `draft`."""
    submission: Mapping[str, object] | None = None
    givers: Mapping[str, str] = field(default_factory=dict)
    """Co-browsing role that gave each answer of the submission, by pointer."""
    live_url: str = ""
    """Address of the live channel's sockets, if the link has a channel."""
    reception: Reception | None = None
    """State of the desk that a session leads to. None for other kinds."""
    documents: Documents | None = None
    """Documents of a link to a resource. None for other kinds."""
    files_origin: str = ""
    """Origin of the addresses from which files are read, if there are any."""
    form: Mapping[str, object] = field(default_factory=dict)
    """Schema of the form as its definition has it."""
    signing: Mapping[str, str] = field(default_factory=dict)
    """Hash that each signature of the form has to name, by pointer. Only for what a visitor may see."""
    uploads: Mapping[str, File] = field(default_factory=dict)
    """Files that the form has asked for, by their ids."""
    uploads_origin: str = ""
    """Origin to which its files are sent, if it asks for any."""
    pdf: PdfCopy | None = None
    """PDF of what was sent, or None if the page has none to offer."""

    @property
    def role(self) -> str:
        """Co-browsing role of the visitor, empty on a main link."""
        return self.link.role or ""

    @property
    def may_submit(self) -> bool:
        """Right of the visitor's role to send the form."""
        definition = self.definition
        return (
            not isinstance(definition, Process) or definition.submitters is None or self.role in definition.submitters
        )


def view(visit: Visit | None, deps: Deps) -> View:
    """Return what the visitor may see now. A submitted form is shown as it was submitted.

    Raises VisitEnded, and LinkClosed for a link that was revoked, locked or has expired.
    """
    link = visible(visit, deps)
    found = seen(link, deps)
    if not link.submitted_at:
        return found
    from linkgate.usecases.visits.pdf_receipts import pdf_copy

    copy = pdf_copy(link, deps)
    return replace(found, pdf=copy, files_origin=deps.files.presigner.origin if copy else "")


@dataclass(frozen=True, slots=True)
class Draft:
    """Answers of a draft that a visitor may see, by pointer."""

    fields: Mapping[str, StoredField]
    schema: Mapping[str, object]
    """Schema of the form as the visitor sees it."""
    given: Collection[str]
    """Pointers of private fields that another role has answered."""
    uploads: Sequence[File] = ()
    """Files that the form has asked for."""


def draft_of(visit: Visit | None, deps: Deps) -> Draft:
    """Return the draft that the visitor may see. After a submission there are no answers.

    Raises the errors of `view`.
    """
    link = visible(visit, deps)
    draft = draft_seen(link, {} if link.submitted_at else deps.fields.of(link.master_rid), deps)
    files = _uploads(link, draft.schema, deps).get("uploads", {}) if not link.submitted_at else {}
    asking = file_fields(draft.schema)
    return replace(draft, uploads=[file for file in files.values() if file.field in asking])


def draft_seen(link: Link, fields: Mapping[str, StoredField], deps: Deps) -> Draft:
    """Return those answers of a draft that the link's role may see."""
    form = form_as_it_stands(link, schema_of(definition_of(link, deps)), fields, deps, None)
    fields = alive(fields, form)
    rights = rights_of(form, link.role or "", {}, givers_of(fields))
    return Draft(rights.shown_fields(fields), rights.schema, rights.given)


def visible(visit: Visit | None, deps: Deps) -> Link:
    """Return a visited link whose form, or what was sent, may be shown. Raises the errors of `view`."""
    link = visited(visit, deps)
    closed = link.ended(deps.now())
    if closed and not isinstance(closed, LinkSubmitted):
        closed.renewable = isinstance(closed, LinkExpired) and may_renew(link, deps)
        raise closed
    return link


def seen(link: Link, deps: Deps) -> View:
    """Return what a visitor of the link may see."""
    return as_seen(whole(link, deps))


def as_seen(view: View) -> View:
    """Return a view without the fields and answers that the visitor's role may not see."""
    rights = rights_in(view)
    return replace(
        view,
        signing=_signing(view),
        schema=rights.schema,
        form=collapsed(rights.schema),
        data=rights.shown(view.data),
        draft=rights.shown(view.draft) if view.draft is not None else None,
        fields=rights.shown_fields(view.fields),
        submission=rights.shown(view.submission) if view.submission is not None else None,
        givers={},
    )


def rights_in(view: View) -> RoleRights:
    """Return the rights of the visitor's role to the form of a whole view."""
    givers = view.givers if view.link.submitted_at else givers_of(view.fields)
    return rights_of(view.schema, view.role, view.data if view.draft is None else view.draft, givers)


def whole(link: Link, deps: Deps, *, with_draft: bool = True, with_answers: bool = True) -> View:
    """Return everything about a link, with what its visitor's role may not see.

    `with_answers` is for a form without its draft: the answers that were saved one by one.
    """
    tenant = deps.tenants.tenant(link.tenant)
    if tenant is None:
        raise NotFound("link")
    definition = definition_of(link, deps)
    filling = KINDS[link.kind].fillable and not link.submitted_at
    draft = DRAFT if with_draft and filling else ""
    # A link may have no roles and show answers of some, if it took the place of one that had them.
    givers = givers_body(link.submission) if link.submission and is_restricted(schema_of(definition)) else ""
    names = [name for name in (link.body_name, draft, link.submission, givers) if name]
    fields: Mapping[str, StoredField] = {}
    if filling and (with_draft or with_answers):
        fields, bodies = deps.fields.with_bodies(link.master_rid, names)
    else:
        bodies = deps.links.bodies(link.master_rid, names)
    shown = View(
        link,
        tenant,
        definition,
        schema_of(definition),
        bodies.get(link.body_name or "", {}),
        bodies.get(draft),
        fields,
        bodies.get(link.submission or ""),
        {pointer: str(role) for pointer, role in bodies.get(givers, {}).items()},
        deps.live_url if has_channel(link) and not link.submitted_at else "",
        _reception(link, definition, deps),
        *_documents(link, deps),
        form=schema_of(definition),
        **_uploads(link, schema_of(definition), deps),
    )
    return with_groups(shown) if has_groups(shown.form) else shown


def with_groups(view: View) -> View:
    """Return a view in which each group of the form has its entries, as the draft or the submission has them."""
    data = spread(view.data, view.form)
    sent = view.submission
    keys = keys_in(view.form, data, view.fields) if sent is None else keys_in(view.form, sent, {}, exactly=True)
    schema = expanded(view.form, keys)
    return replace(
        view,
        schema=schema,
        data=data,
        draft=spread(view.draft, view.form) if view.draft is not None else None,
        fields=alive(view.fields, schema),
        submission=spread(sent, view.form) if sent is not None else None,
    )


def with_fields(view: View, fields: Mapping[str, StoredField]) -> View:
    """Return a view with the answers of its draft."""
    changed = replace(view, fields=fields)
    return with_groups(changed) if has_groups(view.form) else changed


def _documents(link: Link, deps: Deps) -> tuple[Documents | None, str]:
    if KINDS[link.kind].definition is not ResourceType and not link.attached:
        return None, ""
    from linkgate.usecases.visits.documents import documents_of

    found = documents_of(link, deps)
    return found, deps.files.presigner.origin if found.files else ""


def _signing(view: View) -> Mapping[str, str]:
    if view.link.submitted_at or not signature_fields(view.form):
        return {}
    from linkgate.usecases.visits.signing import hashes_to_sign

    return hashes_to_sign(view)


def _uploads(link: Link, form: Mapping[str, object], deps: Deps) -> dict[str, Any]:
    if not takes_files(form):
        return {}
    files = deps.files.store.of(place_of_link(link))
    return {
        "uploads": {file.id: file for file in files if file.field is not None},
        "uploads_origin": deps.files.presigner.incoming_origin,
    }


def _reception(link: Link, definition: Definition | None, deps: Deps) -> Reception | None:
    if KINDS[link.kind].definition is not Category:
        return None
    category = definition if isinstance(definition, Category) else None
    return reception_of(category, link.tier, deps.now(), relayed=deps.relays.relayed)
