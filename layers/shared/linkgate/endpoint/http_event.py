"""Conversion of HTTP API events (payload 2.0) to requests, and of replies to responses.

No other module knows the format.

Source: "Working with AWS Lambda proxy integrations for HTTP APIs" in the API Gateway developer guide.
"""

from __future__ import annotations

import base64
from functools import cache
from typing import TYPE_CHECKING, Any

from linkgate.wire.message import Reply, Request

if TYPE_CHECKING:
    from collections.abc import Mapping


def request_of(event: Mapping[str, Any]) -> Request:
    """Return the request of an event."""
    context = event["requestContext"]
    body = event.get("body") or ""
    return Request(
        method=context["http"]["method"],
        path=event["rawPath"],
        route=event["routeKey"],
        path_params=event.get("pathParameters") or {},
        query=event.get("queryStringParameters") or {},
        headers={name.lower(): _once(name.lower(), value) for name, value in event.get("headers", {}).items()},
        cookies=dict(cookie.partition("=")[::2] for cookie in event.get("cookies", [])),
        body=base64.b64decode(body) if event.get("isBase64Encoded") else body.encode(errors="surrogatepass"),
        domain=context["domainName"],
        source=context["http"].get("sourceIp", ""),
        id=context.get("requestId", ""),
    )


_SINGLE = frozenset(
    {"authorization", "content-encoding", "content-type", "customer-id", "x-api-key", "x-requested-with"}
)
"""Headers that have one value. The gateway joins lines of one name with commas."""


def _once(name: str, value: str) -> str:
    """Return a header's value without the blanks around it, and once if equal lines were sent more often."""
    value = value.strip(" \t")
    if name in _SINGLE and "," in value:
        parts = {part.strip(" \t") for part in value.split(",")}
        if len(parts) == 1:
            return parts.pop()
    return value


_ALWAYS = {"cache-control": "no-store", "x-content-type-options": "nosniff"}


@cache
def canonical(name: str) -> str:
    """Return a header's name as it is usually written, because some clients compare names by letter case."""
    return {"www-authenticate": "WWW-Authenticate", "etag": "ETag"}.get(name) or name.title()


def response_of(request: Request, reply: Reply, headers: Mapping[str, str]) -> dict[str, Any]:
    """Return the response for a reply, with additional headers.

    No reply may be cached, or sniffed for another type.
    """
    body = reply.body if isinstance(reply.body, str) else reply.body.decode()
    response: dict[str, Any] = {
        "statusCode": reply.status,
        "headers": {canonical(name): value for name, value in ({**_ALWAYS, **reply.headers, **headers}).items()},
        "body": "" if request.method == "HEAD" else body,
        "isBase64Encoded": False,
    }
    if reply.cookies:
        response["cookies"] = list(reply.cookies)
    return response
