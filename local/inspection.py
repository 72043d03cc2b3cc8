"""Routes at `/` and under `/_local/` that show the state, move the clock and break providers. Never deployed."""

from __future__ import annotations

import base64
import json
from datetime import timedelta
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from linkgate.model.moments import utc
from local.banner import guide
from local.faults import FAULTS, Fault, Service
from local.http_messages import HttpResponse, json_response
from local.object_list import listed_objects
from local.outbox_page import outbox_page
from local.provider_reports import EMAIL_REPORTS, SMS_REPORTS, email_report, sms_report
from local.start_page import start_page

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from local.cloud import LocalCloud
    from local.http_messages import HttpRequest

START = "/"
PREFIX = "/_local/"
MOST_FAULTS = 1_000_000
_EXPECTED_FAULT = (
    'expected {"service": "ses"/"sns"/"dynamodb"/"s3", "error": "throttle"/"quota"/"reject"/"error"/"timeout_after",'
    ' "times": n}, or "sockets" with "gone"/"drop"/"delay"/"swap", or "scan" with'
    ' "infected"/"failed"/"never"/"twice"/"late"'
)


class BadOrderError(Exception):
    """The body of a command is not what its route accepts. The message says what it accepts."""


class Inspection:
    """Answers requests to show `/` and those under the prefix, and no others."""

    def __init__(self, cloud: LocalCloud) -> None:
        self._cloud = cloud
        self._routes: dict[tuple[str, str], Callable[[HttpRequest], HttpResponse]] = {
            ("GET", START): self._start_page,
            ("GET", "health"): lambda request: _reply(request, {"status": "ok"}),
            ("GET", "environment"): lambda request: _reply(request, cloud.environment()),
            ("GET", "outbox"): self._outbox,
            ("DELETE", "outbox"): self._empty_outbox,
            ("POST", "settle"): lambda request: _reply(request, {"handled": cloud.pump.settle()}),
            ("GET", "clock"): lambda request: _reply(request, {"now": utc(cloud.clock.now())}),
            ("POST", "clock"): self._clock,
            ("POST", "faults"): self._faults,
            ("POST", "feedback"): self._feedback,
            ("GET", "events"): lambda request: _reply(request, cloud.aws.events()),
            ("GET", "table"): self._table,
            ("GET", "objects"): lambda request: _reply(request, listed_objects(cloud.aws)),
            ("GET", "sockets"): lambda request: _reply(request, cloud.connections.shown()),
            ("DELETE", "sockets"): lambda request: _reply(request, {"cut": cloud.connections.cut()}),
        }

    def handle(self, request: HttpRequest) -> HttpResponse | None:
        """Return the response, or None if the path is not one of the runner's own."""
        method = "GET" if request.method == "HEAD" else request.method
        # AWS clients post to `/`, too. Those calls are not for the start page.
        if not request.path.startswith(PREFIX) and (method, request.path) != ("GET", START):
            return None
        name = request.path.removeprefix(PREFIX)
        allowed = sorted(verb for verb, route in self._routes if route == name)
        if not allowed:
            return json_response(404, {"message": "Not Found"}, "-")
        if method not in allowed:
            response = json_response(405, {"message": "Method Not Allowed"}, request.path)
            return HttpResponse(405, (*response.headers, ("Allow", ", ".join(allowed))), response.body, response.route)
        try:
            return self._routes[method, name](request)
        except BadOrderError as error:
            return _reply(request, {"message": str(error)}, 400)

    def _start_page(self, request: HttpRequest) -> HttpResponse:
        base = f"http://{self._cloud.domain}"
        if _wants_html(request):
            return _text(request, "html", start_page(base))
        return _text(request, "plain", guide(base))

    def _outbox(self, request: HttpRequest) -> HttpResponse:
        messages = self._cloud.outbox.messages()
        if _wants_html(request):
            return _text(request, "html", outbox_page(messages))
        return _reply(request, [message.shown() for message in messages])

    def _empty_outbox(self, request: HttpRequest) -> HttpResponse:
        self._cloud.outbox.clear()
        return HttpResponse(204, route=request.path)

    def _clock(self, request: HttpRequest) -> HttpResponse:
        seconds = _order(request).get("advance_seconds")
        if not isinstance(seconds, int | float) or isinstance(seconds, bool):
            raise BadOrderError('expected {"advance_seconds": n}, where n is a number')
        try:
            now = self._cloud.clock.advance(timedelta(seconds=seconds))
            self._cloud.connections.end_overdue()
        except (ValueError, OverflowError) as error:
            raise BadOrderError(f"advance_seconds: {error}") from error
        return _reply(request, {"now": utc(now)})

    def _faults(self, request: HttpRequest) -> HttpResponse:
        order = _order(request)
        times = order.get("times")
        try:
            service, fault = Service(str(order.get("service"))), Fault(str(order.get("error")))
        except ValueError as error:
            raise BadOrderError(_EXPECTED_FAULT) from error
        if fault not in FAULTS[service]:
            raise BadOrderError(_EXPECTED_FAULT)
        if not isinstance(times, int) or isinstance(times, bool) or not 0 <= times <= MOST_FAULTS:
            raise BadOrderError(f"times must be a whole number from 0 to {MOST_FAULTS}")
        self._cloud.faults.set(service, fault, times)
        return _reply(request, {"service": service, "error": fault, "times": times})

    def _feedback(self, request: HttpRequest) -> HttpResponse:
        order = _order(request)
        message = self._cloud.outbox.find(str(order.get("message_id")))
        if message is None:
            return _reply(request, {"message": "no message in the outbox has that id"}, 404)
        kind, now = order.get("type"), self._cloud.clock.now()
        if message.channel == "email" and kind in EMAIL_REPORTS:
            functions = self._cloud.pump.publish(email_report(message, kind, now))
        elif message.channel == "sms" and kind in SMS_REPORTS:
            functions = self._cloud.pump.deliver_logs(sms_report(message, kind, now))
        else:
            kinds = "/".join(EMAIL_REPORTS if message.channel == "email" else SMS_REPORTS)
            raise BadOrderError(f"type must be {kinds} for this {message.channel}")
        return _reply(request, {"reported_to": functions}, 202)

    def _table(self, request: HttpRequest) -> HttpResponse:
        items: list[dict[str, Any]] = []
        dynamodb = self._cloud.aws.client("dynamodb")
        for table in self._cloud.template.tables:
            keys = [key["AttributeName"] for key in table["KeySchema"]]
            pages = dynamodb.get_paginator("scan").paginate(TableName=table["TableName"], ConsistentRead=True)
            found = [_plain({"M": item}) for page in pages for item in page["Items"]]
            items.extend(sorted(found, key=itemgetter(*keys)))
        return _reply(request, items)


