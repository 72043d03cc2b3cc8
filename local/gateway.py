"""An HTTP API that finds the route as AWS does, calls the function, and turns its result into a response.

It is as strict as the real gateway: a request that AWS would not route is not routed here either.
"""

from __future__ import annotations

import sys
import uuid
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import unquote

from local.functions import FunctionFailed
from local.http_messages import json_response
from local.payload import MalformedResult, event_of, response_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from local.clock import Clock
    from local.functions import Functions
    from local.http_messages import HttpRequest, HttpResponse
    from local.template import Route

LARGEST_BODY = 10 * 1024 * 1024


class Gateway:
    """Serves the routes of one API. Safe to call from many threads."""

    def __init__(self, routes: Iterable[Route], functions: Functions, domain: str, clock: Clock) -> None:
        self._routes = sorted(routes, key=_precedence)
        self._functions = functions
        self._domain = domain
        self._clock = clock

    def handle(self, request: HttpRequest) -> HttpResponse:
        """Return the response for the client. A response to HEAD keeps its headers but has no body."""
        found, request_id = self.match(request.method, request.path), f"{uuid.uuid4().hex[:15]}="
        if len(request.body) > LARGEST_BODY:
            response = json_response(413, {"message": "Request Entity Too Large"}, found[0].key if found else "-")
        elif found is None:
            response = json_response(404, {"message": "Not Found"}, "-")
        else:
            response = self._call(request, *found, request_id)
        headers = (*response.headers, ("Apigw-Requestid", request_id))
        return replace(response, headers=headers)

    def match(self, method: str, path: str) -> tuple[Route, dict[str, str]] | None:
        """Return the route and its decoded path parameters, or None if API Gateway itself answers 404."""
        segments = path.split("/")
        for route in self._routes:
            if route.method in {"ANY", method} and (parameters := _parameters(route, segments)) is not None:
                return route, parameters
        return None

    def _call(self, request: HttpRequest, route: Route, parameters: Mapping[str, str], request_id: str) -> HttpResponse:
        event = event_of(request, route, parameters, self._domain, self._clock.now())
        event["requestContext"]["requestId"] = request_id
        try:
            return response_of(self._functions.invoke(route.function, event), route)
        except FunctionFailed:
            pass
        except MalformedResult as error:
            print(f"{route.function}: {error}", file=sys.stderr)
        return json_response(500, {"message": "Internal Server Error"}, route.key)


def _precedence(route: Route) -> tuple[object, ...]:
    """Return the sort key: full matches first, then greedy ones, then $default.

    Literal segments come before variables, and a method comes before ANY.
    """
    if route.path == "$default":
        return (2,)
    ranks = [2 if s.endswith("+}") else 1 if s.startswith("{") else 0 for s in route.path.split("/")]
    return (1 if ranks[-1] == 2 else 0, ranks, route.method == "ANY")  # noqa: PLR2004 - the rank given just above


def _parameters(route: Route, segments: list[str]) -> dict[str, str] | None:
    """Return the values of the route's variables, or None if the path does not match.

    A greedy variable takes the rest of the path, even if it is empty: `/x/{proxy+}` matches `/x/` but not `/x`.
    """
    if route.path == "$default":
        return {}
    parts = route.path.split("/")
    found = {}
    for index, part in enumerate(parts):
        if index >= len(segments):
            return None
        if part.endswith("+}"):
            found[part[1:-2]] = unquote("/".join(segments[index:]))
            return found
        if part.startswith("{"):
            if not segments[index]:
                return None
            found[part[1:-1]] = unquote(segments[index])
        elif part != unquote(segments[index]):
            return None
    return found if len(parts) == len(segments) else None
