"""Routes of the console for what needs a second person."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from linkgate.dialects.console.frame import HOME
from linkgate.dialects.console.proposal_pages import proposals_page
from linkgate.errors import InvalidRequest, LinkClosed
from linkgate.model.person import SCOPE_STAFF
from linkgate.model.proposal import FourEyes
from linkgate.pages.replies import redirect
from linkgate.routes.console import Screen
from linkgate.usecases.staff.people import names_of_people
from linkgate.usecases.staff.proposals import APPROVES, approve, approved_file, open_proposals, refuse

if TYPE_CHECKING:
    from collections.abc import Mapping

    from linkgate.errors import LinkError
    from linkgate.model.person import Staff
    from linkgate.ports.deps import Deps
    from linkgate.wire.message import Reply, Request


def _proposals(request: Request, staff: Staff, deps: Deps) -> Reply:
    return _shown(staff, deps, done=request.query.get("done"))


def _shown(staff: Staff, deps: Deps, refusal: LinkError | None = None, done: str | None = None) -> Reply:
    found = open_proposals(staff, deps)
    names = names_of_people(staff, deps) if found else {}
    rids = {each.rid for each in found if each.rid}
    links = deps.links.several(rids) if rids else {}
    return proposals_page(staff, found, links, names, refusal=refusal, done=done)


def _approve(request: Request, staff: Staff, deps: Deps) -> Reply:
    try:
        decided = approve(staff, request.path_params["proposal"], deps)
    except (InvalidRequest, LinkClosed) as error:
        return _shown(staff, deps, error)
    match decided.act:
        case FourEyes.REPLACE | FourEyes.ERASE if not decided.more:
            return redirect(f"{HOME}/links/{decided.about['rid']}?done={decided.act}")
        case FourEyes.PEOPLE if SCOPE_STAFF in staff.scopes:
            return redirect(f"{HOME}/people?done=changed")
        case _:
            return redirect(f"{HOME}/proposals?done={'more' if decided.more else 'approved'}")


def _refuse(request: Request, staff: Staff, deps: Deps) -> Reply:
    refuse(staff, request.path_params["proposal"], deps)
    return redirect(f"{HOME}/proposals")


def _file(request: Request, staff: Staff, deps: Deps) -> Reply:
    # Imported here, because only those who take a file need what makes it.
    from linkgate.routes.console_results import taken_file

    proposal = approved_file(staff, request.path_params["proposal"], deps)
    asked = dict(parse_qsl(proposal.about["query"]))
    return taken_file(request, asked, staff, deps, {"approver": proposal.approved_by or ""})


_DECIDES = frozenset(APPROVES.values())

PROPOSAL_SCREENS: Mapping[str, Screen] = {
    f"GET {HOME}/proposals": Screen(_proposals, _DECIDES),
    f"POST {HOME}/proposals/{{proposal}}/approve": Screen(_approve, _DECIDES, again=True),
    f"POST {HOME}/proposals/{{proposal}}/refuse": Screen(_refuse, _DECIDES),
    f"GET {HOME}/proposals/{{proposal}}/file": Screen(_file, frozenset({APPROVES[FourEyes.EXPORT]}), again=True),
}
