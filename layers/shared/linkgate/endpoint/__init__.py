"""Wrapper of every HTTP handler: it converts events and replies, renders errors in the dialect, and logs one line.

The wrapped handler stays a plain function of a request and its dependencies. `handler.__wrapped__` is that function.
"""

from __future__ import annotations

import contextlib
import dataclasses
import functools
import re
import traceback
from http import HTTPStatus
from time import perf_counter
from typing import TYPE_CHECKING, Any

from linkgate import wiring
from linkgate.endpoint.cold_start import uncollected_at_first
from linkgate.endpoint.http_event import request_of, response_of
from linkgate.errors import BodyTooLarge, LinkError, NotFound
from linkgate.tokens import is_token
from linkgate.wire.body_encoding import utf8_body
from linkgate.wire.cors import cors_headers
from linkgate.wire.message import BODY_LIMIT

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from linkgate.ports.deps import Deps
    from linkgate.wire.dialect import Dialect
    from linkgate.wire.message import Reply, Request

    Act = Callable[[Request, Deps], Reply]
    LambdaHandler = Callable[[Mapping[str, Any], object], dict[str, Any]]

_TRACEPARENT = re.compile(r"[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}", re.ASCII)
_OF_A_LINK = frozenset({HTTPStatus.CONFLICT, HTTPStatus.GONE, HTTPStatus.LOCKED})
"""Statuses of refusals that only a link that was read can cause."""
_UUID = re.compile(r"[0-9A-Fa-f]{8}-?(?:[0-9A-Fa-f]{4}-?){3}[0-9A-Fa-f]{12}", re.ASCII)


def endpoint(dialect: Dialect, *, wildcard: bool = False, cors: bool = False) -> Callable[[Act], LambdaHandler]:
    """Turn a function that answers requests in `dialect` into a Lambda handler.

    A route that ends in `{proxy+}` exists only for a trailing slash, and any path below it is not found. With
    `wildcard`, the handler tells those paths apart itself. `cors` lets pages of the configured origins read every
    reply, including errors.
    """

    def decorate(act: Act) -> LambdaHandler:
        @functools.wraps(act)
        def handler(event: Mapping[str, Any], _context: object) -> dict[str, Any]:
            began = perf_counter()
            with uncollected_at_first(), wiring.noting() as noted:
                request = request_of(event)
                reply, error = _answer(act, dialect, request, wildcard=wildcard)
                _log(request, reply, error, noted, began)
                _note_use(noted)
                return response_of(request, reply, _cors(request) if cors else {})

        return handler

    return decorate


def _answer(act: Act, dialect: Dialect, request: Request, *, wildcard: bool) -> tuple[Reply, Exception | None]:
    try:
        _refuse(request, wildcard=wildcard)
        return act(_in_utf8(request), wiring.deps()), None
    except LinkError as error:
        return dialect.render_error(error, request), error
    except Exception as error:  # noqa: BLE001 - the caller always gets an answer in its own dialect
        return dialect.render_error(LinkError(), request), error


def _note_use(noted: Mapping[str, str]) -> None:
    """Note that the caller's key was used today. Nothing that fails here changes the reply."""
    if key := noted.get("key"):
        with contextlib.suppress(Exception):
            wiring.deps().key_uses.note(key, wiring.deps().now())


def _cors(request: Request) -> dict[str, str]:
    return {"vary": "Origin, Accept", **cors_headers(request.header("origin"), wiring.deps().cors_origins)}


def _refuse(request: Request, *, wildcard: bool) -> None:
    if len(request.body) > BODY_LIMIT:
        raise BodyTooLarge(BODY_LIMIT)
    if request.path_params.get("proxy") and not wildcard:
        raise NotFound("route")


def _in_utf8(request: Request) -> Request:
    body = utf8_body(request.body, request.header("content-type") or "", request.header("content-encoding") or "")
    return request if body is request.body else dataclasses.replace(request, body=body)


def _log(request: Request, reply: Reply, error: Exception | None, noted: Mapping[str, str], began: float) -> None:
    """Log one line. Its fields cannot contain a secret: no path, query, header, body or exception text."""
    fields: dict[str, object] = {
        "route": request.route,
        "status": reply.status,
        "request_id": request.id,
        "duration_ms": round((perf_counter() - began) * 1000),
    }
    if not request.route.startswith(f"{request.method} "):  # most do
        fields["method"] = request.method
    if trace := trace_of(request.headers):
        fields["trace"] = trace
    if key := noted.get("key"):
        fields["key"] = key
    if rid := noted.get("rid") or _known_rid(request, reply):
        fields["rid"] = rid
    if error is not None:
        fields["error"] = type(error).__name__
    if error is None or isinstance(error, LinkError):
        wiring.logger().info("answered", extra=fields)
    else:
        wiring.logger().error("failed", extra={**fields, "cause": cause_of(error)})


def trace_of(headers: Mapping[str, str]) -> str | None:
    """Return the caller's own id of a request: the trace of `traceparent` (W3C), or `X-Request-Id` if it is a UUID.

    Any other text could be a secret or a person's, so it is not kept.
    """
    if found := _TRACEPARENT.fullmatch(headers.get("traceparent", "").strip()):
        return found[1]
    given = headers.get("x-request-id", "").strip()
    return given.lower() if _UUID.fullmatch(given) else None


def _known_rid(request: Request, reply: Reply) -> str | None:
    """Return the rid in the path if the answer shows that there is such a link. Otherwise it could be a secret."""
    rid = request.path_params.get("rid", "")
    found = reply.status < HTTPStatus.BAD_REQUEST or reply.status in _OF_A_LINK
    return rid if found and is_token(rid) else None


def cause_of(error: BaseException) -> list[str]:
    """Return types and places of the whole chain, but no texts, because libraries quote the values they refuse."""
    cause = []
    link: BaseException | None = error
    while link is not None:
        frames = traceback.extract_tb(link.__traceback__)[-6:]
        cause.append(type(link).__qualname__)
        cause += [f"{frame.filename.rpartition('/')[2]}:{frame.lineno} {frame.name}" for frame in frames]
        link = link.__cause__ or link.__context__
    return cause
