"""Credentials for relays: of a shared secret, as coturn checks them, and of Kinesis Video Streams."""

from __future__ import annotations

import base64
import hashlib
import hmac
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, cast

import pytest

from linkgate.aws.relays import KvsRelays, NoRelays, SecretRelays
from linkgate.errors import Unavailable
from tests.aws.test_pushes import ENVIRON, scope
from tests.support.scripted_server import Script, hangs_up, says, serving

if TYPE_CHECKING:
    from collections.abc import Iterator

    from types_boto3_ssm import SSMClient

NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)
URLS = ("stun:turn.example.com:3478", "turns:turn.example.com:5349?transport=tcp")
CHANNEL = "arn:aws:kinesisvideo:eu-west-1:123456789012:channel/linkgate/1"


class Parameters:
    """SSM with one parameter, which counts how often it is read."""

    def __init__(self, value: str) -> None:
        self.value = value
        self.read = 0

    def get_parameter(self, *, Name: str, WithDecryption: bool) -> dict[str, Any]:  # noqa: N803 - boto3's names
        assert (Name, WithDecryption) == ("/linkgate/stack/relay-secret", True)
        self.read += 1
        return {"Parameter": {"Value": self.value}}


def relays(parameters: Parameters) -> SecretRelays:
    return SecretRelays(
        URLS, "/linkgate/stack/relay-secret", lambda: cast("SSMClient", parameters), lambda length: b"\7" * length
    )


def test_a_credential_is_the_secrets_over_an_expiry_of_ten_minutes() -> None:
    found = relays(Parameters("s3cret\n")).at_hand(NOW)

    assert found
    (server,) = found.servers
    username = f"{int(NOW.timestamp()) + 600}:{'07' * 8}"
    digest = hmac.new(b"s3cret", username.encode(), hashlib.sha1).digest()
    assert (server.urls, server.username) == (URLS, username)
    assert server.credential == base64.b64encode(digest).decode()
    assert found.life == timedelta(minutes=10)
    assert str(server.credential) not in repr(found)


def test_the_secret_is_read_again_after_ten_minutes() -> None:
    parameters = Parameters("old")
    kept = relays(parameters)
    first, second = kept.at_hand(NOW), kept.at_hand(NOW + timedelta(minutes=9))
    parameters.value = "new"
    third = kept.at_hand(NOW + timedelta(minutes=10))

    assert parameters.read == 2
    assert first
    assert second
    assert third
    old = relays(Parameters("old")).at_hand(NOW + timedelta(minutes=10))
    assert old
    assert third.servers[0].credential != old.servers[0].credential


def test_an_empty_secret_makes_no_credential() -> None:
    with pytest.raises(Unavailable):
        relays(Parameters(" ")).at_hand(NOW)


def test_without_a_relay_there_are_only_servers_that_tell_an_address() -> None:
    found = NoRelays(URLS).at_hand(NOW)

    assert found
    assert [(each.urls, each.credential) for each in found.servers] == [(URLS[:1], None)]
    assert NoRelays(()).at_hand(NOW) is None
    assert not NoRelays(URLS).relayed


@pytest.fixture
def script() -> Script:
    return Script()


@pytest.fixture
def channel(script: Script) -> Iterator[KvsRelays]:
    with serving(script) as base:
        servers = [
            {"Uris": ["turn:1.kinesisvideo.example:443"], "Username": "u1", "Password": "p1", "Ttl": 300},
            {"Uris": ["turn:2.kinesisvideo.example:443"], "Username": "u2", "Password": "p2", "Ttl": 290},
        ]
        script.answers = [
            says(200, {"ResourceEndpointList": [{"Protocol": "HTTPS", "ResourceEndpoint": base}]}),
            says(200, {"IceServerList": servers}),
        ]
        yield KvsRelays(CHANNEL, {**ENVIRON, "AWS_ENDPOINT_URL_KINESIS_VIDEO": base})


def test_a_channel_is_asked_only_for_a_browser_that_asks(script: Script, channel: KvsRelays) -> None:
    told = channel.at_hand(NOW)
    assert told
    assert [each.urls for each in told.servers] == [("stun:stun.kinesisvideo.eu-west-1.amazonaws.com:443",)]
    assert script.asked == []

    found = channel.asked(NOW)
    assert found
    _, first, second = found.servers
    assert (first.username, first.credential, second.credential) == ("u1", "p1", "p2")
    assert found.life == timedelta(seconds=290)
    assert "p1" not in repr(found)
    assert [path for _, path, *_ in script.asked] == ["/getSignalingChannelEndpoint", "/v1/get-ice-server-config"]
    assert scope(script.asked[1][2]["authorization"])[3] == "kinesisvideo"
    assert script.asked[1][3] == {"ChannelARN": CHANNEL, "Service": "TURN"}

    channel.asked(NOW)
    assert [path for _, path, *_ in script.asked][2:] == ["/v1/get-ice-server-config"]


@pytest.mark.parametrize("failure", [says(403), says(200, raw=b"not json"), says(200, {}), hangs_up])
def test_a_channel_that_fails_is_unavailable(failure: object, script: Script, channel: KvsRelays) -> None:
    script.answers[1:] = [failure]  # type: ignore[list-item]  # one of several kinds of answer

    with pytest.raises(Unavailable) as raised:
        channel.asked(NOW)
    assert raised.value.__cause__ is None or "p1" not in repr(raised.value.__cause__)
