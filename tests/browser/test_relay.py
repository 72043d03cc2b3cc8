"""Calls over a relay: coturn on this machine, with credentials that end."""

from __future__ import annotations

import base64
import hmac
import json
import time
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from linkgate import wiring
from linkgate.model.tenant import Category
from linkgate.store.tenants import DynamoTenants
from local.relay import PROGRAM, relay_here
from tests.browser.test_meeting import write
from tests.support.machine import require_commands
from tests.support.meeting import SOON, THROUGH, state, talk, use
from tests.support.portal import TENANTS, served

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import WebSocketRoute

    from local.relay import Relay
    from tests.support.cloud import Cloud
    from tests.support.meeting import Meeting

    Meet = Callable[..., Meeting]

pytestmark = pytest.mark.parametrize("portal", ["en"], indirect=True)


@pytest.fixture(scope="module")
def relay() -> Iterator[Relay]:
    require_commands("a call over a relay", PROGRAM)
    made = relay_here()
    assert made
    try:
        yield made.start()
    finally:
        made.stop()


@pytest.fixture(scope="module")
def portal_cloud(relay: Relay) -> Iterator[Cloud]:
    """Yield a cloud whose calls must go over the relay."""
    with served(relay.parameters) as cloud:
        relay.share(cloud)
        tenants = wiring.deps().tenants
        assert isinstance(tenants, DynamoTenants)
        tenants.put_definition(TENANTS["en"].id, Category("desk", "Customer service", relay=True))
        yield cloud


KEPT = """() => { const made = RTCPeerConnection; window.connections = [];
  window.RTCPeerConnection = class extends made {
    constructor(...given) { super(...given); window.connections.push(this); } }; }"""
"""Lets a test ask the connections of a page for their ways."""


def test_a_call_that_must_go_over_a_relay_does(meet: Meet) -> None:
    def keep(meeting: Meeting) -> None:
        for page in meeting.pages:
            page.add_init_script(f"({KEPT})()")

    meeting = meet(prepare=keep)
    talk(meeting)

    for page in meeting.pages:
        ways = page.evaluate("""async () => {
          const stats = [...(await window.connections.at(-1).getStats()).values()];
          const pairs = stats.filter(each => each.type === 'candidate-pair' && each.nominated);
          return pairs.map(pair => stats.find(each => each.id === pair.localCandidateId).candidateType); }""")
        assert set(ways) == {"relay"}
    sent = [candidate["candidate"] for _, frame in meeting.frames for candidate in frame.get("c", ())]
    assert sent
    assert {each.partition(" typ ")[2].partition(" ")[0] for each in sent} == {"relay"}


def test_expired_credentials_of_a_relay_leave_writing(meet: Meet, relay: Relay) -> None:
    def end_credentials(meeting: Meeting) -> None:
        for page in meeting.pages:
            page.route_web_socket("**/live", lambda socket: expire(socket, relay.secret))

    meeting = meet(prepare=end_credentials)
    use(meeting.customer)
    meeting.accept()
    use(meeting.desk)

    for page in meeting.pages:
        expect(state(page)).to_have_text(THROUGH, timeout=2 * SOON)
    write(meeting.customer, "Go on here")
    expect(meeting.desk.locator(".lines")).to_contain_text("Go on here", timeout=SOON)


def expire(socket: WebSocketRoute, secret: str) -> None:
    """Put credentials that ended ten seconds ago in the place of those that a page gets."""
    username = f"{int(time.time()) - 10}:test"
    digest = hmac.digest(secret.encode(), username.encode(), "sha1")
    ended = {"username": username, "credential": base64.b64encode(digest).decode()}
    server = socket.connect_to_server()

    def hand(message: str | bytes) -> None:
        frame = json.loads(message)
        for each in frame.get("ice", frame).get("servers", ()):
            each.update(ended)
        socket.send(json.dumps(frame))

    server.on_message(hand)
