"""Command and HTTP server of the local runner. Each connection has a thread, which reads the body before it answers."""

from __future__ import annotations

import argparse
import gc
import ipaddress
import os
import signal
import socket
import socketserver
import sys
import time
import traceback
from contextlib import suppress
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any

from local.foreign_requests import reason_to_refuse
from local.http_messages import HttpRequest, json_response

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from local.http_messages import HttpResponse
    from local.live_gateway import LiveGateway

LARGEST_BODY = 52 * 1024 * 1024
"""Bytes of a body that are kept: more than the largest file that Linkgate takes. The gateway takes fewer."""
MOST_DISCARDED = 100 * 1024 * 1024
"""Bytes of an oversized body that are still read, so that the client receives the refusal."""

IDLE_SECONDS = 60
_LAST_PORT = 65_535
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
BODILESS = frozenset({HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED})


def _not_ready(_: HttpRequest) -> HttpResponse:
    return json_response(503, {"message": "Not ready"}, "-")


class UnreadableBodyError(Exception):
    """The body's length or its chunks are invalid."""


class LocalServer(ThreadingHTTPServer):
    """Passes requests to the application. Logs method, route template and status, but no content of a request."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 256

    def __init__(self, address: tuple[str, int], *, quiet: bool) -> None:
        if ":" in address[0]:
            self.address_family = socket.AF_INET6
        self.quiet = quiet
        self.application: Callable[[HttpRequest], HttpResponse] = _not_ready
        self.live: LiveGateway | None = None
        """Gateway of sockets."""
        super().__init__(address, _Connection)

    def server_bind(self) -> None:
        """Bind without asking DNS for this machine's name, which can be slow and is not needed."""
        socketserver.TCPServer.server_bind(self)
        self.server_name, self.server_port = str(self.server_address[0]), int(self.server_address[1])

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ANN401 - socketserver's own signature
        """Ignore clients that hang up; report any other error."""
        if not isinstance(sys.exception(), ConnectionError | TimeoutError):
            super().handle_error(request, client_address)

    @property
    def address(self) -> str:
        """Return host and port for a URL."""
        host, port = str(self.server_address[0]), int(self.server_address[1])
        if ipaddress.ip_address(host).is_unspecified:
            host = "127.0.0.1"
        return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


class _Connection(BaseHTTPRequestHandler):
    server: LocalServer
    protocol_version = "HTTP/1.1"
    timeout = IDLE_SECONDS
    wbufsize = 64 * 1024
    disable_nagle_algorithm = True

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - as getattr itself
        if name.startswith("do_"):
            return self._serve
        raise AttributeError(name)

    def _serve(self) -> None:
        if self.headers.get("Upgrade", "").lower() == "websocket":
            self._upgrade()
            return
        try:
            body = self._read_body()
        except UnreadableBodyError:
            self.close_connection = True
            self._answer(json_response(400, {"message": "Bad Request"}, "-"))
            return
        request = self._request(body)
        refused = reason_to_refuse(request, str(self.connection.getsockname()[0]))
        if refused:
            self._answer(json_response(403, {"message": refused}, "-"))
            return
        try:
            response = self.server.application(request)
        except Exception:  # noqa: BLE001 - a bug of the runner: print the traceback and answer 500
            traceback.print_exc(file=sys.stderr)
            response = json_response(500, {"message": "The local runner failed; see its output"}, "-")
        self._answer(response)

    def _request(self, body: bytes) -> HttpRequest:
        headers = tuple((name, value) for name, value in self.headers.items())
        target = self.path if self.path.startswith("/") else "/" + self.path.partition("://")[2].partition("/")[2]
        return HttpRequest(self.command, target, headers, body, self.client_address[0], self.request_version)

    def _upgrade(self) -> None:
        from local.sockets import UpgradedSocket  # noqa: PLC0415 - only browsers that open one need it

        self.close_connection = True
        request = self._request(b"")
        live = self.server.live
        if live is None or request.path != "/live":
            self._answer(json_response(403, {"message": "Forbidden"}, "-"))
        elif refused := reason_to_refuse(request, str(self.connection.getsockname()[0])):
            self._answer(json_response(403, {"message": refused}, "-"))
        else:
            self.connection.settimeout(None)
            self.wfile.flush()
            UpgradedSocket(self.connection, self.rfile, live).serve(request, self._answer)

    def _read_body(self) -> bytes:
        """Return the body, cut one byte after the limit if it is too large."""
        if "chunked" in self.headers.get("Transfer-Encoding", "").lower():
            return self._limited(self._chunks())
        lengths = set(self.headers.get_all("Content-Length", ["0"]))
        length = lengths.pop()
        if lengths or not (length.isascii() and length.isdecimal()):
            raise UnreadableBodyError
        return self._limited(self._pieces(int(length)))

    def _limited(self, pieces: Any) -> bytes:  # noqa: ANN401 - a generator of bytes
        kept, seen = bytearray(), 0
        for piece in pieces:
            seen += len(piece)
            kept += piece[: LARGEST_BODY + 1 - len(kept)]
            if seen > MOST_DISCARDED:
                self.close_connection = True
                break
        return bytes(kept)

    def _pieces(self, length: int) -> Any:  # noqa: ANN401 - a generator of bytes
        while length:
            piece = self.rfile.read(min(length, 1 << 16))
            if not piece:
                raise UnreadableBodyError
            length -= len(piece)
            yield piece

    def _chunks(self) -> Any:  # noqa: ANN401 - a generator of bytes
        while True:
            size_line = self.rfile.readline(1024).split(b";")[0].strip()
            try:
                size = int(size_line, 16)
            except ValueError as error:
                raise UnreadableBodyError from error
            if size < 0:
                raise UnreadableBodyError
            if not size:
                break
            yield from self._pieces(size)
            self.rfile.readline(1024)
        while self.rfile.readline(1024).strip():
            pass

    def _answer(self, response: HttpResponse) -> None:
        self.send_response(response.status)
        for name, value in response.headers:
            if name.lower() not in {"content-length", "connection", "transfer-encoding", "date"}:
                # http.server writes Latin-1, but handlers use UTF-8.
                self.send_header(name, value.encode().decode("latin-1"))
        if response.status not in BODILESS:
            self.send_header("Content-Length", str(len(response.body)))
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        if self.command != "HEAD" and response.status not in BODILESS:
            self.wfile.write(response.body)
        if not self.server.quiet:
            method = self.command if self.command in METHODS else "?"
            route = response.route.removeprefix(f"{method} ")
            # A single write keeps the lines of concurrent threads apart.
            sys.stdout.write(f"{method} {route} {response.status}\n")
            sys.stdout.flush()

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:  # noqa: ARG002
        """Answer what http.server itself refuses in the form of the gateway."""
        self.close_connection = True
        # Before it has read the request line, http.server assumes HTTP/0.9, which has no headers.
        self.request_version = self.protocol_version
        phrase = HTTPStatus(code).phrase
        self._answer(json_response(code, {"message": phrase}, "-"))

    def version_string(self) -> str:
        """Return the value of the Server header."""
        return "linkgate-local"

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002, ANN401 - http.server's own signature
        """Log nothing: the lines would contain paths."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run `linkgate local` until Ctrl-C or SIGTERM. Returns 1 if the port is taken or the template cannot be served."""
    started = time.monotonic()
    # Everything loaded from here on stays. Collecting garbage meanwhile would find none and take a fifth of the start.
    gc.disable()
    options = _options(arguments)
    try:
        server = LocalServer((options.host, options.port), quiet=options.quiet)
    except OSError as error:
        print(f"linkgate local: cannot listen on {options.host}:{options.port}: {error.strerror}", file=sys.stderr)
        return 1
    for each in (signal.SIGINT, signal.SIGTERM):
        signal.signal(each, lambda *_: _end())
    with server:
        return _serve(server, options, started)


