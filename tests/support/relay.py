"""Coturn on this machine, for tests of relays."""

from __future__ import annotations

import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from cli.turn_client import TurnClient, TurnFailed
from local.relay import Relay, relay_here
from tests.support.machine import require_commands

if TYPE_CHECKING:
    from collections.abc import Iterator

PATIENCE = 30.0


@contextmanager
def running_relay() -> Iterator[Relay]:
    """Yield a relay that answers. Skips the test on a machine without coturn."""
    require_commands("a relay", "turnserver")
    relay = relay_here()
    assert relay
    try:
        relay.start()
        _wait_for(relay)
        yield relay
    finally:
        relay.stop()


def _wait_for(relay: Relay) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        try:
            with TurnClient(relay.url, "nobody", "") as client:
                client.allocate()
        except TurnFailed as error:
            if "refused with 401" in str(error):
                return
        time.sleep(0.02)  # until another process listens
    raise AssertionError("the relay does not answer")
