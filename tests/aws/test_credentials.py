"""Credentials of a function come from where botocore finds them, and are renewed before they expire."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from botocore.credentials import ContainerProvider
from botocore.exceptions import CredentialRetrievalError

from linkgate.aws.credentials import ContainerCredentials, credentials_in, credentials_of
from linkgate.aws.signature import Keys
from tests.support.scripted_server import Script, hangs_up, says, serving

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from http.server import BaseHTTPRequestHandler

pytestmark = pytest.mark.usefixtures("pauses")

START = datetime(2026, 11, 28, 12, tzinfo=UTC)
ADDRESS, TOKEN = "AWS_CONTAINER_CREDENTIALS_FULL_URI", "AWS_CONTAINER_AUTHORIZATION_TOKEN"


def credentials(name: str, life: timedelta) -> Callable[[BaseHTTPRequestHandler], None]:
    end = f"{START + life:%Y-%m-%dT%H:%M:%SZ}"
    return says(200, {"AccessKeyId": name, "SecretAccessKey": f"{name}-s", "Token": f"{name}-t", "Expiration": end})


class Clock:
    def __init__(self) -> None:
        self.now = START.timestamp()

    def __call__(self) -> float:
        return self.now

    def advance(self, **time_: float) -> None:
        self.now += timedelta(**time_).total_seconds()


@pytest.fixture
def script() -> Script:
    return Script()


@pytest.fixture
def environ(script: Script) -> Iterator[dict[str, str]]:
    with serving(script) as url:
        yield {ADDRESS: f"{url}/2021-04-23/credentials", TOKEN: "a-token"}


def test_those_of_the_environment_are_botocores() -> None:
    variables = {"AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b"}

    assert credentials_in({**variables, "AWS_SESSION_TOKEN": "c"}) == Keys("a", "b", "c")
    assert credentials_in({**variables, "AWS_SESSION_TOKEN": ""}) == Keys("a", "b", None)
    assert credentials_in({**variables, ADDRESS: "http://127.0.0.1:1/", TOKEN: "t"}) == Keys("a", "b", None)


@pytest.mark.parametrize(
    "variables",
    [
        {},
        {"AWS_ACCESS_KEY_ID": "a"},
        {ADDRESS: "http://127.0.0.1:1/"},
        {ADDRESS: "http://203.0.113.1/", TOKEN: "t"},
        {ADDRESS: "https://localhost/", TOKEN: "t"},
        {ADDRESS: "http://127.0.0.1.example.com/", TOKEN: "t"},
        {"AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": "/x", TOKEN: "t"},
    ],
)
def test_what_lambda_does_not_set_is_left_to_botocore(variables: dict[str, str]) -> None:
    assert credentials_in(variables) is None


def test_those_of_a_persons_own_machine_are_found_by_botocore(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "mine")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")

    assert credentials_of({}).get_frozen_credentials().access_key == "mine"


def test_those_of_the_container_are_asked_for_as_botocore_does(script: Script, environ: dict[str, str]) -> None:
    script.answers = [credentials("first", timedelta(days=9999)), credentials("first", timedelta(days=9999))]

    theirs: Any = ContainerProvider(environ).load()
    ours = ContainerCredentials(environ).get_frozen_credentials()

    assert ours == tuple(theirs.get_frozen_credentials())[:3]
    assert script.asked[0][:2] == script.asked[1][:2]
    assert script.asked[0][2]["authorization"] == script.asked[1][2]["authorization"]
    assert script.asked[0][:2] == ("GET", "/2021-04-23/credentials")
    assert script.asked[1][2]["authorization"] == "a-token"


def test_they_are_kept_while_good_and_renewed_before_they_expire(script: Script, environ: dict[str, str]) -> None:
    clock = Clock()
    script.answers = [credentials("first", timedelta(hours=1)), credentials("second", timedelta(hours=2))]
    found = ContainerCredentials(environ, clock)

    names = []
    for minutes in (0, 44, 2, 10):
        clock.advance(minutes=minutes)
        names.append(found.get_frozen_credentials().access_key)

    assert names == ["first", "first", "second", "second"]
    assert len(script.asked) == 2


def test_address_and_token_are_read_anew_after_a_restore(script: Script, environ: dict[str, str]) -> None:
    clock = Clock()
    script.answers = [credentials("first", timedelta(hours=1)), credentials("second", timedelta(days=2))]
    found = ContainerCredentials(environ, clock)
    found.get_frozen_credentials()
    environ |= {TOKEN: "another", ADDRESS: environ[ADDRESS] + "?restored=1"}
    clock.advance(hours=20)

    assert found.get_frozen_credentials().access_key == "second"
    (_, _, first, _), (_, path, second, _) = script.asked
    assert (first["authorization"], second["authorization"]) == ("a-token", "another")
    assert path.endswith("?restored=1")


def test_old_ones_serve_while_there_are_no_new_ones_and_no_longer(
    script: Script, environ: dict[str, str], pauses: list[float]
) -> None:
    clock = Clock()
    script.answers = [credentials("first", timedelta(hours=1)), *[says(500)] * 5]
    found = ContainerCredentials(environ, clock)
    found.get_frozen_credentials()

    clock.advance(minutes=50)
    assert [found.get_frozen_credentials().access_key for _ in range(3)] == ["first"] * 3
    assert len(script.asked) == 2, "asked once more, and not at every call"
    clock.advance(minutes=2)
    assert found.get_frozen_credentials().access_key == "first"
    assert (len(script.asked), pauses) == (3, [])
    clock.advance(minutes=9)
    with pytest.raises(CredentialRetrievalError):
        found.get_frozen_credentials()
    assert (len(script.asked), len(pauses)) == (6, 2)


@pytest.mark.parametrize(
    "answer",
    [
        says(403, {"code": "x"}),
        says(200, raw=b"<html>"),
        says(200, ["s3cret"]),
        says(200, {"Token": "s3cret"}),
        hangs_up,
    ],
)
def test_without_any_the_call_fails_and_tells_no_secret(
    answer: Callable[[BaseHTTPRequestHandler], None], script: Script, environ: dict[str, str]
) -> None:
    script.answers = [answer] * 3

    with pytest.raises(CredentialRetrievalError) as raised:
        ContainerCredentials(environ).get_frozen_credentials()

    assert "s3cret" not in str(raised.value)
    assert "a-token" not in str(raised.value)
    assert len(script.asked) == 3


def test_an_endpoint_that_starts_late_is_waited_for(script: Script, environ: dict[str, str]) -> None:
    script.answers = [says(500), hangs_up, credentials("late", timedelta(days=9999))]

    assert ContainerCredentials(environ).get_frozen_credentials().access_key == "late"


def test_a_token_cannot_add_a_header(script: Script, environ: dict[str, str]) -> None:
    environ[TOKEN] = "a\r\nx-other: 1"

    with pytest.raises(CredentialRetrievalError):
        ContainerCredentials(environ).get_frozen_credentials()
    assert script.asked == []
