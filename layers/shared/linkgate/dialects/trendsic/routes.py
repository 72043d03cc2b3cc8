"""Which operation a request means: the service's own routes and the predefined ones that clients use by default.

Paths match in any letter case, with or without a trailing slash; a suffix names a format and counts in lower case.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from linkgate.errors import MethodNotAllowed, NotFound
from linkgate.wire.negotiation import (
    FORMAT_NAMES,
    Format,
    body_format,
    predefined_body_format,
    predefined_reply_type,
    reply_type,
    split_suffix,
)

if TYPE_CHECKING:
    from linkgate.wire.message import Request
    from linkgate.wire.negotiation import ReplyType


class Operation(StrEnum):
    """What the service can do; the values are the request DTOs' names."""

    CREATE = "CustomerLinkCreateRequest"
    LIST = "CustomerLinkListRequest"


@dataclass(frozen=True, slots=True)
class Route:
    """A request's operation and how to read and answer it."""

    operation: Operation
    batch: bool
    named: Format | None
    """The body's format, as a predefined route names it; None on the service's own routes."""
    path_values: tuple[tuple[str, str], ...] = ()
    """Members that stand in the path."""

    def body_format(self, request: Request) -> Format:
        """Raises UnsupportedMedia."""
        content_type = request.header("content-type")
        if self.named:
            return predefined_body_format(self.named, content_type)
        return body_format(content_type, request.body)


_ENCODED_BRACKETS = re.compile("%5B%5D", re.IGNORECASE)
_OWN = re.compile(r"/v1/customerlink", re.IGNORECASE)
_LIST = re.compile(r"/v1/customerlink/resource/(?P<type>[^/]+)/(?P<uid>[^/]+)", re.IGNORECASE)
_PREDEFINED = re.compile(
    r"/(?:api|(?P<format>json|jsv|xml|csv|html)/(?:reply|oneway))/(?P<dto>[a-z]+)(?P<batch>\[\])?", re.IGNORECASE
)
_VERBS: dict[Operation, tuple[str, ...]] = {Operation.CREATE: ("POST",), Operation.LIST: ("GET",)}
_PREDEFINED_VERBS: dict[Operation, tuple[str, ...]] = {Operation.CREATE: ("POST",), Operation.LIST: ("GET", "POST")}
_OPERATIONS = {operation.value.lower(): operation for operation in Operation}


def route_of(request: Request) -> Route:
    """The request's route, whatever its verb if it is OPTIONS; raises NotFound and MethodNotAllowed."""
    path, suffix = _path(request)
    verbs = _VERBS
    if _OWN.fullmatch(path):
        route = Route(Operation.CREATE, batch=False, named=None)
    elif match := _LIST.fullmatch(path):
        values = (("ResourceType", match["type"]), ("ResourceUid", match["uid"]))
        route = Route(Operation.LIST, batch=False, named=None, path_values=values)
    elif (match := _PREDEFINED.fullmatch(path)) and match["dto"].lower() in _OPERATIONS:
        verbs = _PREDEFINED_VERBS
        named = FORMAT_NAMES[match["format"].lower()] if match["format"] else suffix or Format.JSON
        route = Route(_OPERATIONS[match["dto"].lower()], batch=bool(match["batch"]), named=named)
    else:
        raise NotFound("route")
    allowed = (*verbs[route.operation], "OPTIONS")
    if request.method not in allowed:
        raise MethodNotAllowed(allowed)
    return route


def reply_type_of(request: Request) -> ReplyType:
    """The format of whatever is answered, errors and unknown routes included."""
    path, suffix = _path(request)
    asked, accept = request.query.get("format"), request.header("accept")
    content_type = request.header("content-type")
    if match := _PREDEFINED.fullmatch(path):
        named = FORMAT_NAMES[match["format"].lower()] if match["format"] else suffix or Format.JSON
        return predefined_reply_type(named, asked, accept, content_type)
    return reply_type(suffix, asked, accept, content_type)


def operation_of(request: Request) -> Operation | None:
    """The operation a path names, whatever else is wrong with the request."""
    path, _ = _path(request)
    if _OWN.fullmatch(path):
        return Operation.CREATE
    if _LIST.fullmatch(path):
        return Operation.LIST
    match = _PREDEFINED.fullmatch(path)
    return _OPERATIONS.get(match["dto"].lower()) if match else None


def _path(request: Request) -> tuple[str, Format | None]:
    """The path without suffix and trailing slash; clients percent-encode the brackets of a batch."""
    path, suffix = split_suffix(_ENCODED_BRACKETS.sub("[]", request.path))
    return path.rstrip("/"), suffix
