"""Routes of the console for the forms of processes and campaigns."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from linkgate.dialects.console.browser import form_of
from linkgate.dialects.console.form_pages import form_page
from linkgate.dialects.console.frame import HOME, reader_of
from linkgate.dialects.console.previews import preview_of, preview_reply
from linkgate.dialects.console.words import refusal_in_words
from linkgate.errors import InvalidRequest
from linkgate.model.person import SCOPE_SETUP
from linkgate.pages.replies import redirect
from linkgate.routes.console import Screen
from linkgate.usecases.staff.drafts import FormAt, edit_draft, version_of, worked_form
from linkgate.usecases.staff.forms import (
    FORMS,
    FormDraft,
    check_form,
    faults_in,
    kept_form,
    put_live,
    sample_view,
    text_of,
)
from linkgate.usecases.staff.people import names_of_people

if TYPE_CHECKING:
    from collections.abc import Mapping

    from linkgate.model.person import Staff
    from linkgate.model.tenant import Campaign, Process
    from linkgate.ports.deps import Deps
    from linkgate.usecases.staff.forms import CheckedForm
    from linkgate.wire.message import Reply, Request


def _form(request: Request, staff: Staff, deps: Deps) -> Reply:
    """Show the draft of a form as text, or what is live if there is none."""
    kind, id_ = request.path_params["kind"], request.query.get("id", "")
    worked = worked_form(staff.tenant.id, kind, id_, deps)
    version, text = worked.kept.definition.version or "", text_of(worked.schema)
    return _shown(FormDraft(kind, id_, version, text, worked.seen), staff, deps)


def _change(request: Request, staff: Staff, deps: Deps) -> Reply:
    """Check a form, and keep it as the draft or put it live if that was asked for and nobody changed it meanwhile."""
    form, kind = form_of(request), request.path_params["kind"]
    seen, text, draft_seen = (form.get(name, "") for name in ("seen", "schema", "draft"))
    draft = FormDraft(kind, form.get("id", ""), seen, text, draft_seen)
    checked = check_form(staff.tenant.id, draft, staff.language, deps)
    if form.get("do") == "keep" and not checked.faults:
        return _kept(draft, checked, staff, deps)
    if checked.faults or form.get("do") != "live" or not put_live(staff, draft, checked.schema, deps):
        return _shown(draft, staff, deps, checked)
    return redirect(f"{HOME}/setup/{draft.kind}?{urlencode({'id': draft.id, 'done': 'live'})}")


def _kept(draft: FormDraft, checked: CheckedForm, staff: Staff, deps: Deps) -> Reply:
    try:
        edit_draft(FormAt(draft.kind, draft.id, draft.draft), lambda _: checked.schema, staff, deps)
    except InvalidRequest as error:
        return _shown(draft, staff, deps, checked, refusal_in_words(error, reader_of(staff)))
    return redirect(f"{HOME}/setup/{draft.kind}/editor?{urlencode({'id': draft.id, 'done': 'kept'})}")


def _preview(request: Request, staff: Staff, deps: Deps) -> Reply:
    """Show a form as it is typed on the recipient's own page."""
    form, kind = form_of(request), request.path_params["kind"]
    draft = FormDraft(kind, form.get("id", ""), "", form.get("schema", ""))
    checked = check_form(staff.tenant.id, draft, staff.language, deps)
    if checked.faults:
        return preview_reply(reader_of(staff).text("form.no_preview"))
    kept = kept_form(staff.tenant.id, kind, draft.id, deps).definition
    return _previewed(kind, dataclasses.replace(kept, schema=checked.schema), staff, deps)


def _preview_kept(request: Request, staff: Staff, deps: Deps) -> Reply:
    """Show the draft of a form, or one of its versions, on the recipient's own page."""
    kind, id_ = request.path_params["kind"], request.query.get("id", "")
    if version := request.query.get("version", ""):
        definition = version_of(staff.tenant.id, FormAt(kind, id_, version), deps)
    else:
        worked = worked_form(staff.tenant.id, kind, id_, deps)
        definition = dataclasses.replace(worked.kept.definition, schema=worked.schema)
    if faults_in(definition):
        return preview_reply(reader_of(staff).text("form.no_preview"))
    return _previewed(kind, definition, staff, deps)


def _previewed(kind: str, definition: Process | Campaign, staff: Staff, deps: Deps) -> Reply:
    """Render the recipient's page. A form with steps is at its first one."""
    view = sample_view(staff.tenant, definition, FORMS[kind][1], deps.now())
    # Imported here, because only a preview needs the recipient's pages.
    from linkgate.dialects.recipient.link_pages import Entered
    from linkgate.dialects.recipient.link_pages import form_page as recipients_page
    from linkgate.pages.frame import Brand

    brand = Brand(staff.language, "links.example.com", staff.tenant)
    return preview_of(recipients_page(brand, view, Entered()))


def _shown(draft: FormDraft, staff: Staff, deps: Deps, checked: CheckedForm | None = None, problem: str = "") -> Reply:
    kept = kept_form(staff.tenant.id, draft.kind, draft.id, deps)
    return form_page(staff, draft, kept, names_of_people(staff, deps), checked, problem=problem)


_SETUP = frozenset({SCOPE_SETUP})

FORM_SCREENS: Mapping[str, Screen] = {
    f"GET {HOME}/setup/{{kind}}/form": Screen(_form, _SETUP),
    f"POST {HOME}/setup/{{kind}}/form": Screen(_change, _SETUP),
    f"GET {HOME}/setup/{{kind}}/form/preview": Screen(_preview_kept, _SETUP),
    f"POST {HOME}/setup/{{kind}}/form/preview": Screen(_preview, _SETUP),
}
