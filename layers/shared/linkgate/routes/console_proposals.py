"""Routes of the console for what needs a second person."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linkgate.dialects.console.frame import HOME
from linkgate.dialects.console.proposal_pages import proposals_page
from linkgate.errors import InvalidRequest, LinkClosed
from linkgate.model.person import SCOPE_REPLACE
from linkgate.pages.replies import redirect
from linkgate.routes.console import Screen
from linkgate.usecases.staff.acting import staff_caller
from linkgate.usecases.staff.journal import record
from linkgate.usecases.staff.people import names_of_people
from linkgate.usecases.staff.proposals import approve, open_proposals, refuse

if TYPE_CHECKING:
    from collections.abc import Mapping

    from linkgate.errors import LinkError
    from linkgate.model.person import Staff
    from linkgate.ports.deps import Deps
    from linkgate.wire.message import Reply, Request


def _proposals(request: Request, staff: Staff, deps: Deps) -> Reply:
    return _shown(staff, deps)


def _shown(staff: Staff, deps: Deps, refusal: LinkError | None = None) -> Reply:
    found = open_proposals(staff_caller(staff, SCOPE_REPLACE), deps)
    names = names_of_people(staff, deps) if found else {}
    links = deps.links.several({each.rid for each in found}) if found else {}
    return proposals_page(staff, found, links, names, refusal)


def _approve(request: Request, staff: Staff, deps: Deps) -> Reply:
    try:
        link = approve(staff_caller(staff, SCOPE_REPLACE), request.path_params["proposal"], deps)
    except (InvalidRequest, LinkClosed) as error:
        return _shown(staff, deps, error)
    record("proposal_approved", {"rid": link.rid}, staff, deps)
    return redirect(f"{HOME}/links/{link.rid}?done=replace")


def _refuse(request: Request, staff: Staff, deps: Deps) -> Reply:
    refuse(staff_caller(staff, SCOPE_REPLACE), request.path_params["proposal"], deps)
    record("proposal_refused", {}, staff, deps)
    return redirect(f"{HOME}/proposals")


_REPLACE = frozenset({SCOPE_REPLACE})

PROPOSAL_SCREENS: Mapping[str, Screen] = {
    f"GET {HOME}/proposals": Screen(_proposals, _REPLACE),
    f"POST {HOME}/proposals/{{proposal}}/approve": Screen(_approve, _REPLACE),
    f"POST {HOME}/proposals/{{proposal}}/refuse": Screen(_refuse, _REPLACE),
}
