"""Operations of Trendsic. They are routed here because the gateway cannot ignore the letter case of paths."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linkgate.dialects import trendsic
from linkgate.model.tenant import SCOPE_CREATE, SCOPE_READ
from linkgate.usecases.authentication import authenticate
from linkgate.usecases.issuing.every_fault import with_every_fault
from linkgate.usecases.issuing.resource_links import list_resource_links, share_resources

if TYPE_CHECKING:
    from linkgate.ports.deps import Deps
    from linkgate.usecases.issuing.issue import Issued
    from linkgate.usecases.issuing.resource_links import ShareResource
    from linkgate.wire.message import Reply, Request


def answer(request: Request, deps: Deps) -> Reply:
    """Answer a request on any of Trendsic's paths. OPTIONS and pages require no credentials and change nothing."""
    route = trendsic.route_of(request)
    if request.method == "OPTIONS":
        return trendsic.render_options(route)
    if route.page:
        return trendsic.render_page(route.page, request)
    lists = route.operation is trendsic.LinkOperation.LIST
    caller = authenticate(trendsic.credentials(request), deps, SCOPE_READ if lists else SCOPE_CREATE)
    if lists:
        links = list_resource_links(trendsic.parse_list(route, request, caller), deps)
        return trendsic.render_list(links, request, deps.now())
    commands, made = with_every_fault(
        lambda: trendsic.parse_creates(route, request, caller), _shared, deps, trendsic.FIELDS
    )
    return trendsic.render_links(route, commands, made, request, deps.now())


def _shared(commands: list[ShareResource], deps: Deps) -> tuple[list[ShareResource], list[Issued]]:
    return commands, share_resources(commands, deps)
