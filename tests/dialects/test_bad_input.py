"""Bad input of any kind gets a clear error in the caller's dialect, never a 5xx and never a link."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.support.vendor_calls import CALLS, SURVEY, Call

if TYPE_CHECKING:
    from collections.abc import Iterator

    from local.http_messages import HttpResponse
    from tests.support.cloud import Cloud

UNREADABLE = {
    "empty": b"",
    "truncated": b'{"a": ',
    "list": b"[]",
    "text": b'"x"',
    "deep": b'{"a":' * 40 + b"1" + b"}" * 40,
    "very deep": b"[" * 100_000,
    "long number": b'{"a": ' + b"9" * 5_000 + b"}",
    "infinite": b'{"a": 1e999}',
    "not a number": b'{"a": NaN}',
    "surrogate": b'{"a": "\\ud800"}',
    "not utf-8": b'{"a": "\xff"}',
    "xml": b"<a/>",
}
WRONG_VALUES: list[object] = [
    None,
    5,
    1.5,
    True,
    [],
    ["x"],
    {},
    {"a": {"b": []}},
    "",
    " ",
    "\x00",
    "x" * 251,
    "\u202e",
    "💥" * 100,
    "'; DROP TABLE links; --",
    "<script>alert(1)</script>",
    -1,
    0,
    2**63,
    10**30,
]


def shape(name: str, response: HttpResponse) -> bool:
    """Tell whether an error has the form of its dialect."""
    body: Any = response.json()
    match name:
        case "generate" | "send":
            return set(body) == {"error"} and set(body["error"]) == {"code", "message", "fields"}
        case "customerlink":
            return set(body) == {"responseStatus"} and {"errorCode", "message", "errors"} <= set(body["responseStatus"])
        case "survey":
            return body["status"] == "error" and body["data"] is None and body["message"] == body["messages"] != []
        case _:
            return isinstance(body["statusCode"], int) and isinstance(body["message"], str) and body["statusCode"] != 0


def links(cloud: Cloud) -> list[dict[str, Any]]:
    return [item for item in cloud.table() if item["sk"] == "link"]


@pytest.mark.parametrize("name", CALLS)
@pytest.mark.parametrize("kind", UNREADABLE)
def test_an_unreadable_body(cloud: Cloud, name: str, kind: str) -> None:
    call = CALLS[name]
    headers = {"Content-Type": "application/json", **call.headers}

    response = cloud.request("POST", call.target, UNREADABLE[kind], headers, basic=call.basic)

    assert 400 <= response.status < 500
    assert shape(name, response)
    assert links(cloud) == []


@pytest.mark.parametrize("name", CALLS)
def test_a_body_that_is_too_large(cloud: Cloud, name: str) -> None:
    response = CALLS[name].make(cloud, {**CALLS[name].body, "padding": "x" * 256 * 1024})

    assert response.status == 413
    assert shape(name, response)


@pytest.mark.parametrize("name", CALLS)
def test_the_largest_body_there_may_be(cloud: Cloud, name: str) -> None:
    """Numbers grow when they are written again, and such a body must still fit into the table."""
    call = CALLS[name]
    room = 256 * 1024 - len(json.dumps(call.body)) - 100
    growing = "[" + ",".join(["1e9"] * (room // 4)) + "]"
    body = json.dumps(call.body)[:-1] + ', "padding": ' + growing + "}"
    if name in {"generate", "send"}:
        body = body.replace('"serializedModel": {', f'"serializedModel": {{"padding": {growing}, ').replace(
            f', "padding": {growing}}}', "}"
        )

    response = cloud.request(
        "POST", call.target, body, {"Content-Type": "application/json", **call.headers}, basic=call.basic
    )

    # DigiDesk's unknown fields are kept, so their length is limited.
    assert response.status == (400 if call is SURVEY else call.status)


@pytest.mark.parametrize("name", CALLS)
def test_a_required_field_is_missing(cloud: Cloud, name: str) -> None:
    call = CALLS[name]

    for field in call.required:
        response = call.make(cloud, {key: value for key, value in call.body.items() if key != field})
        assert response.status == 400, field
        assert shape(name, response)
    assert links(cloud) == []


def wrong_bodies(call: Call) -> Iterator[dict[str, Any]]:
    for field in call.body:
        for value in WRONG_VALUES:
            yield {**call.body, field: value}


@pytest.mark.parametrize("name", CALLS)
def test_every_field_with_every_wrong_value(cloud: Cloud, name: str) -> None:
    call = CALLS[name]

    for body in wrong_bodies(call):
        response = call.make(cloud, body)
        assert response.status == call.status or (400 <= response.status < 500 and shape(name, response)), body


@pytest.mark.parametrize("name", CALLS)
@pytest.mark.parametrize("key", ["", "x" * 256, "ключ", "a\tb"])
def test_a_bad_idempotency_key(cloud: Cloud, name: str, key: str) -> None:
    response = CALLS[name].make(cloud, Idempotency_Key=key)

    assert response.status == 400
    assert shape(name, response)


@pytest.mark.parametrize("name", CALLS)
@pytest.mark.parametrize("verb", ["GET", "PUT", "DELETE", "PATCH"])
def test_a_wrong_verb(cloud: Cloud, name: str, verb: str) -> None:
    call = CALLS[name]

    response = cloud.request(verb, call.target.rstrip("/"), headers=call.headers, basic=call.basic)

    assert response.status == 405
    assert "POST" in (response.header("allow") or "")
    assert shape(name, response)


@pytest.mark.parametrize("name", CALLS)
def test_a_path_behind_the_endpoint(cloud: Cloud, name: str) -> None:
    call = CALLS[name]

    response = cloud.post(f"{call.target.rstrip('/')}/more", call.body, call.headers, basic=call.basic)

    assert response.status == 404
    assert shape(name, response)


UNKNOWN = ("/", "/nothing", "/v1", "/api", "/player", "/l", "/l/", "/_local", "/favicon.png")


@pytest.mark.parametrize(
    ("verb", "target"),
    # `GET /` is the runner's own start page.
    [(verb, target) for verb in ("GET", "POST", "DELETE") for target in UNKNOWN if (verb, target) != ("GET", "/")],
)
def test_an_unknown_path(cloud: Cloud, verb: str, target: str) -> None:
    assert cloud.request(verb, target).status == 404
