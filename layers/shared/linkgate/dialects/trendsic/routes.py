"""Routes of the service: its own, and the predefined ones that clients use by default.

Paths match in any letter case, with or without a trailing slash. A suffix names a format, in lower case only.
"""

from __future__ import annotations

import re
from enum import StrEnum
from typing import TYPE_CHECKING

from linkgate.dialects.servicestack.negotiation import (
    FORMAT_NAMES,
    Format,
    body_format,
    predefined_body_format,
    predefined_reply_type,
    reply_type,
    split_suffix,
)
from linkgate.errors import MethodNotAllowed, NotFound
from linkgate.lazy_dataclass import dataclass

if TYPE_CHECKING:
    from linkgate.dialects.servicestack.negotiation import ReplyType
    from linkgate.wire.message import Request


class LinkOperation(StrEnum):
    """Operations of the service. The values are the names of the request DTOs."""

    CREATE = "CustomerLinkCreateRequest"
    LIST = "CustomerLinkListRequest"


class DescriptionPage(StrEnum):
    """Pages that describe the service to people and to generators of client code. The values are the paths."""

    METADATA = "/metadata"
    TYPES = "/types"
    PYTHON = "/types/python"
    TYPESCRIPT = "/types/typescript"


@dataclass(frozen=True, slots=True)
class Route:
    """Operation of a request, with the way to read and answer it, or the page that it asks for."""

    verbs: tuple[str, ...]
    """Verbs of the path other than OPTIONS, which every path accepts."""
    operation: LinkOperation | None = None
    """Operation of the path. None for a page, and for a predefined path that names no operation of ours."""
    page: DescriptionPage | None = None
    batch: bool = False
    named: Format | None = None
    """Format of the body that a predefined route names. None on the service's own routes."""
    path_values: tuple[tuple[str, str], ...] = ()
    """Members in the path."""

    @property
    def allowed(self) -> tuple[str, ...]:
        """All verbs of the path."""
        return (*self.verbs, "OPTIONS")

    def body_format(self, request: Request) -> Format:
        """Return the format of the request's body; raises UnsupportedMedia."""
        content_type = request.header("content-type")
        if self.named:
            return predefined_body_format(self.named, content_type)
        return body_format(content_type, request.body)


CREATE_PATH = "/v1/customerlink"
LIST_PATH = "/v1/customerlink/resource/{ResourceType}/{ResourceUid}"

_ENCODED_BRACKETS = re.compile("%5B%5D", re.IGNORECASE)
_OWN = re.compile(CREATE_PATH, re.IGNORECASE)
_LIST = re.compile(CREATE_PATH + "/resource/(?P<type>[^/]+)/(?P<uid>[^/]+)", re.IGNORECASE)
_PREDEFINED = re.compile(
    r"/(?:api|(?P<format>json|jsv|xml|csv|html)/(?:reply|oneway))/(?P<dto>\w+)(?P<batch>\[\])?",
    re.IGNORECASE | re.ASCII,
)
_SAMPLES = re.compile(r"/(?:json|jsv|xml|csv)/metadata", re.IGNORECASE)
_OPERATIONS = {operation.value.lower(): operation for operation in LinkOperation}
_PAGES = {page.value: page for page in DescriptionPage}


def route_of(request: Request) -> Route:
    """Return the request's route, which always allows OPTIONS. Raises NotFound and MethodNotAllowed."""
    route = _found(request)
    if request.method not in route.allowed:
        raise MethodNotAllowed(route.allowed)
    return route


def _found(request: Request) -> Route:
    path, suffix = _path(request)
    if _OWN.fullmatch(path):
        return Route(("POST",), LinkOperation.CREATE)
    if match := _LIST.fullmatch(path):
        values = (("ResourceType", match["type"]), ("ResourceUid", match["uid"]))
        return Route(("GET",), LinkOperation.LIST, path_values=values)
    if match := _PREDEFINED.fullmatch(path):
        named, batch = _named(match, suffix), bool(match["batch"])
        operation = _OPERATIONS.get(match["dto"].lower())
        if operation is LinkOperation.CREATE:
            return Route(("POST",), operation, named=named, batch=batch)
        if operation is LinkOperation.LIST and not batch:
            return Route(("GET", "POST"), operation, named=named)
        return Route((), named=named)
    page = DescriptionPage.METADATA if _SAMPLES.fullmatch(path) else _PAGES.get(path.lower())
    if page is None or suffix:
        raise NotFound("route")
    return Route(("GET", "HEAD"), page=page)


def reply_type_of(request: Request) -> ReplyType:
    """Return the format of the reply, even for errors and unknown routes."""
    path, suffix = _path(request)
    asked, accept = request.query.get("format"), request.header("accept")
    content_type = request.header("content-type")
    if match := _PREDEFINED.fullmatch(path):
        return predefined_reply_type(_named(match, suffix), asked, accept, content_type)
    return reply_type(suffix, asked, accept, content_type)


def operation_of(request: Request) -> LinkOperation | None:
    """Return the operation that a path names, even if the request is otherwise wrong."""
    path, _ = _path(request)
    if _OWN.fullmatch(path):
        return LinkOperation.CREATE
    if _LIST.fullmatch(path):
        return LinkOperation.LIST
    return _OPERATIONS.get((dto_of(request) or "").lower())


def dto_of(request: Request) -> str | None:
    """Return the name of the DTO in the path of a predefined route, known or not."""
    match = _PREDEFINED.fullmatch(_path(request)[0])
    return match["dto"] if match else None


def _named(match: re.Match[str], suffix: Format | None) -> Format:
    return FORMAT_NAMES[match["format"].lower()] if match["format"] else suffix or Format.JSON


def _path(request: Request) -> tuple[str, Format | None]:
    """Return the path without suffix and trailing slash. Clients percent-encode the brackets of a batch."""
    path, suffix = split_suffix(_ENCODED_BRACKETS.sub("[]", request.path) if "%" in request.path else request.path)
    return path.rstrip("/"), suffix
