"""A WebSocket API that calls functions as AWS does: one event for the handshake, for each message, and for the end.

Messages of one socket are handled at the same time, so their order is not kept. It is not on AWS either.
"""

from __future__ import annotations

import base64
import itertools
import os
import uuid
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import BoundedSemaphore
from typing import TYPE_CHECKING, Any

from local.functions import FunctionFailed
from local.http_messages import HttpResponse, json_response
from local.payload import joined_headers

if TYPE_CHECKING:
    from collections.abc import Mapping

    from local.clock import Clock
    from local.connections import Connections, Wire
    from local.functions import Functions
    from local.http_messages import HttpRequest

WORKERS = 8
BURST = 1000
"""Messages that may wait for a worker, which is the stage's burst on AWS. Further ones are refused."""
_THROTTLED = '{"message": "Too Many Requests", "connectionId":"%s", "requestId":"%s"}'
_FAILED = '{"message": "Internal server error", "connectionId":"%s", "requestId":"%s"}'


class LiveGateway:
    """Serves one WebSocket API. `routes` maps `$connect`, `$default` and `$disconnect` to functions.

    Without `parallel`, each message is handled before the next one is taken.
    """

    def __init__(  # noqa: PLR0913 - the parts of the runner that it joins
        self,
        routes: Mapping[str, str],
        functions: Functions,
        domain: str,
        clock: Clock,
        connections: Connections,
        *,
        parallel: bool,
    ) -> None:
        self._routes = routes
        self._functions = functions
        self._domain = domain
        self._clock = clock
        self._connections = connections
        self._pool = ThreadPoolExecutor(WORKERS, "live") if parallel else None
        self._room = BoundedSemaphore(BURST)
        connections.closed = self._closed

    def stop(self) -> None:
        """Cut every socket, and wait until the functions have handled what came before."""
        self._connections.closed = lambda _id, _code: None
        self._connections.cut()
        if self._pool:
            self._pool.shutdown()

    def connect(self, request: HttpRequest) -> tuple[str, HttpResponse]:
        """Call the function of the handshake. Returns the connection's id, and a response of status 101 if it is open.

        The response has the subprotocol that the function chose.
        """
        id_ = base64.b64encode(os.urandom(10)).decode()[:-1]
        if "$connect" not in self._routes:
            return id_, json_response(403, {"message": "Forbidden"}, "$connect")
        event = {**self._event(id_, "$connect", "CONNECT"), "headers": joined_headers(request, self._domain)}
        try:
            result = self._functions.invoke(self._routes["$connect"], event)
        except FunctionFailed:
            return id_, json_response(500, {"message": "Internal server error"}, "$connect")
        status = int(result.get("statusCode", 500))
        if not 200 <= status < 300:  # noqa: PLR2004 - success
            return id_, json_response(status, {"message": "Forbidden"}, "$connect")
        return id_, HttpResponse(101, tuple((result.get("headers") or {}).items()), route="$connect")

    def open(self, id_: str, wire: Wire, source: str) -> None:
        """Let functions reach a socket, from the end of its handshake on."""
        self._connections.open(id_, wire, source)

    def receive(self, id_: str, content: str | bytes) -> None:
        """Take a message of an open socket."""
        self._connections.used(id_)
        if not self._pool:
            self._message(id_, content)
        elif self._room.acquire(blocking=False):
            with suppress(RuntimeError):  # the gateway has stopped
                self._pool.submit(self._message, id_, content).add_done_callback(lambda _: self._room.release())
        else:
            self._connections.push(id_, (_THROTTLED % (id_, f"r{next(_numbers)}=")).encode())

    def lost(self, id_: str, code: int) -> None:
        """Tell the function that the browser closed a socket, or that it broke."""
        if self._connections.forget(id_):
            self._closed(id_, code)

    def _message(self, id_: str, content: str | bytes) -> None:
        binary = isinstance(content, bytes)
        event = {
            **self._event(id_, "$default", "MESSAGE"),
            "body": base64.b64encode(content).decode() if isinstance(content, bytes) else content,
            "isBase64Encoded": binary,
        }
        event["requestContext"]["messageId"] = f"m{next(_numbers)}="
        try:
            self._functions.invoke(self._routes["$default"], event)
        except FunctionFailed:
            self._connections.push(id_, (_FAILED % (id_, event["requestContext"]["requestId"])).encode())

    def _closed(self, id_: str, code: int) -> None:
        if "$disconnect" not in self._routes:
            return
        event = self._event(id_, "$disconnect", "DISCONNECT")
        event["requestContext"] |= {"disconnectStatusCode": code, "disconnectReason": ""}
        if self._pool:
            with suppress(RuntimeError):  # the gateway has stopped
                self._pool.submit(self._call_quietly, "$disconnect", event)
        else:
            self._call_quietly("$disconnect", event)

    def _call_quietly(self, route: str, event: Mapping[str, Any]) -> None:
        try:
            self._functions.invoke(self._routes[route], event)
        except FunctionFailed:
            return  # its traceback was printed, and nobody waits for it

    def _event(self, id_: str, route: str, kind: str) -> dict[str, Any]:
        now = self._clock.now()
        request_id = f"{uuid.uuid4().hex[:15]}="
        return {
            "requestContext": {
                "routeKey": route,
                "eventType": kind,
                "extendedRequestId": request_id,
                "requestId": request_id,
                "requestTime": now.strftime("%d/%b/%Y:%H:%M:%S +0000"),
                "requestTimeEpoch": int(now.timestamp() * 1000),
                "messageDirection": "IN",
                "stage": "live",
                "connectedAt": int(now.timestamp() * 1000),
                "identity": {"sourceIp": "127.0.0.1"},
                "domainName": self._domain,
                "connectionId": id_,
                "apiId": "live",
            },
            "isBase64Encoded": False,
        }


_numbers = itertools.count(1)
