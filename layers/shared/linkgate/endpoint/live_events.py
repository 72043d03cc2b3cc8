"""Wrapper of the handler of sockets: it converts events of a WebSocket API, and logs one line without any text.

Source: "Using API Gateway mapping templates and access logging variables for WebSocket APIs" and "Set up routes for
WebSocket APIs" in the API Gateway developer guide.
"""

from __future__ import annotations

import functools
from time import perf_counter
from typing import TYPE_CHECKING, Any

from linkgate import wiring
from linkgate.aws.live_queue import live_task_of
from linkgate.dialects.live.replies import refusal_row
from linkgate.endpoint import cause_of
from linkgate.endpoint.cold_start import uncollected_at_first
from linkgate.endpoint.queue_messages import message_handler
from linkgate.errors import LinkError
from linkgate.wire.socket import Answer, Event, Message

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from linkgate.ports.deps import Deps

_EVENTS = {"CONNECT": Event.CONNECT, "MESSAGE": Event.MESSAGE, "DISCONNECT": Event.DISCONNECT}
"""Kinds of event by the gateway's own word. A route key is chosen by the browser: its text may say `$connect`."""


class LiveFailed(Exception):
    """A message met a fault of ours. Its own line in the log has the cause."""


def live_endpoint(act: Callable[[Message, Deps], Answer]) -> Callable[[Mapping[str, Any], object], dict[str, Any]]:
    """Turn a function that answers events of connections into a Lambda handler.

    A fault of ours becomes LiveFailed, which Lambda counts as an error. The original could quote what it refused.
    """

    @functools.wraps(act)
    def handler(event: Mapping[str, Any], _context: object) -> dict[str, Any]:
        began = perf_counter()
        message = message_of(event)
        with uncollected_at_first(), wiring.noting():
            try:
                answer, error = act(message, wiring.deps()), None
            except LinkError as refused:
                answer, error = Answer(refusal_row(refused).status), refused
            except Exception as fault:  # noqa: BLE001 - every fault of ours has one line
                wiring.logger().error("failed", extra={"route": message.event.value, "cause": cause_of(fault)})
                raise LiveFailed from None
            _log(message, answer, error, began)
            return _response(message, answer)

    return handler


def message_of(event: Mapping[str, Any]) -> Message:
    """Return the event of a connection."""
    context = event["requestContext"]
    headers = {name.lower(): value for name, value in (event.get("headers") or {}).items()}
    offered = headers.get("sec-websocket-protocol", "")
    return Message(
        _EVENTS[context["eventType"]],
        context["connectionId"],
        text=None if event.get("isBase64Encoded") else event.get("body") or "",
        protocols=tuple(each.strip() for each in offered.split(",") if each.strip()),
        origin=headers.get("origin", ""),
        id=context.get("requestId", ""),
    )


live_task_handler = message_handler("live task", live_task_of)
"""Wrapper of the handler of the live queue."""


def _response(message: Message, answer: Answer) -> dict[str, Any]:
    # Only a handshake has a status. A refused message was answered by a message.
    response: dict[str, Any] = {"statusCode": answer.status if message.event is Event.CONNECT else 200}
    if answer.protocol:
        response["headers"] = {"Sec-WebSocket-Protocol": answer.protocol}
    return response


def _log(message: Message, answer: Answer, error: LinkError | None, began: float) -> None:
    fields: dict[str, object] = {
        "route": message.event.value,
        "status": answer.status,
        "request_id": message.id,
        "duration_ms": round((perf_counter() - began) * 1000),
    }
    if answer.type:
        fields["t"] = answer.type
    if answer.rid:
        fields["rid"] = answer.rid
    if error is not None:
        fields["error"] = type(error).__name__
    wiring.logger().info("answered", extra=fields)
