"""Open sockets by the gateway's id, and the calls with which functions reach them."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import unquote

from linkgate.model.moments import utc
from local.faults import Fault, Service
from local.http_messages import HttpResponse, json_response

if TYPE_CHECKING:
    from collections.abc import Callable

    from local.clock import Clock
    from local.faults import Faults
    from local.http_messages import HttpRequest

IDLE = timedelta(minutes=10)
LONGEST = timedelta(hours=2)
LARGEST_MESSAGE = 128 * 1024
GOING_AWAY = 1001
_PATH = "/live/@connections/"


class Wire(Protocol):
    """The browser's end of a socket."""

    def send(self, text: str) -> None:
        """Send a text message. Raises OSError if the browser is gone."""

    def close(self, code: int) -> None:
        """Close the socket, as far as that is still possible."""


@dataclass
class Socket:
    """An open socket. `used` is the time of its last message in either direction."""

    id: str
    wire: Wire
    since: datetime
    used: datetime
    source: str = "127.0.0.1"
    late: list[str] = field(default_factory=list)
    """Messages that a fault keeps back, to be sent after the next one."""


class Connections:
    """Sockets of one API. Safe to call from many threads."""

    def __init__(self, clock: Clock, faults: Faults) -> None:
        self._clock = clock
        self._faults = faults
        self._sockets: dict[str, Socket] = {}
        self._lock = threading.Lock()
        self.closed: Callable[[str, int], None] = lambda _id, _code: None
        """Told of each socket that this end closes."""

    def open(self, id_: str, wire: Wire, source: str) -> None:
        """Add a socket whose handshake is done."""
        now = self._clock.now()
        with self._lock:
            self._sockets[id_] = Socket(id_, wire, now, now, source)

    def forget(self, id_: str) -> bool:
        """Remove a socket. False if it was not there."""
        with self._lock:
            return self._sockets.pop(id_, None) is not None

    def find(self, id_: str) -> Socket | None:
        """Return an open socket. One that has been idle or open for too long is closed instead."""
        now = self._clock.now()
        with self._lock:
            socket = self._sockets.get(id_)
        if socket and (now - socket.used >= IDLE or now - socket.since >= LONGEST):
            self.end(id_, GOING_AWAY)
            return None
        return socket

    def used(self, id_: str) -> None:
        """Note that a message came from the browser."""
        socket = self.find(id_)
        if socket:
            socket.used = self._clock.now()

    def end(self, id_: str, code: int) -> None:
        """Close a socket, and tell the function that it is gone."""
        with self._lock:
            socket = self._sockets.pop(id_, None)
        if socket:
            socket.wire.close(code)
            self.closed(id_, code)

    def end_overdue(self) -> None:
        """Close every socket that has been idle or open for too long."""
        for socket in self.all():
            self.find(socket.id)

    def cut(self) -> int:
        """Break every socket without telling the function, as a failing network does. Returns their number."""
        with self._lock:
            sockets, self._sockets = list(self._sockets.values()), {}
        for socket in sockets:
            socket.wire.close(1006)
        return len(sockets)

    def all(self) -> list[Socket]:
        """Return every open socket, oldest first."""
        with self._lock:
            return sorted(self._sockets.values(), key=lambda socket: socket.since)

    def shown(self) -> list[dict[str, Any]]:
        """Return what a person may see of each socket."""
        return [{"id": socket.id, "since": utc(socket.since), "used": utc(socket.used)} for socket in self.all()]

    def push(self, id_: str, data: bytes) -> bool:
        """Send a message as PostToConnection does, with the faults that were asked for."""
        fault = self._faults.take(Service.SOCKETS)
        socket = self.find(id_)
        if socket is None or fault is Fault.GONE:
            return False
        if fault is Fault.DROP:
            return True
        if fault in {Fault.DELAY, Fault.SWAP}:
            socket.late.append(data.decode())
            if fault is Fault.DELAY:
                timer = threading.Timer(0.5, self._send_late, [socket])
                timer.daemon = True
                timer.start()
            return True
        return self._send(socket, data.decode()) and self._send_late(socket)

    def close(self, id_: str) -> None:
        """Close a socket as DeleteConnection does."""
        self.end(id_, 1000)

    def handle(self, request: HttpRequest) -> HttpResponse:
        """Answer a signed call to the management API of connections."""
        route = f"{request.method} @connections"
        if not request.path.startswith(_PATH):
            return json_response(404, {"message": "Not Found"}, route)
        id_ = unquote(request.path.removeprefix(_PATH))
        gone = json_response(410, {"message": "Gone"}, route)
        if request.method == "POST":
            if len(request.body) > LARGEST_MESSAGE:
                return json_response(413, {"message": "Message too long"}, route)
            return HttpResponse(200, route=route) if self.push(id_, request.body) else gone
        found = self.find(id_)
        if request.method == "DELETE":
            self.close(id_)
            return HttpResponse(204, route=route) if found else gone
        return json_response(405, {"message": "Method Not Allowed"}, route)

    def _send_late(self, socket: Socket) -> bool:
        late, socket.late = socket.late, []
        return all(self._send(socket, text) for text in late)

    def _send(self, socket: Socket, text: str) -> bool:
        try:
            socket.wire.send(text)
        except OSError:
            self.forget(socket.id)
            self.closed(socket.id, 1006)
            return False
        socket.used = self._clock.now()
        return True