def _port(text: str) -> int:
    number = int(text)
    if not 0 <= number <= _LAST_PORT:
        raise argparse.ArgumentTypeError(f"must be from 0 to {_LAST_PORT}")
    return number


_at_end: list[Callable[[], None]] = []
"""Calls that stop other processes before this one ends."""


def _end() -> None:
    """End the process at once. There is nothing to save, and a running handler must not delay the exit."""
    for stop in _at_end:
        stop()
    with suppress(OSError, RuntimeError, ValueError):
        sys.stdout.flush()
        sys.stderr.flush()
    os._exit(0)


def _serve(server: LocalServer, options: argparse.Namespace, started: float) -> int:
    from linkgate import wiring  # noqa: PLC0415
    from local.aws import RealEndpointError  # noqa: PLC0415 - the port is taken first: moto needs seconds to import
    from local.banner import banner  # noqa: PLC0415
    from local.cloud import LocalCloud  # noqa: PLC0415
    from local.demo import desk_links  # noqa: PLC0415
    from local.demo_document import put_demo_document  # noqa: PLC0415
    from local.demo_sign_in import add_demo_sign_in  # noqa: PLC0415

    relay = None
    if options.relay:
        from local.relay import PROGRAM, relay_here  # noqa: PLC0415 - only who asks for one

        relay = relay_here()
        if relay is None:
            print(f"linkgate local: --relay needs coturn's {PROGRAM} on this machine", file=sys.stderr)
            return 1
        _at_end.append(relay.start().stop)
    try:
        cloud = LocalCloud(
            options.template,
            domain=server.address,
            dynamodb_endpoint=options.endpoint_url,
            over_http=True,
            parameters=relay.parameters if relay else None,
        )
        cloud.start()
    except RealEndpointError as error:
        print(f"linkgate local: {error}", file=sys.stderr)
        return 1
    if relay:
        relay.share(cloud)
    put_demo_document(wiring.deps(), cloud.aws.objects, cloud.environment()["FILES_BUCKET"])
    add_demo_sign_in(cloud, wiring.deps())
    cloud.pump.start()
    server.application, server.live = cloud.handle, cloud.live
    gc.freeze()
    gc.enable()
    base = f"http://{server.address}"
    exposed = not ipaddress.ip_address(str(server.server_address[0])).is_loopback
    seconds = time.monotonic() - started
    if options.quiet:
        print(f"Linkgate is running at {base}", flush=True)
    else:
        print(banner(base, seconds, desk_links(wiring.deps(), base), exposed=exposed), flush=True)
    server.serve_forever()
    return 0


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="linkgate local", description="Run the whole system on this machine.")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default %(default)s)")
    parser.add_argument("--port", default=3000, type=_port, help="port to listen on (default %(default)s)")
    parser.add_argument("--endpoint-url", metavar="URL", help="use another DynamoDB, such as DynamoDB Local")
    parser.add_argument("--relay", action="store_true", help="relay calls over coturn, if it is on this machine")
    parser.add_argument("--quiet", action="store_true", help="print neither sample calls nor a line per request")
    template = Path(__file__).resolve().parent.parent / "template.yaml"
    parser.add_argument("--template", default=template, type=Path, help=argparse.SUPPRESS)
    return parser.parse_args(arguments)
