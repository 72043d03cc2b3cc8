"""Three ways in which a ServiceStack client sends its key, and every way in which the key may be wrong."""

from __future__ import annotations

import base64
import dataclasses
from typing import TYPE_CHECKING

import pytest

from linkgate import wiring
from local import demo
from tests.support.trendsic_calls import FORM, JSON, LIST, OWN, call, post

if TYPE_CHECKING:
    from tests.support.cloud import Cloud

KEY = demo.TRENDSIC_KEY
ORIGIN = "https://app.example.com"


def basic(user: str, password: str) -> str:
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


@pytest.mark.parametrize(
    "headers",
    [
        {"authorization": f"Bearer {KEY}"},
        {"authorization": f"bearer  {KEY}"},
        {"authorization": None, "x_api_key": KEY},
        {"authorization": basic(KEY, "")},
        {"authorization": "Bearer wrong", "x_api_key": KEY},
    ],
)
def test_a_key_is_taken(shared_cloud: Cloud, headers: dict[str, str | None]) -> None:
    assert call(shared_cloud, f"POST {OWN}", JSON, **headers).status == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"authorization": None},
        {"authorization": ""},
        {"authorization": "Bearer"},
        {"authorization": "Bearer wrong"},
        {"authorization": f"Bearer {KEY.upper()}"},
        {"authorization": KEY},
        {"authorization": basic(KEY, "password")},
        {"authorization": basic("user", KEY)},
        {"authorization": "Basic ???"},
        {"authorization": None, "x_api_key": "wrong"},
        {"authorization": f"Bearer {KEY}", "x_api_key": "wrong"},
        {"authorization": f"Bearer {demo.MANAGE_KEY}"},
        {"authorization": f"Bearer {demo.OCULAR_KEY}"},
    ],
)
def test_all_wrong_keys_are_refused_alike(shared_cloud: Cloud, headers: dict[str, str | None]) -> None:
    reply = call(shared_cloud, f"POST {OWN}", JSON, **headers)

    assert reply.status == 401
    assert reply.header("www-authenticate") == 'Bearer, Basic realm="/auth/apikey"'
    assert reply.json() == {"responseStatus": {"errorCode": "Unauthorized", "message": "Invalid API Key", "errors": []}}


def test_a_key_in_the_url_or_a_form_is_none(shared_cloud: Cloud) -> None:
    assert post(shared_cloud, JSON, f"{OWN}?apikey={KEY}", authorization=None).status == 401
    form = f"{FORM}&apikey={KEY}"
    assert (
        call(shared_cloud, f"POST {OWN}", form, "application/x-www-form-urlencoded", authorization=None).status == 401
    )


def test_nothing_is_said_of_a_request_before_its_key_is_right(shared_cloud: Cloud) -> None:
    assert post(shared_cloud, "{", authorization=None).status == 401
    assert call(shared_cloud, f"POST {OWN}", "x", "application/yaml", authorization=None).status == 401


@pytest.mark.parametrize(
    "target", [OWN, f"{OWN}.json", "/V1/CUSTOMERLINK", "/json/reply/CustomerLinkCreateRequest", LIST]
)
def test_options_makes_nothing_and_asks_for_no_key(cloud: Cloud, target: str) -> None:
    query = "?resourceType=Invoice&resourceUid=0123456789abcdef0123456789abcdef&recipientEmail=jane@example.com"

    reply = call(cloud, f"OPTIONS {target}{query}", authorization=None)

    assert (reply.status, reply.body) == (200, b"")
    assert reply.header("allow") == ("GET, OPTIONS" if target == LIST else "POST, OPTIONS")
    assert [item for item in cloud.table() if item["sk"] == "link"] == []


def test_pages_of_listed_origins_may_read_every_reply(cloud: Cloud) -> None:
    wiring.use(dataclasses.replace(wiring.deps(), cors_origins=frozenset({ORIGIN})))
    replies = [
        call(cloud, f"OPTIONS {OWN}", authorization=None, origin=ORIGIN, access_control_request_method="POST"),
        post(cloud, JSON, origin=ORIGIN),
        post(cloud, "{}", origin=ORIGIN),
        post(cloud, JSON, "/V1/CustomerLink", origin=ORIGIN),
        call(cloud, f"GET {LIST}", authorization=None, origin=ORIGIN),
    ]

    assert [reply.status for reply in replies] == [200, 200, 400, 200, 401]
    for reply in replies:
        assert reply.header("access-control-allow-origin") == ORIGIN
        assert reply.header("access-control-allow-credentials") == "true"
        assert {"Authorization", "X-Api-Key", "Content-Type"} <= set(
            reply.header("access-control-allow-headers").split(", ")
        )
        assert reply.header("vary") == "Origin, Accept"


@pytest.mark.parametrize("origin", ["https://evil.example", "null", f"{ORIGIN}.evil.example", None])
def test_other_origins_get_no_such_headers(cloud: Cloud, origin: str | None) -> None:
    wiring.use(dataclasses.replace(wiring.deps(), cors_origins=frozenset({ORIGIN})))

    for reply in (call(cloud, f"OPTIONS {OWN}", authorization=None, origin=origin), post(cloud, JSON, origin=origin)):
        assert reply.status == 200
        assert not [name for name, _ in reply.headers if name.lower().startswith("access-control-")]
        assert reply.header("vary") == "Origin, Accept"
