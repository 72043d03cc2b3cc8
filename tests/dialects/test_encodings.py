"""Every byte that a caller sends means what was sent, or the caller is told, in its own dialect."""

from __future__ import annotations

import base64
import gzip
import importlib
import json
import zlib
from typing import TYPE_CHECKING

import pytest

from tests.support.vendor_calls import CUSTOMER_LINK, GENERATE, SEND, SESSION, SURVEY

if TYPE_CHECKING:
    from tests.support.cloud import Cloud
    from tests.support.vendor_calls import Call

CALLS = [GENERATE, SEND, CUSTOMER_LINK, SURVEY, SESSION]


@pytest.mark.parametrize("call", CALLS, ids=lambda call: call.target)
@pytest.mark.parametrize("declared", ["", "; charset=utf-8"])
def test_latin_1_is_refused_with_a_sentence(cloud: Cloud, call: Call, declared: str) -> None:
    body = json.dumps(call.body).encode()[:-1] + ', "x": "José"}'.encode("latin-1")

    headers = {**call.headers, "Content-Type": f"application/json{declared}"}
    reply = cloud.request("POST", call.target, body, headers, basic=call.basic)

    assert reply.status == 400
    assert "UTF-8" in reply.text
    assert not [item for item in cloud.table() if item["sk"] == "link"]


@pytest.mark.parametrize("call", CALLS, ids=lambda call: call.target)
@pytest.mark.parametrize(
    ("encode", "said"), [(gzip.compress, "gzip"), (lambda body: body.decode().encode("utf-16"), "UTF-16")]
)
def test_gzip_and_utf_16_are_told_what_is_wrong(cloud: Cloud, call: Call, encode: object, said: str) -> None:
    assert callable(encode)
    body = encode(json.dumps(call.body).encode())

    headers = {**call.headers, "Content-Type": "application/json"}
    reply = cloud.request("POST", call.target, body, headers, basic=call.basic)

    assert reply.status == 415
    assert said in reply.text


def test_bytes_that_arrive_are_read_in_the_encoding_that_is_declared(cloud: Cloud) -> None:
    model = {"metadata": {"name": "José Ñandú"}}
    body = json.dumps({**GENERATE.body, "serializedModel": model}, ensure_ascii=False).encode("latin-1")
    event = {
        "version": "2.0",
        "routeKey": f"POST {GENERATE.target}",
        "rawPath": GENERATE.target,
        "headers": {"content-type": "application/json; charset=iso-8859-1"},
        "requestContext": {"http": {"method": "POST"}, "domainName": "links.example.com"},
        "body": base64.b64encode(body).decode(),
        "isBase64Encoded": True,
    }

    response = importlib.import_module("functions.easysend_generate_link.app").handler(event, None)

    assert response["statusCode"] == 200
    (stored,) = [item for item in cloud.table() if item["sk"].startswith("body#")]
    assert json.loads(zlib.decompress(base64.b64decode(stored["json"]))) == model


def test_a_query_in_another_encoding_is_refused(cloud: Cloud) -> None:
    target = f"{CUSTOMER_LINK.target}?RecipientEmail=jos%E9@example.com"
    reply = cloud.post(target, CUSTOMER_LINK.body, CUSTOMER_LINK.headers, basic=CUSTOMER_LINK.basic)

    assert reply.status == 400
    assert "UTF-8" in reply.text


@pytest.mark.parametrize("path", ["/nothing/here", "/link", "/player/api/genrate-link"])
def test_a_program_is_told_of_a_mistyped_path_in_problem_details(cloud: Cloud, path: str) -> None:
    reply = cloud.request("POST", path, "{}", {"Accept": "*/*"})

    assert (reply.status, reply.header("content-type")) == (404, "application/problem+json")
    person = cloud.request("GET", path, "", {"Accept": "text/html"})
    assert "text/html" in (person.header("content-type") or "")


@pytest.mark.parametrize("path", ["/api/Overview", "/api/GetAccessToken", "/api/Authenticate.json"])
def test_a_predefined_route_of_another_service_is_a_typed_error(cloud: Cloud, path: str) -> None:
    reply = cloud.request("POST", path, "{}", {"Accept": "application/json"})

    assert reply.status == 405
    assert reply.json()["responseStatus"]["errorCode"] == "NotImplementedException"


def test_reply_headers_have_their_canonical_spelling(cloud: Cloud) -> None:
    names = [name for call in CALLS for name, _ in call.make(cloud).headers]
    names += [name for name, _ in cloud.request("GET", "/links", "").headers]

    assert {"Content-Type", "Cache-Control", "X-Content-Type-Options", "WWW-Authenticate"} <= set(names)
    assert all(name == "WWW-Authenticate" or name == name.title() for name in names)
