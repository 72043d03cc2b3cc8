"""Requests over kept connections, to servers that hang up, stay silent, lie, or are somebody else."""

from __future__ import annotations

import select
import socket
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

import pytest
from botocore import exceptions
from cryptography.hazmat.primitives.serialization import Encoding

from linkgate.aws.endpoint import Endpoint
from linkgate.aws.signature import Keys, Signer
from tests.support.certificates import Authority
from tests.support.scripted_server import Script, breaks_off, hangs_up, resets, says, serving

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable, Iterator
    from http.server import BaseHTTPRequestHandler
    from pathlib import Path

    from linkgate.aws.exchange import Answer

    Speech = Callable[["Server", socket.socket], None]

FINE = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"
PATIENCE = 0.2
"""Seconds after which a silent server is given up."""


def endpoint(url: str, roots: str | None = None) -> Endpoint:
    keys, seconds = Keys("key", "secret", None), (5.0, 5.0)
    signer = Signer("dynamodb", "eu-west-1")
    return Endpoint(url, signer, keys, seconds, roots) if roots else Endpoint(url, signer, keys, seconds)


def asked(at: Endpoint) -> Answer:
    return at.send("POST", "/", {"content-type": "text/plain"}, b"body")


class Server:
    """Server on loopback. It passes each connection to the next of its speeches, and counts requests."""

    def __init__(self, speeches: tuple[Speech, ...], context: ssl.SSLContext | None) -> None:
        self.requests = 0
        self.connections = 0
        self._speeches = speeches
        self._context = context
        self._listening = socket.create_server(("127.0.0.1", 0))
        self._open = self._listening
        self.url = f"http{'s' if context else ''}://localhost:{self._listening.getsockname()[1]}"
        self._thread = threading.Thread(target=self._accept, daemon=True)
        self._thread.start()

    def _accept(self) -> None:
        for speech in self._speeches:
            try:
                raw, _ = self._listening.accept()
            except OSError:
                return
            with raw, suppress(OSError):  # a handshake that the client breaks off
                connection = self._context.wrap_socket(raw, server_side=True) if self._context else raw
                with connection:
                    self.connections += 1
                    self._open = connection
                    speech(self, connection)

    def read(self, connection: socket.socket) -> bool:
        """Read a request. Returns False if the client hung up."""
        received = b""
        while not received.endswith(b"body"):
            more = connection.recv(65536)
            if not more:
                return False
            received += more
        self.requests += 1
        return True

    def close(self) -> None:
        for each in (self._listening, self._open):
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        self._thread.join()


@contextmanager
def speaking(*speeches: Speech, context: ssl.SSLContext | None = None) -> Iterator[Server]:
    server = Server(speeches, context)
    try:
        yield server
    finally:
        server.close()


def until_readable(at: Endpoint) -> None:
    """Wait until something, or the end, has arrived over the kept connection."""
    assert select.select([at._idle[0]], [], [], 10)[0]  # noqa: SLF001 - what must have happened before the next request


def answers_all(server: Server, connection: socket.socket) -> None:
    while server.read(connection):
        connection.sendall(FINE)


def answers_once(server: Server, connection: socket.socket) -> None:
    server.read(connection)
    connection.sendall(FINE)


def test_a_connection_serves_many_requests() -> None:
    with speaking(answers_all) as server:
        at = endpoint(server.url)
        assert [asked(at)[0] for _ in range(5)] == [200] * 5

    assert (server.connections, server.requests) == (1, 5)


def test_a_connection_that_was_closed_meanwhile_costs_no_attempt() -> None:
    with speaking(answers_once, answers_once, answers_once) as server:
        at = endpoint(server.url)
        for _ in range(3):
            assert asked(at).content == b"{}"
            until_readable(at)

    assert (server.connections, server.requests) == (3, 3)


