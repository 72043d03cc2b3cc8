"""Messages to browsers: addressed and signed as by botocore's own client, and tried again where that helps."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import boto3
import pytest

from linkgate.aws.pushes import GatewayPushes
from linkgate.errors import Unavailable
from tests.support.scripted_server import Script, hangs_up, is_slow, says, serving

if TYPE_CHECKING:
    from collections.abc import Iterator

ENVIRON = {"AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": "secret", "AWS_DEFAULT_REGION": "eu-west-1"}
ID = "L0SM9/cO+vHcCIhw="


@pytest.fixture
def script() -> Script:
    return Script()


@pytest.fixture
def url(script: Script) -> Iterator[str]:
    with serving(script) as base:
        yield f"{base}/live"


def scope(authorization: str) -> list[str]:
    found = re.search(r"Credential=([^,]+), SignedHeaders=([^,]+), Signature=[0-9a-f]{64}$", authorization)
    assert found
    return found[1].split("/")


def test_a_message_goes_where_botocores_client_sends_it(script: Script, url: str) -> None:
    script.answers = [says(200)]

    assert GatewayPushes(url, ENVIRON).push(ID, b'{"t":"ok"}')
    theirs = boto3.client(
        "apigatewaymanagementapi",
        endpoint_url=url,
        aws_access_key_id="AKIDEXAMPLE",
        aws_secret_access_key="secret",
        region_name="eu-west-1",
    )
    theirs.post_to_connection(ConnectionId=ID, Data=b'{"t":"ok"}')

    (method, path, headers, body), asked = script.asked
    assert (method, path, body) == (asked[0], asked[1], asked[3])
    assert path == "/live/@connections/L0SM9%2FcO%2BvHcCIhw%3D"
    assert scope(headers["authorization"]) == scope(asked[2]["authorization"])
    assert scope(headers["authorization"])[3] == "execute-api"


def test_a_browser_that_is_gone_is_no_error(script: Script, url: str) -> None:
    script.answers = [says(410)]
    pushes = GatewayPushes(url, ENVIRON)

    assert not pushes.push(ID, b"{}")
    pushes.close(ID)

    assert [method for method, *_ in script.asked] == ["POST", "DELETE"]


@pytest.mark.parametrize("failure", [says(429), says(503), hangs_up])
def test_what_may_pass_is_tried_once_more(failure: object, script: Script, url: str) -> None:
    script.answers = [failure, says(200)]  # type: ignore[list-item]  # one of three kinds of answer

    assert GatewayPushes(url, ENVIRON).push(ID, b"{}")
    assert len(script.asked) == 2


@pytest.mark.parametrize(("failure", "asked"), [(says(503), 2), (says(403), 1), (is_slow, 1)])
def test_what_stays_is_unavailable(failure: object, asked: int, script: Script, url: str) -> None:
    script.answers = [failure]  # type: ignore[list-item]  # one of three kinds of answer
    pushes = GatewayPushes(url, ENVIRON)

    with pytest.raises(Unavailable):
        pushes.push(ID, b"{}")
    assert len(script.asked) == asked
