"""Calls from AWS tools to the runner itself, such as `linkgate tenant list --endpoint-url http://127.0.0.1:3000`.

Such a call is recognised by the `Authorization` header of its signature, which names the service. Callers of Linkgate's
own API send no such header.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

from botocore.awsrequest import AWSPreparedRequest, HeadersDict

from local.http_messages import HttpResponse, json_response
from local.intrinsics import REGION

if TYPE_CHECKING:
    from local.aws import LocalAws
    from local.connections import Connections
    from local.http_messages import HttpRequest

_SIGNED = re.compile(r"AWS4-HMAC-SHA256 Credential=[^/,]+/\d{8}/[^/,]+/([a-z0-9-]+)/aws4_request")
_HOP_BY_HOP = frozenset({"content-length", "connection", "transfer-encoding"})
_SEND_EMAIL = "/v2/email/outbound-emails"
_HOSTS = {"ses": "email"}
_SDK_NAMES = {"events": "eventbridge"}
"""Names of services by their names in signatures, where botocore uses a different one."""


class AwsEndpoint:
    """Answers signed requests, and no others."""

    def __init__(self, aws: LocalAws, connections: Connections) -> None:
        self._aws = aws
        self._connections = connections

    def handle(self, request: HttpRequest) -> HttpResponse | None:
        """Return the response, or None if the request is not a call to AWS."""
        signed = _SIGNED.match(request.header("authorization"))
        if signed is None:
            return None
        if signed[1] == "execute-api":
            return self._connections.handle(request)  # moto takes messages to connections that never were
        service, operation = _operation(signed[1], request)
        url = f"https://{_HOSTS.get(signed[1], signed[1])}.{REGION}.amazonaws.com{request.target}"
        headers: Any = HeadersDict(request.headers)  # a type that the SDK can send on to another DynamoDB
        call = AWSPreparedRequest(request.method, url, headers, request.body, stream_output=False)
        try:
            answer = self._aws.serve(call, service, operation)
        except NotImplementedError:
            return _not_implemented(request, f"AWS {service} {operation}")
        kept = tuple((name, value) for name, value in answer.headers.items() if name.lower() not in _HOP_BY_HOP)
        return HttpResponse(answer.status_code, kept, answer.content, f"AWS {service} {operation}")


def _not_implemented(request: HttpRequest, route: str) -> HttpResponse:
    """Refuse a call that moto does not support, in the protocol of the call."""
    if request.header("content-type").startswith("application/x-www-form-urlencoded"):
        error = b"<Error><Code>NotImplemented</Code><Message>not on this machine</Message></Error>"
        body = b"<ErrorResponse>" + error + b"</ErrorResponse>"
        return HttpResponse(501, (("Content-Type", "text/xml"),), body, route)
    return json_response(501, {"__type": "NotImplemented", "message": "not on this machine"}, route)


def _operation(service: str, request: HttpRequest) -> tuple[str, str]:
    """Return service and operation by botocore's names, as far as the runner needs them."""
    if service == "ses" and request.path == _SEND_EMAIL:
        return "sesv2", "SendEmail"
    if target := request.header("x-amz-target"):
        return _SDK_NAMES.get(service, service), target.rpartition(".")[2]
    form = parse_qs(request.body.decode(errors="replace")) if service in {"sns", "sts", "cloudformation"} else {}
    return service, form.get("Action", ["-"])[0]
