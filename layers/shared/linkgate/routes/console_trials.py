"""Routes of the console for trying a form: they make links, which the functions of the set-up cannot."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linkgate.dialects.console.browser import form_of
from linkgate.dialects.console.frame import HOME
from linkgate.dialects.console.try_pages import try_page
from linkgate.model.person import SCOPE_SETUP
from linkgate.routes.console import Screen
from linkgate.usecases.staff.drafts import FormAt
from linkgate.usecases.staff.trials import try_form
from linkgate.usecases.staff.trying import open_as_customer

if TYPE_CHECKING:
    from collections.abc import Mapping

    from linkgate.model.person import Staff
    from linkgate.ports.deps import Deps
    from linkgate.wire.message import Reply, Request


def _try(request: Request, staff: Staff, deps: Deps) -> Reply:
    """Make a test link, and render the address at which it opens as for its customer."""
    form = form_of(request)
    of = FormAt(form.get("kind", ""), form.get("id", ""), form.get("version", ""))
    made = try_form(of, deps.links_host or request.domain, staff, deps)
    link, url = open_as_customer(made.rid, staff, deps)
    return try_page(staff, link, url)


TRIAL_SCREENS: Mapping[str, Screen] = {
    f"POST {HOME}/trials": Screen(_try, frozenset({SCOPE_SETUP})),
}
