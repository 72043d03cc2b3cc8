"""Sockets of the local runner, over real connections with a client of its own."""

from __future__ import annotations

import contextlib
import json
import os
import random
import resource
import socket
import time
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin, Subprotocol

from local import demo
from tests.support.local_runner import Runner

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


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
    opened = urllib.request.Request(
        f"{runner.base}{split.path}", json.dumps({"secret": split.fragment}).encode(), headers, method="POST"
    )
    with urllib.request.urlopen(opened, timeout=30) as response:
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


SECONDS = float(os.environ.get("HOSTILE_SECONDS", "3"))
"""Time of the attack. `HOSTILE_SECONDS=30` is the whole of it, up to 100,000 frames."""
FRAMES = 25_000
"""Most frames of each of four attackers."""
GROWTH = 64 * 2**20
"""Bytes by which the runner may grow. It holds the links that the attackers made, and their presences."""


def test_hostile_frames_break_nothing(runner: Runner, record_property: Callable[[str, object], None]) -> None:
    """Every frame of four attackers is refused or its socket closed, nothing stays, and the next page is served."""
    _attack(runner, 99, until=time.monotonic() + 1)  # loads what is loaded at first use
    before, cut = _memory(runner), _kept(runner)
    with ThreadPoolExecutor(4) as pool:
        until = time.monotonic() + SECONDS
        attacks = [pool.submit(_attack, runner, seed, until) for seed in range(4)]
        sent = sum(attack.result() for attack in attacks)

    with opened(runner) as page:
        page.send('{"t":"hello"}')
        assert json.loads(page.recv(timeout=10))["t"] == "state"
    grown = _memory(runner) - before
    record_property("measured", f"{sent} hostile frames in {SECONDS:g} s; the runner grew by {grown / 2**20:.1f} MB")
    assert sent > 50
    assert grown < GROWTH
    assert "Traceback" not in runner.errors.read_text()
    deadline = time.monotonic() + 20  # the ends of the last sockets are handled meanwhile
    while _kept(runner) - cut and time.monotonic() < deadline:
        time.sleep(0.2)
    assert _kept(runner) - cut == set()


def _kept(runner: Runner) -> set[str]:
    """Return the connections and tickets in the table. Sockets that another test cut leave theirs there."""
    items = runner.call("GET", "/_local/table")[1]
    return {item["pk"] for item in items if item["pk"].startswith(("conn#", "ticket#"))}


def _memory(runner: Runner) -> int:
    """Return the bytes that the runner has in memory."""
    pages = int(Path(f"/proc/{runner.process.pid}/statm").read_text().split()[1])
    return pages * resource.getpagesize()


def _attack(runner: Runner, seed: int, until: float) -> int:
    """Send hostile frames over one socket after the other, and return their number. None is answered with a failure."""
    rng, sent = random.Random(seed), 0
    while time.monotonic() < until and sent < FRAMES:
        asked = ticket(runner)
        url = urlsplit(asked["url"])
        got = bytearray()
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
                sent += 1
            raw.shutdown(socket.SHUT_WR)
            while part := raw.recv(65536):
                got += part
        assert b"Internal server error" not in got
    return sent


def _frame(rng: random.Random) -> bytes:
    """Return a frame with anything in it. A few break the protocol, which ends the socket."""
    payload = rng.choice(
        [
            rng.randbytes(rng.randrange(126)),  # hardly ever UTF-8
            b'{"t":"hello"}',
            b'{"t":' + b"[" * 50,
            b'{"t":"hello","x":' + b"[" * 8_000 + b"]" * 8_000 + b"}",
            b'{"t":"set","set":[{"f":7,"v":{},"base":"0"}]}',
            b'{"t":"typing","f":{},"x":[null]}',
            b'{"t":"accept","rid":"' + b"A" * 22 + b'"}',
            b'{"t":"$connect"}',
            json.dumps({"t": "beat", "rid": "x" * 22, "deep": {"a": [{}] * 5}}).encode(),
        ]
    )
    broken = rng.random()
    if broken < 0.003:
        return _framed(b"x" * 33 * 1024)  # larger than a frame may be
    if broken < 0.005:  # larger than a message may be
        part = b"x" * 31 * 1024
        return _framed(part, fin=False) + _framed(part, 0, fin=False) * 3 + _framed(part, 0)
    if broken < 0.01:
        return _framed(payload, mask=False)
    if broken < 0.015:
        return _framed(payload)[:-1]  # the next frame begins within this one
    return _framed(payload, rng.choice([2, 0, 3, 8, 9, 10, 15]) if broken < 0.04 else 1, fin=rng.random() < 0.99)


def _framed(payload: bytes, opcode: int = 1, *, fin: bool = True, mask: bool = True) -> bytes:
    """Return a frame. Its mask is of zeros, which changes nothing."""
    first, size = bytes([0x80 * fin | opcode]), len(payload)
    length = bytes([0x80 * mask | size]) if size < 126 else bytes([0x80 * mask | 126]) + size.to_bytes(2)
    return first + length + bytes(4 * mask) + payload
