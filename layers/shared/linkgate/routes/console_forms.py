"""Routes of the console for the forms of processes and campaigns."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

from linkgate.dialects.console.browser import form_of
from linkgate.dialects.console.form_pages import form_page
from linkgate.dialects.console.frame import HOME
from linkgate.model.person import SCOPE_SETUP
from linkgate.pages.replies import redirect
from linkgate.routes.console import Screen
from linkgate.usecases.staff.forms import FormDraft, check_form, kept_form, put_live, text_of
from linkgate.usecases.staff.journal import record
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
    record("form_changed", {"kind": draft.kind, "definition": draft.id}, staff, deps)
    return redirect(f"{HOME}/setup/{draft.kind}?{urlencode({'id': draft.id, 'done': 'live'})}")


def _shown(draft: FormDraft, staff: Staff, deps: Deps, checked: CheckedForm | None = None) -> Reply:
    kept = kept_form(staff.tenant.id, draft.kind, draft.id, deps)
    return form_page(staff, draft, kept, names_of_people(staff, deps), checked)


_SETUP = frozenset({SCOPE_SETUP})

FORM_SCREENS: Mapping[str, Screen] = {
    f"GET {HOME}/setup/{{kind}}/form": Screen(_form, _SETUP),
    f"POST {HOME}/setup/{{kind}}/form": Screen(_change, _SETUP),
}
