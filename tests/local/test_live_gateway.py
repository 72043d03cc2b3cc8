"""The gateway of sockets ends without leaving work behind."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any, cast

from local.clock import Clock
from local.connections import Connections
from local.faults import Faults
from local.live_gateway import LiveGateway

if TYPE_CHECKING:
    from local.functions import Functions

PATIENCE = 30


class SlowFunctions:
    """Functions that end only when they are let go."""

    def __init__(self) -> None:
        self.began, self.let_go = threading.Event(), threading.Event()
        self.handled: list[str] = []

    def invoke(self, _name: str, event: dict[str, Any]) -> None:
        self.began.set()
        assert self.let_go.wait(PATIENCE)
        self.handled.append(event["requestContext"]["eventType"])


class Wire:
    """A browser's end that notes its end."""

    code: int | None = None

    def send(self, text: str) -> None:
        """Take a message."""

    def close(self, code: int) -> None:
        self.code = code


def test_a_gateway_that_stops_waits_for_what_it_began_and_begins_nothing_more() -> None:
    clock, functions, left, stays = Clock(), SlowFunctions(), Wire(), Wire()
    connections = Connections(clock, Faults())
    routes = {"$default": "Act", "$disconnect": "End"}
    gateway = LiveGateway(routes, cast("Functions", functions), "127.0.0.1", clock, connections, parallel=True)
    gateway.open("left", left, "127.0.0.1")
    gateway.open("stays", stays, "127.0.0.1")
    gateway.lost("left", 1001)
    assert functions.began.wait(PATIENCE)
    threading.Timer(0.2, functions.let_go.set).start()

    gateway.stop()

    assert functions.handled == ["DISCONNECT"]
    assert stays.code == 1006
    gateway.receive("stays", "{}")
    gateway.lost("stays", 1001)
    assert functions.handled == ["DISCONNECT"]
