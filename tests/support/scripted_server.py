"""Server with scripted answers, which remembers the requests."""

from __future__ import annotations

import json
import socket
import struct
import threading
import zlib
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

from linkgate.aws.client_settings import TABLE_READ_SECONDS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


class Script:
    """Next answers of the server, and its requests."""

    def __init__(self) -> None:
        self.answers: list[Callable[[BaseHTTPRequestHandler], None]] = []
        self.asked: list[tuple[str, str, dict[str, str], Any]] = []


@contextmanager
def serving(script: Script) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        disable_nagle_algorithm = True  # a body would wait 40 ms until its head has been acknowledged
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            headers = {name.lower(): value for name, value in self.headers.items()}
            script.asked.append((self.command, self.path, headers, body))
            script.answers[min(len(script.asked), len(script.answers)) - 1](self)

        def do_GET(self) -> None:
            headers = {name.lower(): value for name, value in self.headers.items()}
            script.asked.append((self.command, self.path, headers, None))
            script.answers.pop(0)(self)

        def do_DELETE(self) -> None:
            script.asked.append((self.command, self.path, {}, None))
            script.answers[min(len(script.asked), len(script.answers)) - 1](self)

        def log_message(self, *_: object) -> None:
            """Log nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def says(
    status: int, body: object = None, *, raw: bytes = b"", **headers: str
) -> Callable[[BaseHTTPRequestHandler], None]:
    text = raw or json.dumps(body).encode()

    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        handler.send_header("Content-Length", str(len(text)))
        for name, value in {"x_amz_crc32": str(zlib.crc32(text)), **headers}.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.end_headers()
        handler.wfile.write(text)

    return answer


def hangs_up(handler: BaseHTTPRequestHandler) -> None:
    handler.close_connection = True
    handler.connection.close()


def breaks_off(handler: BaseHTTPRequestHandler) -> None:
    """Send half of a body, then hang up."""
    handler.send_response(200)
    handler.send_header("Content-Length", "100")
    handler.end_headers()
    handler.wfile.write(b'{"Attributes": {}')
    hangs_up(handler)


def resets(handler: BaseHTTPRequestHandler) -> None:
    """Reset the connection instead of answering."""
    handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    hangs_up(handler)


def is_slow(handler: BaseHTTPRequestHandler) -> None:
    threading.Event().wait(TABLE_READ_SECONDS + 0.5)
    hangs_up(handler)


def fails(code: str, status: int = 400) -> Callable[[BaseHTTPRequestHandler], None]:
    return says(status, {"__type": f"com.amazonaws.dynamodb.v20120810#{code}", "message": "no"})
