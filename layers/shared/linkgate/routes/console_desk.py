"""Routes of the console for agents: the desk of `routes.desk`, for whoever is signed in as its person."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linkgate.dialects.console.desk_pages import own_desk_page
from linkgate.dialects.console.frame import HOME
from linkgate.dialects.recipient.cookies import desk_cookie, desk_visit_of
from linkgate.dialects.recipient.json_views import ticket_json
from linkgate.errors import NotFound
from linkgate.model.person import SCOPE_DESK
from linkgate.pages.replies import json_reply, redirect
from linkgate.routes.console import Screen
from linkgate.routes.desk import ACTS
from linkgate.usecases.live.tickets import give_ticket
from linkgate.usecases.staff.own_desk import at_own_desk, open_own_desk, own_agent

if TYPE_CHECKING:
    from collections.abc import Mapping

    from linkgate.model.person import Staff
    from linkgate.ports.deps import Deps
    from linkgate.routes.console import Show
    from linkgate.wire.message import Reply, Request

_DESK = frozenset({SCOPE_DESK})
_PATH = f"{HOME}/desk"


def _show(request: Request, staff: Staff, deps: Deps) -> Reply:
    at = at_own_desk(desk_visit_of(request, deps.portal), staff, deps)
    return ACTS["GET /d"](at, request, deps) if at else own_desk_page(staff, own_agent(staff, deps))


def _open(request: Request, staff: Staff, deps: Deps) -> Reply:
    visit = open_own_desk(staff, deps.links_host or request.domain, deps)
    return redirect(_PATH, (desk_cookie(visit, deps.portal),))


def _ticket(request: Request, staff: Staff, deps: Deps) -> Reply:
    """Give a ticket for the desk's socket, which is bound to the session and the person."""
    visit = desk_visit_of(request, deps.portal)
    if at_own_desk(visit, staff, deps) is None:
        raise NotFound("desk")
    return json_reply(200, ticket_json(give_ticket(visit, request.domain, deps, staff.id)))


def _callback(act: str) -> Show:
    def show(request: Request, staff: Staff, deps: Deps) -> Reply:
        at = at_own_desk(desk_visit_of(request, deps.portal), staff, deps)
        return ACTS[f"POST /d/callbacks/{{rid}}/{act}"](at, request, deps) if at else redirect(_PATH)

    return show


DESK_SCREENS: Mapping[str, Screen] = {
    f"GET {_PATH}": Screen(_show, _DESK),
    f"POST {_PATH}": Screen(_open, _DESK, "desk_opened"),
    f"POST {_PATH}/live": Screen(_ticket, _DESK, shift=True),
    **{f"POST {_PATH}/callbacks/{{rid}}/{act}": Screen(_callback(act), _DESK) for act in ("take", "message", "done")},
}
