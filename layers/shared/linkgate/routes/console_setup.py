"""Routes of the console for a tenant's set-up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linkgate.dialects.console.frame import HOME
from linkgate.dialects.console.health_pages import health_page
from linkgate.dialects.console.setup_pages import definition_page, setup_page
from linkgate.model.person import SCOPE_SETUP
from linkgate.routes.console import Screen
from linkgate.usecases.staff.health import health_of
from linkgate.usecases.staff.setup import setup_of, view_definition

if TYPE_CHECKING:
    from collections.abc import Mapping

    from linkgate.model.person import Staff
    from linkgate.ports.deps import Deps
    from linkgate.wire.message import Reply, Request


def _setup(request: Request, staff: Staff, deps: Deps) -> Reply:
    return setup_page(staff, setup_of(staff.tenant, deps))


def _health(request: Request, staff: Staff, deps: Deps) -> Reply:
    return health_page(staff, health_of(staff.tenant, deps))


def _definition(request: Request, staff: Staff, deps: Deps) -> Reply:
    kind, name = request.path_params["kind"], request.query.get("id", "")
    view = view_definition(staff.tenant, kind, name, staff.language, deps)
    return definition_page(staff, kind, view, request.query.get("done"))


_SETUP = frozenset({SCOPE_SETUP})

SETUP_SCREENS: Mapping[str, Screen] = {
    f"GET {HOME}/setup": Screen(_setup, _SETUP),
    f"GET {HOME}/setup/health": Screen(_health, _SETUP),
    f"GET {HOME}/setup/{{kind}}": Screen(_definition, _SETUP),
}
