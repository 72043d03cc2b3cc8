"""Routes of the console for the forms of processes and campaigns."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from linkgate.dialects.console.browser import form_of
from linkgate.dialects.console.form_pages import form_page
from linkgate.dialects.console.frame import HOME, reader_of
from linkgate.dialects.console.previews import preview_of, preview_reply
from linkgate.model.person import SCOPE_SETUP
from linkgate.pages.replies import redirect
from linkgate.routes.console import Screen
from linkgate.usecases.staff.forms import FORMS, FormDraft, check_form, kept_form, put_live, sample_view, text_of
from linkgate.usecases.staff.people import names_of_people

if TYPE_CHECKING:
    from collections.abc import Mapping

    from linkgate.model.person import Staff
    from linkgate.ports.deps import Deps
    from linkgate.usecases.staff.forms import CheckedForm
    from linkgate.wire.message import Reply, Request


def _form(request: Request, staff: Staff, deps: Deps) -> Reply:
    kind, id_ = request.path_params["kind"], request.query.get("id", "")
    definition = kept_form(staff.tenant.id, kind, id_, deps).definition
    return _shown(FormDraft(kind, id_, definition.version or "", text_of(definition)), staff, deps)


def _change(request: Request, staff: Staff, deps: Deps) -> Reply:
    """Check a form, and put it live if that was asked for and nobody else changed it meanwhile."""
    form = form_of(request)
    draft = FormDraft(request.path_params["kind"], form.get("id", ""), form.get("seen", ""), form.get("schema", ""))
    checked = check_form(staff.tenant.id, draft, staff.language, deps)
    if checked.faults or form.get("do") != "live" or not put_live(staff, draft, checked.schema, deps):
        return _shown(draft, staff, deps, checked)
    return redirect(f"{HOME}/setup/{draft.kind}?{urlencode({'id': draft.id, 'done': 'live'})}")


def _preview(request: Request, staff: Staff, deps: Deps) -> Reply:
    """Show a form as it is typed on the recipient's own page. A form with steps is at its first one."""
    form, kind = form_of(request), request.path_params["kind"]
    draft = FormDraft(kind, form.get("id", ""), "", form.get("schema", ""))
    checked = check_form(staff.tenant.id, draft, staff.language, deps)
    if checked.faults:
        return preview_reply(reader_of(staff).text("form.no_preview"))
    kept = kept_form(staff.tenant.id, kind, draft.id, deps).definition
    definition = dataclasses.replace(kept, schema=checked.schema)
    view = sample_view(staff.tenant, definition, FORMS[kind][1], deps.now())
    # Imported here, because only a preview needs the recipient's pages.
    from linkgate.dialects.recipient.link_pages import Entered
    from linkgate.dialects.recipient.link_pages import form_page as recipients_page
    from linkgate.pages.frame import Brand

    brand = Brand(staff.language, "links.example.com", staff.tenant)
    return preview_of(recipients_page(brand, view, Entered()))


def _shown(draft: FormDraft, staff: Staff, deps: Deps, checked: CheckedForm | None = None) -> Reply:
    kept = kept_form(staff.tenant.id, draft.kind, draft.id, deps)
    return form_page(staff, draft, kept, names_of_people(staff, deps), checked)


_SETUP = frozenset({SCOPE_SETUP})

FORM_SCREENS: Mapping[str, Screen] = {
    f"GET {HOME}/setup/{{kind}}/form": Screen(_form, _SETUP),
    f"POST {HOME}/setup/{{kind}}/form": Screen(_change, _SETUP),
    f"POST {HOME}/setup/{{kind}}/form/preview": Screen(_preview, _SETUP),
}
