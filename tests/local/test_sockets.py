"""Sockets of the local runner, over real connections with a client of its own."""

from __future__ import annotations

import contextlib
import json
import random
import socket
import threading
import time
import urllib.request
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin, Subprotocol

from local import demo
from tests.support.local_runner import Runner

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="module")
def runner(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Runner]:
    started = Runner(tmp_path_factory.mktemp("sockets"), "--quiet")
    yield started
    started.stop()


def ticket(runner: Runner) -> dict[str, Any]:
    """Make a form for two, open it and ask for a ticket."""
    body = {
        "apiVersion": "1",
        "apiKey": demo.EASYSEND_KEY,
        "customerId": demo.EASYSEND_CUSTOMER,
        "processId": demo.PROCESS,
        "serializedModel": {},
        "coBrowsingRoles": ["adviser"],
    }
    _, made = runner.call("POST", "/player/api/generate-link", body, **{"Content-Type": "application/json"})
    split = urlsplit(made["link"])
    rid = split.path.removeprefix("/l/")
    headers = {"Content-Type": "application/json", "Accept": "application/json"}
    opened = urllib.request.Request(  # noqa: S310 - http, our own
        f"{runner.base}{split.path}", json.dumps({"secret": split.fragment}).encode(), headers, method="POST"
    )
    with urllib.request.urlopen(opened, timeout=30) as response:  # noqa: S310 - http, our own
        cookie = response.headers["Set-Cookie"].partition(";")[0]
    status, given = runner.call("POST", f"/v/{rid}/live", {}, **headers, Cookie=cookie)
    assert status == 200, given
    found: dict[str, Any] = given
    return found


def opened(runner: Runner, given: str | None = None, max_size: int | None = 2**20) -> ClientConnection:
    asked = ticket(runner) if given is None else {"url": runner.base.replace("http", "ws") + "/live", "ticket": given}
    return connect(
        asked["url"],
        subprotocols=[Subprotocol("linkgate.v1"), Subprotocol(f"ticket.{asked['ticket']}")],
        origin=Origin(runner.base),
        proxy=None,
        max_size=max_size,
    )


def test_a_socket_on_the_same_port_takes_messages_and_gives_answers(runner: Runner) -> None:
    with opened(runner) as page:
        assert page.subprotocol == "linkgate.v1"
        page.send('{"t":"hello","id":"1"}')
        state = json.loads(page.recv(timeout=10))

    assert (state["t"], [person["role"] for person in state["people"]]) == ("state", [""])


def test_a_wrong_ticket_is_refused_before_the_handshake(runner: Runner) -> None:
    with pytest.raises(InvalidStatus) as refused, opened(runner, "A" * 22):
        pass

    assert refused.value.response.status_code == 401


def test_messages_and_frames_have_the_gateways_limits(runner: Runner) -> None:
    with opened(runner, max_size=None) as page:
        page.send("x" * (33 * 1024))
        with pytest.raises(ConnectionClosed) as closed:
            page.recv(timeout=10)
    assert closed.value.rcvd
    assert closed.value.rcvd.code == 1009


def test_a_page_learns_that_a_socket_was_cut(runner: Runner) -> None:
    with opened(runner) as page:
        page.send('{"t":"hello"}')
        page.recv(timeout=10)
        assert runner.call("DELETE", "/_local/sockets")[1]["cut"] >= 1
        with pytest.raises(ConnectionClosed):
            page.recv(timeout=10)


def test_other_paths_have_no_sockets(runner: Runner) -> None:
    with (
        pytest.raises(InvalidStatus) as refused,
        connect(runner.base.replace("http", "ws") + "/l/x", proxy=None),
    ):
        pass

    assert refused.value.response.status_code == 403


def test_hostile_bytes_break_nothing(runner: Runner) -> None:
    """Random frames from four sockets: every one is closed or refused, and the next page is served."""
    threads = [threading.Thread(target=_attack, args=(runner, seed)) for seed in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)

    with opened(runner) as page:
        page.send('{"t":"hello"}')
        assert json.loads(page.recv(timeout=10))["t"] == "state"
    assert "Traceback" not in runner.errors.read_text()


def _attack(runner: Runner, seed: int) -> None:
    rng = random.Random(seed)  # noqa: S311 - the same attack each time
    until = time.monotonic() + 3
    while time.monotonic() < until:
        asked = ticket(runner)
        url = urlsplit(asked["url"])
        with socket.create_connection((url.hostname, url.port), timeout=5) as raw, contextlib.suppress(OSError):
            raw.sendall(
                (
                    f"GET /live HTTP/1.1\r\nHost: {url.netloc}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                    f"Origin: {runner.base}\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                    "Sec-WebSocket-Version: 13\r\n"
                    f"Sec-WebSocket-Protocol: linkgate.v1, ticket.{asked['ticket']}\r\n\r\n"
                ).encode()
            )
            assert b"101" in raw.recv(4096).split(b"\r\n")[0]
            for _ in range(200):
                raw.sendall(_frame(rng))


def _frame(rng: random.Random) -> bytes:
    """Return a frame that may have no mask, a wrong length, an unknown opcode, or any text."""
    payload = rng.choice(
        [
            rng.randbytes(rng.randrange(126)),
            b'{"t":"hello"}',
            b'{"t":' + b"[" * 50,
            b'{"t":"set","f":"/a","v":"x","base":0}',
            json.dumps({"t": "beat", "rid": "x" * 22, "deep": {"a": [{}] * 5}}).encode(),
        ]
    )
    opcode = rng.choice([1, 1, 1, 1, 1, 2, 0, 3, 8, 9, 10, 15]) if rng.random() < 0.2 else 1
    first = bytes([(0x80 if rng.random() < 0.97 else 0) | opcode])
    length = bytes([0x80 | len(payload)])
    if rng.random() < 0.01:
        return first + bytes([len(payload)]) + payload
    mask = rng.randbytes(4)
    return first + length + mask + bytes(byte ^ mask[i % 4] for i, byte in enumerate(payload))
