"""Payload format 2.0: conversion of a request to an event, and of a function's result to a response.

Where AWS's documents are silent, this follows the observed behaviour of real HTTP APIs. `rawPath` is percent-decoded.
A body is text for only a handful of content types, so forms and bodies without a content type arrive in base64.
"""

from __future__ import annotations

import base64
import binascii
import json
import uuid
from collections.abc import Mapping
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, unquote

from local.http_messages import HttpResponse
from local.intrinsics import ACCOUNT

if TYPE_CHECKING:
    from datetime import datetime

    from local.http_messages import HttpRequest
    from local.template import Route

TEXT_TYPES = frozenset({"application/json", "application/xml", "application/javascript"})
"""Content types, besides `text/*`, whose bodies AWS passes on as text."""

HOP_BY_HOP = frozenset({"connection", "keep-alive", "proxy-connection", "te", "transfer-encoding", "upgrade", "expect"})


class MalformedResult(Exception):
    """A function returned a result that API Gateway cannot turn into a response."""


def event_of(
    request: HttpRequest, route: Route, parameters: Mapping[str, str], domain: str, now: datetime
) -> dict[str, Any]:
    """Return the event. It lacks the keys that AWS leaves out when they are empty."""
    path = unquote(request.path)
    request_id = f"{uuid.uuid4().hex[:15]}="
    headers = joined_headers(request, domain)
    cookies = [c.strip() for k, v in request.headers if k.lower() == "cookie" for c in v.split(";") if c.strip()]
    event: dict[str, Any] = {
        "version": "2.0",
        "routeKey": route.key,
        "rawPath": path,
        "rawQueryString": request.query,
        "headers": headers,
        "requestContext": {
            "accountId": ACCOUNT,
            "apiId": "local",
            "domainName": domain,
            "domainPrefix": domain.partition(".")[0],
            "http": {
                "method": request.method,
                "path": path,
                "protocol": request.protocol,
                "sourceIp": request.source_ip,
                "userAgent": headers.get("user-agent", ""),
            },
            "requestId": request_id,
            "routeKey": route.key,
            "stage": "$default",
            "time": now.strftime("%d/%b/%Y:%H:%M:%S +0000"),
            "timeEpoch": int(now.timestamp() * 1000),
        },
        "isBase64Encoded": False,
    }
    if cookies:
        event["cookies"] = cookies
    if request.query:
        event["queryStringParameters"] = _joined_query(request.query)
    if parameters:
        event["pathParameters"] = dict(parameters)
    if request.body:
        if _is_text(headers.get("content-type", "")):
            event["body"] = request.body.decode("utf-8", "replace")
        else:
            event["body"], event["isBase64Encoded"] = base64.b64encode(request.body).decode(), True
    return event


def response_of(result: object, route: Route) -> HttpResponse:
    """Return the response for a function's result. Raises MalformedResult if AWS would answer 500."""
    if not isinstance(result, Mapping) or "statusCode" not in result:
        # AWS treats a result without a status code as the body of a 200 response.
        body = result if isinstance(result, str) else json.dumps(result)
        return HttpResponse(200, (("Content-Type", "application/json"),), body.encode(), route.key)
    headers = [(str(name), _header_text(value)) for name, value in (result.get("headers") or {}).items()]
    if not any(name.lower() == "content-type" for name, _ in headers):
        headers.append(("Content-Type", "text/plain;charset=UTF-8"))
    headers.extend(("Set-Cookie", _header_text(cookie)) for cookie in result.get("cookies") or ())
    return HttpResponse(_status(result["statusCode"]), tuple(headers), _body(result), route.key)


def _status(value: Any) -> int:  # noqa: ANN401 - whatever a function returned
    try:
        return HTTPStatus(int(value)).value
    except (TypeError, ValueError) as error:
        raise MalformedResult("statusCode is not an HTTP status") from error


def _body(result: Mapping[str, Any]) -> bytes:
    body = result.get("body") or ""
    if not isinstance(body, str):
        raise MalformedResult("body is not a string")
    if not result.get("isBase64Encoded"):
        return body.encode("utf-8", "surrogatepass")
    try:
        return base64.b64decode(body, validate=True)
    except binascii.Error as error:
        raise MalformedResult("body is not base64") from error


def _header_text(value: object) -> str:
    text = str(value).lower() if isinstance(value, bool) else str(value)
    if any(ord(character) < 0x20 and character != "\t" for character in text):  # noqa: PLR2004 - control characters
        raise MalformedResult("a header contains a control character")
    return text


def joined_headers(request: HttpRequest, domain: str) -> dict[str, str]:
    """Return headers by lower-case name, with repeated ones joined by commas.

    Cookies are left out, and the headers that the gateway adds are included.
    """
    joined: dict[str, str] = {}
    for name, value in request.headers:
        key = name.lower()
        if key != "cookie" and key not in HOP_BY_HOP:
            joined[key] = f"{joined[key]},{value}" if key in joined else value
    _, _, port = domain.partition(":")
    joined.setdefault("content-length", str(len(request.body)))
    joined.setdefault("host", domain)
    joined["x-amzn-trace-id"] = f"Root=1-{uuid.uuid4().hex[:8]}-{uuid.uuid4().hex[:24]}"
    forwarded = joined.get("x-forwarded-for")
    joined["x-forwarded-for"] = f"{forwarded}, {request.source_ip}" if forwarded else request.source_ip
    joined["x-forwarded-port"] = port or "443"
    joined["x-forwarded-proto"] = "http" if port else "https"
    return joined


def _joined_query(query: str) -> dict[str, str]:
    joined: dict[str, str] = {}
    for name, value in parse_qsl(query, keep_blank_values=True):
        joined[name] = f"{joined[name]},{value}" if name in joined else value
    return joined


def _is_text(content_type: str) -> bool:
    media_type = content_type.partition(";")[0].strip().lower()
    return media_type.startswith("text/") or media_type in TEXT_TYPES
