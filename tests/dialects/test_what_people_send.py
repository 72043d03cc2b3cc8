"""Values and headers are read as callers mean them, and an address is never dropped in silence."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

import pytest

from linkgate.endpoint.http_event import request_of
from linkgate.wire.basic_auth import basic_credentials, bearer_token
from local import demo
from local.http_messages import HttpRequest
from tests.support.vendor_calls import CUSTOMER_LINK, SEND, SESSION, SURVEY

if TYPE_CHECKING:
    from local.http_messages import HttpResponse
    from tests.support.cloud import Cloud

CONTACT = {"email": "ada@example.com", "phone": "+447700900123"}


def send(cloud: Cloud, **metadata: object) -> HttpResponse:
    model = {"metadata": {**CONTACT, **metadata}}
    return SEND.make(cloud, {**SEND.body, "serializedModel": model})


@pytest.mark.parametrize("field", ["email", "phone"])
@pytest.mark.parametrize("value", [["ada@example.com"], {"value": "+447700900123"}, True, 4.5])
def test_an_address_that_is_none_is_told_although_another_would_do(cloud: Cloud, field: str, value: object) -> None:
    reply = send(cloud, **{field: value})

    assert reply.status == 400
    assert [fault["field"] for fault in reply.json()["error"]["fields"]] == [f"serializedModel/metadata/{field}"]
    assert cloud.outbox.messages() == []


@pytest.mark.parametrize("absent", [None, "", "  "])
def test_an_address_that_is_absent_is_no_fault(cloud: Cloud, absent: object) -> None:
    assert send(cloud, email=absent).status == 200

    assert [message.to for message in cloud.outbox.messages()] == ["+447700900123"]


def test_a_phone_number_may_be_a_number(cloud: Cloud) -> None:
    assert send(cloud, email=None, phone=447700900123).status == 200
    assert SURVEY.make(cloud, {**SURVEY.body, "customer_contact": 447700900124, "account_number": 17}).status == 201

    assert {message.to for message in cloud.outbox.messages()} == {"+447700900123", "+447700900124"}


@pytest.mark.parametrize("number", ["04141315854", "584141315854", "07700900123", "+", "+0", 584141315854])
def test_a_field_in_e164_takes_no_national_number(cloud: Cloud, number: object) -> None:
    reply = SESSION.make(cloud, {**SESSION.body, "cellphone": number})

    assert reply.status == 400
    assert list(reply.json()["detail"]) == ["cellphone"]


@pytest.mark.parametrize("number", ["+584141315854", "+58 414-131 58 54", " +58 (414) 1315854 "])
def test_a_field_in_e164_may_be_spelled_with_blanks(cloud: Cloud, number: str) -> None:
    assert SESSION.make(cloud, {**SESSION.body, "cellphone": number}).status == 200


@pytest.mark.parametrize("blank", ["", " "])
def test_a_blank_limit_is_null(cloud: Cloud, blank: str) -> None:
    reply = CUSTOMER_LINK.make(cloud, {**CUSTOMER_LINK.body, "maxViews": blank, "expiresInHours": blank})

    assert reply.status == 200
    assert reply.json()["link"]["maxViews"] > 0


@pytest.mark.parametrize(
    ("header", "token"),
    [
        ("Bearer k", "k"),
        ("bearer   k ", "k"),
        ("BEARER\tk", "k"),
        ("Bearer", None),
        ("Bearer ", None),
        ("Basic k", None),
    ],
)
def test_blanks_after_a_scheme_are_no_part_of_the_token(header: str, token: str | None) -> None:
    assert bearer_token(header) == token


@pytest.mark.parametrize("user", ["robot", "robots", "robot12"])
def test_basic_credentials_may_lack_their_padding(user: str) -> None:
    encoded = base64.b64encode(f"{user}:pass".encode()).decode()

    for sent in (f"Basic {encoded}", f"Basic {encoded.rstrip('=')}", f"basic\t {encoded}  "):
        assert basic_credentials(sent) == (user, "pass")


@pytest.mark.parametrize("encoded", ["", "é", "\ud800", "a", "!!!!", "/w==", "cm9ib3Q="])
def test_what_is_not_basic_credentials_is_nobodys(encoded: str, cloud: Cloud) -> None:
    assert basic_credentials(f"Basic {encoded}") is None
    for call in (SURVEY, CUSTOMER_LINK):
        reply = cloud.post(call.target, call.body, {"Authorization": f"Basic {encoded}"})
        assert reply.status == 401


def test_equal_lines_of_a_header_are_one(cloud: Cloud) -> None:
    key = demo.TRENDSIC_KEY
    for lines in (
        [("X-Api-Key", key), ("X-Api-Key", key)],
        [("X-Api-Key", f"  {key}\t")],
        [("Authorization", f"Bearer {key}"), ("authorization", f"Bearer {key}")],
    ):
        headers = (("Host", cloud.domain), ("Content-Type", "application/json"), ("Content-Type", "application/json"))
        reply = cloud.handle(HttpRequest("POST", CUSTOMER_LINK.target, (*headers, *lines), b"{}"))
        assert reply.status == 400, lines  # the key was right, and the body was read
        assert reply.json()["responseStatus"]["errorCode"] != "Unauthorized"


def test_different_lines_of_a_header_stay_two(cloud: Cloud) -> None:
    lines = (("Host", cloud.domain), ("X-Api-Key", demo.TRENDSIC_KEY), ("X-Api-Key", "another"))

    assert cloud.handle(HttpRequest("POST", CUSTOMER_LINK.target, lines, b"{}")).status == 401


def test_a_key_for_repeats_keeps_its_commas() -> None:
    event = {
        "rawPath": "/",
        "routeKey": "$default",
        "requestContext": {"http": {"method": "POST"}, "domainName": "x"},
        "headers": {"idempotency-key": "a,a", "x-api-key": "a,b"},
    }

    assert request_of(event).headers == {"idempotency-key": "a,a", "x-api-key": "a,b"}
