"""The runner answers this machine's own names, and no page of another site."""

from __future__ import annotations

import pytest

from local.foreign_requests import reason_to_refuse
from local.http_messages import HttpRequest

HERE = "127.0.0.1"
SIGNED = "AWS4-HMAC-SHA256 Credential=linkgatelocal/20261126/us-east-1/dynamodb/aws4_request, SignedHeaders=host"


def refused(target: str = "/_local/outbox", method: str = "GET", address: str = HERE, **headers: str) -> str | None:
    spelled = {"host": "127.0.0.1:3000", **{name.replace("_", "-"): value for name, value in headers.items()}}
    return reason_to_refuse(HttpRequest(method, target, tuple(spelled.items())), address)


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1:3000",
        "localhost:3000",
        "LOCALHOST",
        "localhost.:3000",
        "app.localhost:3000",
        "[::1]:3000",
        "127.9.9.9",
        "linkgate:3000",
    ],
)
@pytest.mark.parametrize("target", ["/_local/table", "/", "/v1/customerlink", "/l/abc"])
def test_own_names_are_answered(host: str, target: str) -> None:
    assert refused(target, host=host) is None


@pytest.mark.parametrize(
    "host",
    ["rebind.evil.example:3000", "evil.example", "127.0.0.1.nip.io", "localhost.evil.example", "10.0.0.9", ":3000"],
)
@pytest.mark.parametrize("target", ["/_local/table", "/", "/v1/customerlink", "/l/abc"])
def test_a_foreign_name_is_refused_everywhere(host: str, target: str) -> None:
    assert refused(target, host=host)


def test_the_address_that_was_used_is_an_own_name() -> None:
    assert refused(host="192.168.1.20:3000", address="192.168.1.20") is None
    assert refused(host="[fe80::1]:3000", address="fe80::1%eth0") is None
    assert refused(host="192.168.1.21:3000", address="192.168.1.20")


@pytest.mark.parametrize("target", ["/_local/clock", "/_local", "/"])
@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example"},
        {"origin": "http://127.0.0.1:4000"},
        {"origin": "null"},
        {"sec_fetch_site": "cross-site"},
        {"sec_fetch_site": "same-site", "sec_fetch_mode": "cors"},
        {"sec_fetch_site": "cross-site", "sec_fetch_mode": "navigate", "sec_fetch_dest": "iframe"},
    ],
)
def test_another_sites_page_may_not_use_the_runner(target: str, headers: dict[str, str]) -> None:
    signed = {"authorization": SIGNED} if target == "/" else {}

    assert refused(target, "POST", **headers, **signed)


def test_own_pages_clicks_and_programs_may() -> None:
    assert refused("/_local/clock", "POST", origin="http://127.0.0.1:3000", sec_fetch_site="same-origin") is None
    assert refused("/_local/clock", "POST", sec_fetch_site="none") is None
    assert refused("/_local/clock", "POST") is None
    assert refused("/", "POST", authorization=SIGNED) is None
    assert refused(sec_fetch_site="cross-site", sec_fetch_mode="navigate", sec_fetch_dest="document") is None


def test_the_products_own_routes_judge_other_origins_themselves() -> None:
    assert refused("/v1/customerlink", "POST", origin="https://shop.example", sec_fetch_site="cross-site") is None
    assert refused("/l/abc", sec_fetch_site="cross-site", sec_fetch_mode="navigate") is None
