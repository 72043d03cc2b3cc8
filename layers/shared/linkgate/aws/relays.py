"""Relays of calls: none, servers that share a secret with Linkgate, such as coturn, and Amazon Kinesis Video Streams.

Sources: "A REST API for Access to TURN Services" (draft-uberti-behave-turn-rest) for credentials of a shared secret.
The API reference of Kinesis Video Streams: GetSignalingChannelEndpoint and GetIceServerConfig.
"""

from __future__ import annotations

import base64
import hmac
import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from linkgate.aws.calls import unavailable_on_failure
from linkgate.aws.signed_requests import SignedRequests
from linkgate.errors import Unavailable
from linkgate.model.epoch import epoch_seconds
from linkgate.model.ice import KEPT_ADDRESS, RELAY_LIFE, IceServer, IceServers

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from types_boto3_ssm import SSMClient

_READ_AGAIN = timedelta(minutes=10)
"""Time after which a secret is read again, so that it can be changed without a deployment."""
_JSON = "application/json"
_OK = 200


class NoRelays:
    """`ports.live.Relays` without a relay. Servers that tell a browser its address may be there."""

    relayed = False

    def __init__(self, urls: Sequence[str] = ()) -> None:
        told = tuple(url for url in urls if url.startswith("stun"))
        self._servers = (IceServer(told),) if told else ()

    def at_hand(self, _now: datetime) -> IceServers | None:
        return IceServers(self._servers, timedelta(seconds=KEPT_ADDRESS)) if self._servers else None

    def asked(self, now: datetime) -> IceServers | None:
        return self.at_hand(now)


class SecretRelays:
    """`ports.live.Relays` of servers that know the secret in a parameter. Who has a credential can make no other."""

    def __init__(
        self, urls: Sequence[str], parameter: str, ssm: Callable[[], SSMClient], random: Callable[[int], bytes]
    ) -> None:
        self.relayed = any(url.startswith("turn") for url in urls)
        self._urls = tuple(urls)
        self._secret = RelaySecret(parameter, ssm)
        self._random = random

    def at_hand(self, now: datetime) -> IceServers | None:
        username = f"{epoch_seconds(now) + RELAY_LIFE}:{self._random(8).hex()}"
        credential = base64.b64encode(hmac.digest(self._secret(now), username.encode(), "sha1")).decode()
        return IceServers((IceServer(self._urls, username, credential),), timedelta(seconds=RELAY_LIFE))

    def asked(self, now: datetime) -> IceServers | None:
        return self.at_hand(now)


class RelaySecret:
    """Shared secret of an encrypted parameter of Amazon SSM, read on first use and kept for a while."""

    def __init__(self, name: str, client: Callable[[], SSMClient]) -> None:
        self._name = name
        self._client = client
        self._read: tuple[datetime, bytes] | None = None

    def __call__(self, now: datetime) -> bytes:
        """Return the secret. Raises Unavailable, even if there is none."""
        if self._read is None or self._read[0] + _READ_AGAIN <= now:
            with unavailable_on_failure():
                found = self._client().get_parameter(Name=self._name, WithDecryption=True)["Parameter"]
            secret = found["Value"].strip().encode()
            if not secret:
                raise Unavailable
            self._read = (now, secret)
        return self._read[1]


class KvsRelays:
    """`ports.live.Relays` of a signalling channel of Kinesis Video Streams.

    It is asked only by browsers that found no way, because a channel answers five times a second.
    """

    relayed = True

    def __init__(self, channel: str, environ: Mapping[str, str]) -> None:
        self._channel = channel
        self._requests = SignedRequests("kinesisvideo", environ)
        self._service = environ.get("AWS_ENDPOINT_URL_KINESIS_VIDEO") or f"https://kinesisvideo.{self._host}"
        self._endpoint = ""

    def at_hand(self, _now: datetime) -> IceServers | None:
        stun = f"stun:stun.kinesisvideo.{self._host}:443"
        return IceServers((IceServer((stun,)),), timedelta(seconds=KEPT_ADDRESS))

    def asked(self, now: datetime) -> IceServers | None:
        try:
            found = self._post(
                f"{self._channel_endpoint()}/v1/get-ice-server-config",
                {"ChannelARN": self._channel, "Service": "TURN"},
            )["IceServerList"]
            relays = [IceServer(tuple(each["Uris"]), each["Username"], each["Password"]) for each in found]
            life = min(timedelta(seconds=each["Ttl"]) for each in found)
        except (KeyError, TypeError, ValueError):
            raise Unavailable from None  # the reply has credentials, which no traceback may quote
        told = self.at_hand(now)
        return IceServers((*(told.servers if told else ()), *relays), life)

    @property
    def _host(self) -> str:
        """Region and domain of the channel, such as `eu-west-1.amazonaws.com`."""
        _, partition, _, region, *_ = self._channel.split(":")
        return f"{region}.amazonaws.com{'.cn' if partition == 'aws-cn' else ''}"

    def _channel_endpoint(self) -> str:
        if not self._endpoint:
            wanted = {"Protocols": ["HTTPS"], "Role": "MASTER"}
            found = self._post(
                f"{self._service}/getSignalingChannelEndpoint",
                {"ChannelARN": self._channel, "SingleMasterChannelEndpointConfiguration": wanted},
            )
            self._endpoint = str(found["ResourceEndpointList"][0]["ResourceEndpoint"]).rstrip("/")
        return self._endpoint

    def _post(self, url: str, content: object) -> Any:  # noqa: ANN401 - the service's own JSON
        answer = self._requests.send("POST", url, json.dumps(content).encode(), _JSON)
        if answer.status != _OK:
            raise Unavailable
        return json.loads(answer.content)
