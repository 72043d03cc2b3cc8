"""Routes of the console for agents."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linkgate.dialects.console.desk_pages import desk_link_page, own_desk_page
from linkgate.dialects.console.frame import HOME
from linkgate.model.person import SCOPE_DESK
from linkgate.routes.console import Screen
from linkgate.usecases.staff.own_desk import open_own_desk, own_agent

if TYPE_CHECKING:
    from collections.abc import Mapping

    from linkgate.model.person import Staff
    from linkgate.ports.deps import Deps
    from linkgate.wire.message import Reply, Request

_DESK = frozenset({SCOPE_DESK})


def _show(request: Request, staff: Staff, deps: Deps) -> Reply:
    return own_desk_page(staff, own_agent(staff, deps))


def _open(request: Request, staff: Staff, deps: Deps) -> Reply:
    """Show the link instead of leading there: a form's policy lets no reply lead to another origin."""
    return desk_link_page(staff, open_own_desk(staff, deps.links_host or request.domain, deps))


DESK_SCREENS: Mapping[str, Screen] = {
    f"GET {HOME}/desk": Screen(_show, _DESK),
    f"POST {HOME}/desk": Screen(_open, _DESK, "desk_opened"),
}
