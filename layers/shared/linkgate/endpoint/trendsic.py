"""Trendsic's operations: routed here and not by the gateway, which cannot route paths in any letter case."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linkgate.dialects import trendsic
from linkgate.usecases.authentication import authenticate
from linkgate.usecases.resource_links import list_resource_links, share_resource

if TYPE_CHECKING:
    from linkgate.ports import Deps
    from linkgate.wire.message import Reply, Request


def answer(request: Request, deps: Deps) -> Reply:
    """The reply to any request under Trendsic's paths; OPTIONS asks for no credentials and does nothing."""
    route = trendsic.route_of(request)
    if request.method == "OPTIONS":
        return trendsic.render_options(request)
    caller = authenticate(trendsic.credentials(request), deps)
    if route.operation is trendsic.Operation.LIST:
        links = list_resource_links(trendsic.parse_list(route, request, caller), deps)
        return trendsic.render_list(links, request, deps.now())
    commands = trendsic.parse_creates(route, request, caller)
    made = [(command, share_resource(command, deps)) for command in commands]
    return trendsic.render_links(route, made, request, deps.now())
