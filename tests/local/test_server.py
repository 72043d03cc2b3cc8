"""HTTP server below the gateway, over real sockets."""

from __future__ import annotations

import http.client
import socket
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from local.http_messages import HttpRequest, HttpResponse
from local.server import LARGEST_BODY, LocalServer

if TYPE_CHECKING:
    from collections.abc import Iterator


def echo(request: HttpRequest) -> HttpResponse:
    """Echo the request. `/empty` has no body, `/cookies` has two cookies, and `/slow` takes half a second."""
    if request.path == "/empty":
        return HttpResponse(204, route="DELETE /empty")
    if request.path == "/slow":
        threading.Event().wait(0.5)
    headers = [("Content-Type", "text/plain")]
    if request.path == "/cookies":
        headers += [("Set-Cookie", "a=1"), ("Set-Cookie", "b=2"), ("X-Name", "ñ")]
    text = f"{request.method} {request.target} {len(request.body)} {request.body[:20]!r} {request.header('x-asked')}"
    return HttpResponse(200, tuple(headers), text.encode(), "POST /echo/{secret}")


@pytest.fixture
def server() -> Iterator[LocalServer]:
    with LocalServer(("127.0.0.1", 0), quiet=False) as started:
        started.application = echo
        thread = threading.Thread(target=started.serve_forever, args=(0.01,))
        thread.start()
        yield started
        started.shutdown()
        thread.join()


def connect(server: LocalServer) -> http.client.HTTPConnection:
    return http.client.HTTPConnection("127.0.0.1", server.server_address[1], timeout=30)


def raw(server: LocalServer, sent: bytes) -> bytes:
    """Return what the server sends until it closes the connection or falls silent."""
    with socket.create_connection(("127.0.0.1", server.server_address[1]), timeout=10) as connection:
        connection.sendall(sent)
        received = b""
        try:
            while piece := connection.recv(65536):
                received += piece
        except TimeoutError:
            pass
        return received


def test_a_request_goes_in_and_its_response_comes_out(server: LocalServer) -> None:
    connection = connect(server)
    connection.request("POST", "/a%20b?c=d%26", b"hello", {"X-Asked": "yes"})
    response = connection.getresponse()

    assert response.status == 200
    assert response.read() == b"POST /a%20b?c=d%26 5 b'hello' yes"
    connection.request("GET", "/again")
    assert connection.getresponse().read().startswith(b"GET /again 0")
    connection.close()


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "OPTIONS", "PROPFIND"])
def test_every_method_reaches_the_gateway(server: LocalServer, method: str) -> None:
    connection = connect(server)
    connection.request(method, "/")
    assert connection.getresponse().read().startswith(method.encode())
    connection.close()


def test_head_has_the_headers_and_no_body(server: LocalServer) -> None:
    answer = raw(server, b"HEAD /x HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")

    head, _, body = answer.partition(b"\r\n\r\n")
    assert b"Content-Length: 14" in head
    assert body == b""


def test_no_content_has_no_length_and_the_connection_lives_on(server: LocalServer) -> None:
    connection = connect(server)
    connection.request("DELETE", "/empty")
    response = connection.getresponse()
    assert (response.status, response.getheader("Content-Length"), response.read()) == (204, None, b"")
    connection.request("GET", "/")
    assert connection.getresponse().status == 200
    connection.close()


def test_each_cookie_is_a_header_of_its_own(server: LocalServer) -> None:
    connection = connect(server)
    connection.request("GET", "/cookies")
    response = connection.getresponse()

    assert response.headers.get_all("Set-Cookie") == ["a=1", "b=2"]
    assert (response.getheader("X-Name") or "").encode("latin-1").decode() == "ñ"
    response.read()
    connection.close()


def test_a_chunked_body_is_read_whole(server: LocalServer) -> None:
    answer = raw(
        server,
        b"POST /c HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
        b"5\r\nhello\r\n6;ext=1\r\n world\r\n0\r\nTrailer: x\r\n\r\n",
    )

    assert b"POST /c 11 b'hello world'" in answer


def test_the_client_is_told_to_continue(server: LocalServer) -> None:
    answer = raw(
        server,
        b"POST /c HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2\r\nConnection: close\r\n\r\nhi",
    )

    assert answer.startswith(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK")


def test_a_large_body_arrives_and_the_rest_of_a_larger_one_is_not_kept(server: LocalServer) -> None:
    for size, kept in ((LARGEST_BODY, LARGEST_BODY), (LARGEST_BODY + 10_000, LARGEST_BODY + 1)):
        connection = connect(server)
        connection.request("POST", "/big", b"x" * size)
        assert connection.getresponse().read().split()[2] == str(kept).encode()
        connection.close()


@pytest.mark.parametrize(
    "head",
    [
        b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: many\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
        b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"GET / HTTP/9.9\r\nHost: x\r\n\r\n",
        b"nonsense\r\n\r\n",
        b"GET /" + b"x" * 70000 + b" HTTP/1.1\r\n\r\n",
    ],
)
def test_what_is_no_http_is_refused_and_the_server_lives_on(
    server: LocalServer, head: bytes, capsys: pytest.CaptureFixture[str]
) -> None:
    answer = raw(server, head)

    assert b" 4" in answer[:20] or b" 505 " in answer[:20]
    assert b'{"message":' in answer
    assert b"Connection: close" in answer
    assert raw(server, b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").startswith(b"HTTP/1.1 200")
    assert "Traceback" not in capsys.readouterr().err


def test_requests_are_served_at_the_same_time(server: LocalServer) -> None:
    import time

    def slow(_: int) -> int:
        connection = connect(server)
        connection.request("GET", "/slow")
        status = connection.getresponse().status
        connection.close()
        return status

    started = time.monotonic()
    with ThreadPoolExecutor(40) as pool:
        assert list(pool.map(slow, range(40))) == [200] * 40
    assert time.monotonic() - started < 10, "one after the other they take 20 s"


def test_the_log_has_method_route_and_status_and_nothing_of_the_request(
    server: LocalServer, capsys: pytest.CaptureFixture[str]
) -> None:
    connection = connect(server)
    connection.request("POST", "/private/path?query=private", b"private body", {"X-Asked": "private header"})
    connection.getresponse().read()
    connection.request("SECRET-METHOD", "/")
    connection.getresponse().read()
    connection.close()

    assert capsys.readouterr().out.splitlines() == ["POST /echo/{secret} 200", "? POST /echo/{secret} 200"]


def test_a_fault_of_the_runner_itself_is_a_500_and_a_traceback(
    server: LocalServer, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(_: HttpRequest) -> HttpResponse:
        raise LookupError("internal")

    server.application = fail
    connection = connect(server)
    connection.request("GET", "/")
    response = connection.getresponse()

    assert response.status == 500
    assert b"internal" not in response.read()
    assert "LookupError: internal" in capsys.readouterr().err
    connection.close()


def test_a_client_that_hangs_up_is_no_error(server: LocalServer, capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_connection(("127.0.0.1", server.server_address[1])) as connection:
        connection.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\npart")
    assert raw(server, b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").startswith(b"HTTP/1.1 200")

    assert "Traceback" not in capsys.readouterr().err


def test_a_name_that_leads_here_is_refused_before_anything_answers(server: LocalServer) -> None:
    reply = raw(server, b"GET /_local/outbox HTTP/1.1\r\nHost: rebind.evil.example\r\nConnection: close\r\n\r\n")

    assert reply.startswith(b"HTTP/1.1 403 ")
    assert b"is not the runner's" in reply