def _wants_html(request: HttpRequest) -> bool:
    return "text/html" in request.header("accept")


def _text(request: HttpRequest, kind: str, text: str) -> HttpResponse:
    headers = (("Content-Type", f"text/{kind}; charset=utf-8"), ("Cache-Control", "no-store"))
    return HttpResponse(200, headers, text.encode(), request.path)


def _reply(request: HttpRequest, content: object, status: int = 200) -> HttpResponse:
    return json_response(status, content, request.path)


def _order(request: HttpRequest) -> Mapping[str, Any]:
    try:
        order = json.loads(request.body)
    except ValueError as error:
        raise BadOrderError("the body is not JSON") from error
    if not isinstance(order, dict):
        raise BadOrderError("the body is not a JSON object")
    return order


def _plain(value: Mapping[str, Any]) -> Any:  # noqa: ANN401 - any JSON
    """Convert a DynamoDB value to plain JSON. Bytes become base64, and sets become sorted lists."""
    kind, content = next(iter(value.items()))
    return _PLAIN.get(kind, lambda same: same)(content)


def _number(text: str) -> int | float:
    try:
        return int(text)
    except ValueError:
        return float(text)


def _base64(content: bytes) -> str:
    return base64.b64encode(content).decode()


_PLAIN: dict[str, Callable[[Any], Any]] = {
    "M": lambda entries: {name: _plain(entry) for name, entry in entries.items()},
    "L": lambda entries: [_plain(entry) for entry in entries],
    "N": _number,
    "B": _base64,
    "NULL": lambda _: None,
    "SS": sorted,
    "NS": lambda entries: sorted(map(_number, entries)),
    "BS": lambda entries: sorted(map(_base64, entries)),
}
"""Conversion of each type of value. Types that are not listed are JSON already."""
