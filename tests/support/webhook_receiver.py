"""Tenant's own system on this machine, which keeps its events and gives prepared answers."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, NamedTuple, Self

from standardwebhooks import Webhook as Verifier

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable, Mapping

    import pytest


class Call(NamedTuple):
    """A received POST."""

    path: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def id(self) -> str:
        return self.headers["webhook-id"]

    def verified(self, secret: str) -> Any:
        """Return the content as the official library reads it. Raises WebhookVerificationError."""
        return Verifier(secret).verify(self.body, dict(self.headers))


@dataclass
class Receiver:
    """Receiver that listens on loopback until `close`."""

    tls: ssl.SSLContext | None = None
    calls: list[Call] = field(default_factory=list)
    status: int | list[int] = 204
    """Statuses of the next answers. The last one repeats."""
    headers: dict[str, str] = field(default_factory=dict)
    before_answer: Callable[[Any], None] | None = None
    """Function called with the connection's handler. It may write the answer itself."""

    def __post_init__(self) -> None:
        receiver = self

        class Connection(BaseHTTPRequestHandler):
            disable_nagle_algorithm = True  # a body would wait 40 ms until its head has been acknowledged

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                headers = {name.lower(): value for name, value in self.headers.items()}
                receiver.calls.append(Call(self.path, headers, body))
                if receiver.before_answer:
                    receiver.before_answer(self)
                status = receiver.status
                if isinstance(status, list):
                    status = status.pop(0) if len(status) > 1 else status[0]
                self.send_response(status)
                for name, value in receiver.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", "2")
                self.end_headers()
                self.wfile.write(b"ok")

            def log_message(self, *_: object) -> None: ...

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Connection)
        self._server.daemon_threads = True
        if self.tls:
            self._server.socket = self.tls.wrap_socket(self._server.socket, server_side=True)
        self._server.handle_error = lambda *_: None  # type: ignore[method-assign] # hang-ups are expected
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    @property
    def port(self) -> int:
        return int(self._server.server_address[1])

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hooks/linkgate?token=receivers-own"

    @property
    def ids(self) -> list[str]:
        return [call.id for call in self.calls]

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


def verify_at(patch: pytest.MonkeyPatch, now: Callable[[], datetime]) -> None:
    """Make the official library use this clock, because it refuses times that are minutes off."""

    class Clock(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> Self:
            return cls.fromtimestamp(now().timestamp(), tz)

    patch.setattr("standardwebhooks.webhooks.datetime", Clock)