def test_several_requests_at_once_have_connections_of_their_own() -> None:
    together = threading.Barrier(2)

    def answers_with_the_other(handler: BaseHTTPRequestHandler) -> None:
        together.wait(10)
        says(200, {})(handler)

    script = Script()
    script.answers = [answers_with_the_other]
    with serving(script) as url:
        at = endpoint(url)
        with ThreadPoolExecutor(2) as pool:
            answers = list(pool.map(lambda _: asked_json(at).status, range(2)))

    assert answers == [200, 200]


def asked_json(at: Endpoint) -> Answer:
    return at.send("POST", "/", {"content-type": "application/json"}, b"{}")


def test_what_a_server_said_too_much_is_no_answer_to_the_next_request() -> None:
    both_were_read = threading.Event()

    def says_too_much(server: Server, connection: socket.socket) -> None:
        server.read(connection)
        connection.sendall(FINE + b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nfalse")
        server.read(connection)
        connection.sendall(FINE)
        both_were_read.wait(10)
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nlater")
        server.read(connection)

    with speaking(says_too_much, answers_once) as server:
        at = endpoint(server.url)
        assert [asked(at).content for _ in range(2)] == [b"{}"] * 2
        both_were_read.set()
        until_readable(at)
        assert asked(at).content == b"{}"

    assert server.connections == 2


def test_an_answer_without_a_length_ends_with_the_connection() -> None:
    def unbounded(server: Server, connection: socket.socket) -> None:
        server.read(connection)
        connection.sendall(b"HTTP/1.0 200 OK\r\n\r\nall of it")

    with speaking(unbounded, answers_once) as server:
        at = endpoint(server.url)
        assert asked(at).content == b"all of it"
        assert asked(at).content == b"{}"


@pytest.mark.parametrize(
    "said",
    [
        b"HTTP/1.1 200\r\nCONTENT-LENGTH:3\r\n\r\nabc",
        b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2;of=3\r\nab\r\n01\r\nc\r\n0\r\nX-Sum: 3\r\n\r\n",
    ],
)
def test_each_form_of_an_answer_is_read_to_its_end(said: bytes) -> None:
    def says_byte_by_byte(server: Server, connection: socket.socket) -> None:
        while server.read(connection):
            for place in range(len(said)):
                connection.sendall(said[place : place + 1])

    with speaking(says_byte_by_byte) as server:
        at = endpoint(server.url)
        assert [asked(at)[::2] for _ in range(3)] == [(200, b"abc")] * 3

    assert server.connections == 1


@pytest.mark.parametrize("said", [b"HTTP/1.1 204 No Content\r\n\r\n", b"HTTP/1.1 304 Not Modified\r\nETag: x\r\n\r\n"])
def test_an_answer_that_has_no_body_ends_with_its_headers(said: bytes) -> None:
    """API Gateway answers so when a connection is closed."""

    def says_nothing(server: Server, connection: socket.socket) -> None:
        while server.read(connection):
            connection.sendall(said)

    with speaking(says_nothing) as server:
        at = endpoint(server.url)
        assert [asked(at).content for _ in range(2)] == [b""] * 2

    assert (server.connections, server.requests) == (1, 2)


def test_a_connection_that_ends_with_the_answer_is_not_used_again() -> None:
    def says_its_last(server: Server, connection: socket.socket) -> None:
        server.read(connection)
        connection.sendall(FINE.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"))
        server.read(connection)

    with speaking(says_its_last, answers_once) as server:
        at = endpoint(server.url)
        assert [asked(at).content for _ in range(2)] == [b"{}"] * 2

    assert (server.connections, server.requests) == (2, 2)


@pytest.mark.parametrize("answer", [hangs_up, resets, breaks_off])
def test_an_answer_that_breaks_off_is_a_closed_connection(answer: object) -> None:
    script = Script()
    script.answers = [answer, says(200, {})]  # type: ignore[list-item] # one of three kinds of answer
    with serving(script) as url:
        at = endpoint(url)
        with pytest.raises(exceptions.ConnectionClosedError):
            asked_json(at)
        assert len(script.asked) == 1, "whether to ask again is the caller's choice"
        assert asked_json(at).status == 200


@pytest.mark.parametrize(
    "said",
    [
        b"nonsense\r\n\r\n",
        b"HTTP/2 200\r\nContent-Length: 2\r\n\r\n{}",
        b"HTTP/1.1 2x0 OK\r\nContent-Length: 2\r\n\r\n{}",
        b"HTTP/1.1 200 OK\nContent-Length: 2\n\n{}",
        b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nshort",
        b"HTTP/1.1 200 OK\r\nContent-Length: -2\r\n\r\n{}",
        b"HTTP/1.1 200 OK\r\nContent-Length: 0x2\r\n\r\n{}",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\nContent-Length: 2\r\n\r\n{}",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-2\r\nab\r\n0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nabc\r\n0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n0\r\n",
        b"HTTP/1.1 200 OK\r\nX: " + b"x" * 2**17,
        b"HTTP/1.1 200 OK\r\n" + b"".join(b"X-%d: x\r\n" % number for number in range(200)) + b"\r\n",
    ],
)
def test_what_is_no_whole_answer_is_a_closed_connection(said: bytes) -> None:
    def lies(server: Server, connection: socket.socket) -> None:
        server.read(connection)
        connection.sendall(said)

    with speaking(lies) as server, pytest.raises(exceptions.ConnectionClosedError):
        asked(endpoint(server.url))


def test_a_silent_server_is_given_up_and_its_late_answer_never_read() -> None:
    release = threading.Event()

    def is_late(server: Server, connection: socket.socket) -> None:
        server.read(connection)
        release.wait(10)
        connection.sendall(FINE)

    with speaking(is_late, answers_once) as server:
        at = Endpoint(server.url, Signer("ses", "eu-west-1"), Keys("a", "b", None), (60.0, PATIENCE))
        with pytest.raises(exceptions.ReadTimeoutError):
            asked(at)
        release.set()
        assert asked(at).content == b"{}"

    assert server.connections == 2


def test_no_server_is_a_connection_error() -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]

    with pytest.raises(exceptions.EndpointConnectionError):
        asked(endpoint(f"http://127.0.0.1:{port}"))
    with pytest.raises(exceptions.EndpointConnectionError):
        asked(endpoint("http://name.invalid"))


def test_a_handshake_without_end_is_a_connect_timeout() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"https://localhost:{silent.getsockname()[1]}"
        at = Endpoint(url, Signer("ses", "eu-west-1"), Keys("a", "b", None), (PATIENCE, 5.0))
        with pytest.raises(exceptions.ConnectTimeoutError):
            asked(at)


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority.made(tmp_path_factory.mktemp("authority"))


@pytest.fixture
def roots(authority: Authority, tmp_path: Path) -> str:
    file = tmp_path / "roots.pem"
    file.write_bytes(authority.certificate.public_bytes(Encoding.PEM))
    return str(file)


def test_a_server_with_its_own_name_and_a_trusted_certificate_is_called(authority: Authority, roots: str) -> None:
    with speaking(answers_all, context=authority.server("localhost")) as server:
        at = endpoint(server.url, roots)
        assert [asked(at).content for _ in range(3)] == [b"{}"] * 3

    assert (server.connections, server.requests) == (1, 3)


def test_a_kept_connection_that_was_closed_over_tls_costs_no_attempt(authority: Authority, roots: str) -> None:
    with speaking(answers_once, answers_once, context=authority.server("localhost")) as server:
        at = endpoint(server.url, roots)
        for _ in range(2):
            assert asked(at).content == b"{}"
            until_readable(at)

    assert server.requests == 2


@pytest.mark.parametrize(("name", "trusted"), [("elsewhere.example", True), ("localhost", False)])
def test_another_name_and_an_unknown_certificate_are_refused_before_anything_is_sent(
    name: str, *, trusted: bool, authority: Authority, roots: str
) -> None:
    with speaking(answers_once, context=authority.server(name)) as server:
        at = endpoint(server.url, roots) if trusted else endpoint(server.url)
        with pytest.raises(exceptions.SSLError, match="certificate verify failed"):
            asked(at)

    assert server.requests == 0
