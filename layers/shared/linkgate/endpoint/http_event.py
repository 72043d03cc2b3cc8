"""Conversion of HTTP API events (payload 2.0) to requests, and of replies to responses.

No other module knows the format.

Source: "Working with AWS Lambda proxy integrations for HTTP APIs" in the API Gateway developer guide.
"""

from __future__ import annotations

import base64
import zlib
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


_WORTH_PACKING = 1024
_NEVER = frozenset({"q=0", "q=0.0", "q=0.00", "q=0.000"})
_GZIP = 31
"""Window bits by which zlib writes gzip's format."""


def takes_gzip(request: Request) -> bool:
    """Tell whether the client reads gzip. The gateway never compresses by itself."""
    for entry in (request.header("accept-encoding") or "").lower().split(","):
        name, _, weight = entry.partition(";")
        if name.strip() == "gzip":
            return weight.replace(" ", "") not in _NEVER
    return False


_ALWAYS = {"cache-control": "no-store", "x-content-type-options": "nosniff"}


@cache
def canonical(name: str) -> str:
    """Return a header's name as it is usually written, because some clients compare names by letter case."""
    return {"www-authenticate": "WWW-Authenticate", "etag": "ETag"}.get(name) or name.title()


def response_of(request: Request, reply: Reply, headers: Mapping[str, str]) -> dict[str, Any]:
    """Return the response for a reply, with additional headers.

    No reply may be cached, or sniffed for another type.
    """
    body, every = reply.body, {**_ALWAYS, **reply.headers, **headers}
    packed = len(body) > _WORTH_PACKING and request.method != "HEAD" and takes_gzip(request)
    if packed:
        packer = zlib.compressobj(wbits=_GZIP)
        content = packer.compress(body.encode() if isinstance(body, str) else body) + packer.flush()
        body = base64.b64encode(content).decode()
        every |= {"content-encoding": "gzip", "vary": ", ".join(filter(None, (every.get("vary"), "Accept-Encoding")))}
    elif not isinstance(body, str):
        body = body.decode()
    response: dict[str, Any] = {
        "statusCode": reply.status,
        "headers": {canonical(name): value for name, value in every.items()},
        "body": "" if request.method == "HEAD" else body,
        "isBase64Encoded": packed,
    }
    if reply.cookies:
        response["cookies"] = list(reply.cookies)
    return response
