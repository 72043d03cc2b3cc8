"""`linkgate local --relay`: calls get credentials that coturn on this machine accepts."""

from __future__ import annotations

import dataclasses
import time
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from cli.turn_client import TurnClient, TurnFailed
from linkgate import wiring
from tests.support.cloud import DOMAIN, TEMPLATE, Cloud
from tests.support.relay import running_relay

if TYPE_CHECKING:
    from collections.abc import Iterator

    from linkgate.model.ice import IceServer
    from local.relay import Relay


@pytest.fixture(scope="module")
def relay() -> Iterator[Relay]:
    with running_relay() as started:
        yield started


def server(relay: Relay, moved: timedelta = timedelta()) -> IceServer:
    """Return the credential that a call gets at a moment."""
    with Cloud(TEMPLATE, domain=DOMAIN, portal_url="", parameters=relay.parameters) as cloud:
        relay.share(cloud)
        deps = wiring.deps()
        found = deps.relays.at_hand(deps.now() + moved)
        assert found
        (only,) = found.servers
        return only


@pytest.mark.parametrize("transport", ["udp", "tcp"])
def test_the_relay_accepts_the_credential_of_a_call(relay: Relay, transport: str) -> None:
    given = server(relay)

    with TurnClient(given.urls[0].replace("udp", transport), given.username or "", given.credential or "") as client:
        assert client.allocate().startswith("127.0.0.1:")
        assert client.refresh(600) == 600
        assert client.refresh(0) == 0


def test_the_relay_refuses_a_credential_that_has_ended_or_is_wrong(relay: Relay) -> None:
    old, good = server(relay, -timedelta(minutes=11)), server(relay)

    for each in (old, dataclasses.replace(good, credential="wrong"), dataclasses.replace(good, username="1:x")):
        client = TurnClient(each.urls[0], each.username or "", each.credential or "")
        with client, pytest.raises(TurnFailed, match="refused with 401"):
            client.allocate()


def test_an_allocation_outlives_its_credential(relay: Relay) -> None:
    """Calls last longer than ten minutes. The relay judges a credential when a way is opened."""
    given = server(relay, -timedelta(minutes=10) + timedelta(seconds=1))

    with TurnClient(given.urls[0], given.username or "", given.credential or "") as client:
        client.allocate()
        time.sleep(2.1)  # coturn has no clock that can be moved
        assert client.refresh(600) == 600
