"""An upgraded connection of the local server: WebSocket over the socket that its thread reads."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

from websockets.datastructures import Headers
from websockets.exceptions import InvalidHandshake
from websockets.frames import Opcode
from websockets.http11 import Request
from websockets.protocol import OPEN
from websockets.server import ServerProtocol

from local.connections import LARGEST_MESSAGE

if TYPE_CHECKING:
    import socket

    from websockets.frames import Frame

    from local.http_messages import HttpRequest, HttpResponse
    from local.live_gateway import LiveGateway

LARGEST_FRAME = 32 * 1024
TOO_BIG = 1009
BROKEN = 1006
_CHUNK = 64 * 1024


class UpgradedSocket:
    """WebSocket of one browser. Its thread reads; functions write from other threads."""

    def __init__(self, connection: socket.socket, reader: Any, gateway: LiveGateway) -> None:  # noqa: ANN401 - a buffered reader
        self._connection = connection
        self._reader = reader
        self._gateway = gateway
        self._lock = threading.Lock()
        self._parts: list[Frame] = []
        self._protocol = ServerProtocol(max_size=LARGEST_MESSAGE)
        self._code = BROKEN

    def serve(self, request: HttpRequest, refuse: Any) -> None:  # noqa: ANN401 - the server's own answer
        """Shake hands and pass messages on until the socket is closed. `refuse` answers a handshake that is refused."""
        id_, response = self._gateway.connect(request)
        if response.status != 101:  # noqa: PLR2004 - switching protocols
            refuse(response)
            return
        if not self._accept(request, response):
            return
        self._gateway.open(id_, self, request.source_ip)
        try:
            self._read(id_)
        except OSError:
            pass  # the browser is gone
        finally:
            self._gateway.lost(id_, self._code)

    def send(self, text: str) -> None:
        with self._lock:
            if self._protocol.state is not OPEN:
                raise ConnectionError
            self._protocol.send_text(text.encode())
            self._flush()

    def close(self, code: int) -> None:
        with self._lock:
            self._code = code
            try:
                if code == BROKEN:
                    self._connection.shutdown(2)
                elif self._protocol.state is OPEN:
                    self._protocol.send_close(code)
                    self._flush()
            except OSError:
                return  # it is gone already

    def _accept(self, request: HttpRequest, response: HttpResponse) -> bool:
        headers = Headers()
        for name, value in request.headers:
            headers[name] = value
        asked = Request(request.target, headers)
        # Without the request's own bytes, the protocol would read the first frames as HTTP.
        self._protocol.receive_data(asked.serialize())
        self._protocol.events_received()
        answer = self._protocol.accept(asked)
        chosen = response.header("sec-websocket-protocol")
        if chosen:
            answer.headers["Sec-WebSocket-Protocol"] = chosen
        try:
            with self._lock:
                self._protocol.send_response(answer)
                self._flush()
        except InvalidHandshake:
            return False
        return self._protocol.state is OPEN

    def _read(self, id_: str) -> None:
        while True:
            data = self._reader.read1(_CHUNK)
            with self._lock:
                if not data:
                    self._protocol.receive_eof()
                    return
                self._protocol.receive_data(data)
                events = self._protocol.events_received()
                self._flush()
            for frame in events:
                self._take(id_, frame)
            if self._protocol.close_expected():
                self._code = self._protocol.close_code or BROKEN
                return

    def _take(self, id_: str, frame: Any) -> None:  # noqa: ANN401 - the protocol's events
        if frame.opcode not in {Opcode.TEXT, Opcode.BINARY, Opcode.CONT}:
            return
        if len(frame.data) > LARGEST_FRAME:
            self.close(TOO_BIG)
            return
        self._parts.append(frame)
        if not frame.fin:
            return
        parts, self._parts = self._parts, []
        whole = b"".join(part.data for part in parts)
        if parts[0].opcode is Opcode.BINARY:
            self._gateway.receive(id_, whole)
            return
        try:
            self._gateway.receive(id_, whole.decode())
        except UnicodeDecodeError:
            self.close(1007)

    def _flush(self) -> None:
        for data in self._protocol.data_to_send():
            if data:
                self._connection.sendall(data)
