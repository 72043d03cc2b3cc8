"""Routes and content types measured on the real server, through the gateway, and our deliberate differences."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.support.trendsic_calls import API, BODIES, FORMATS, JSON, LIST, OWN, UID, call, post

if TYPE_CHECKING:
    from tests.support.cloud import Cloud

VECTORS: dict[str, list[dict[str, Any]]] = json.loads(
    (Path(__file__).parents[2] / "support/vectors" / "servicestack_vectors.json").read_text(encoding="utf-8")
)
JSON_TYPE = "application/json; charset=utf-8"
XML_TYPE = "application/xml"
OTHERS = {"/nope", "/v1/getonly", "/json"}
"""Paths of the measured server that do not belong to this service. They get a 404 like any unknown path."""


def ours(row: dict[str, Any]) -> tuple[int, str | None]:
    """Return our status and content type for a measured row."""
    method, path, accept = row.get("method", "POST"), row["path"], row["accept"]
    status, content_type = row["status"], row["response_content_type"]
    if method == "OPTIONS":
        return 200, None
    if row["content_type"] in {None, "text/plain", "application/octet-stream"} and method == "POST":
        return 200, JSON_TYPE  # a body without a content type is read if it is clearly JSON
    if path.startswith("/api/"):
        return 200, JSON_TYPE  # newer than the measured server
    if status == 404 and path.startswith(OWN) and method != "POST":
        return 405, JSON_TYPE  # a wrong verb is reported as such
    if status == 404:
        return 404, XML_TYPE if accept == XML_TYPE else JSON_TYPE  # an error has a body
    if path.endswith("resourceType=Q"):
        return 400, XML_TYPE  # the query wins, and nothing is called Q
    if content_type in {"text/html", "text/javascript"}:
        # There is no page and no callback, so the next accepted type is used, or JSON.
        return 200, XML_TYPE if "callback" in path else JSON_TYPE
    return status, content_type


ROWS = [
    row
    for row in VECTORS["negotiation"] + VECTORS["routes"]
    if row["path"].partition("?")[0] not in OTHERS and row["path"] != "/json/reply/GetOnly"
]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.get('method')} {row['path']} {row['accept']}")
def test_as_measured(shared_cloud: Cloud, row: dict[str, Any]) -> None:
    method = row.get("method", "POST")
    named = row["path"].split("/")[1].lower()
    body = FORMATS.get(named) or BODIES.get((row["content_type"] or "").partition(";")[0], JSON)

    sent = body if method == "POST" else b""
    reply = call(shared_cloud, f"{method} {row['path']}", sent, row["content_type"], accept=row["accept"])

    status, content_type = ours(row)
    assert reply.status == status
    if content_type:
        assert reply.header("content-type") == content_type
    assert reply.body or method in {"OPTIONS", "HEAD"}


@pytest.mark.parametrize(
    "target",
    [
        "/v1/customerlink/",
        "/V1/CustomerLink",
        "/v1/CUSTOMERLINK.json/",
        "/v1/customerlink.html",
        API,
        API.lower(),
        f"{API}/",
        f"{API}.json",
        "/API/customerlinkcreaterequest",
        "/json/reply/CustomerLinkCreateRequest/",
        "/Json/OneWay/customerLinkCreateRequest",
    ],
)
def test_every_spelling_makes_a_link(shared_cloud: Cloud, target: str) -> None:
    reply = post(shared_cloud, JSON, target)

    assert reply.status == 200
    assert "link" in reply.json()


@pytest.mark.parametrize(
    ("method", "target", "status", "allow"),
    [
        ("GET", OWN, 405, "POST, OPTIONS"),
        ("PUT", f"{OWN}.json", 405, "POST, OPTIONS"),
        ("DELETE", f"{OWN}/", 405, "POST, OPTIONS"),
        ("GET", API, 405, "POST, OPTIONS"),
        ("PATCH", "/json/reply/CustomerLinkCreateRequest", 405, "POST, OPTIONS"),
        ("POST", LIST, 405, "GET, OPTIONS"),
        ("DELETE", "/json/reply/CustomerLinkListRequest", 405, "GET, POST, OPTIONS"),
        ("POST", "/types/python", 405, "GET, HEAD, OPTIONS"),
        ("POST", "/json/reply/Nope", 405, "OPTIONS"),
        ("GET", "/json/reply/Nope_2[]", 405, "OPTIONS"),
        ("POST", "/api/CustomerLinkListRequest[]", 405, "OPTIONS"),
        ("POST", f"{OWN}.JSV", 404, None),
        ("POST", f"{OWN}.txt", 404, None),
        ("POST", f"{OWN}/more", 404, None),
        ("POST", f"{OWN}.json/more", 404, None),
        ("GET", f"{LIST}/more", 404, None),
        ("GET", f"{OWN}/resource/Invoice", 404, None),
        ("POST", f"{API}/more", 404, None),
        ("POST", "/json/syncreply/CustomerLinkCreateRequest", 404, None),
        ("POST", "/json/reply/", 404, None),
        ("GET", "/types/cobol", 404, None),
        ("GET", "/types/python.json", 404, None),
    ],
)
def test_what_there_is_not_is_told_as_a_typed_error(
    shared_cloud: Cloud, method: str, target: str, status: int, allow: str | None
) -> None:
    reply = call(shared_cloud, f"{method} {target}", JSON if method == "POST" else b"")

    assert reply.status == status
    assert reply.header("allow") == (allow or "")
    error = reply.json()["responseStatus"]
    assert error["errorCode"] in {"NotFound", "MethodNotAllowed", "NotImplementedException"}
    assert error["message"]
    assert error["errors"] == []


def test_an_unknown_operation_is_named(shared_cloud: Cloud) -> None:
    error = post(shared_cloud, JSON, f"/json/reply/{'Nope' * 50}").json()["responseStatus"]

    assert error["errorCode"] == "NotImplementedException"
    assert error["message"] == f"The operation '{'Nope' * 25}' does not exist for this service"


@pytest.mark.parametrize("suffix", ["json", "jsv", "xml", "csv"])
def test_common_spellings_do_not_take_the_way_of_the_unrouted(shared_cloud: Cloud, suffix: str) -> None:
    for target in (OWN, f"{OWN}.{suffix}", f"{OWN}/", API, f"/{suffix}/reply/CustomerLinkCreateRequest"):
        assert call(shared_cloud, f"OPTIONS {target}").route != "$default"
    for target in (LIST, f"{LIST}.{suffix}", "/types/python", "/types/typescript", "/types", "/metadata"):
        assert call(shared_cloud, f"GET {target}").route != "$default"


@pytest.mark.parametrize(
    ("target", "content_type", "body", "views"),
    [
        (f"{OWN}?maxViews=9", "application/json", f'{JSON[:-1]},"maxViews":5}}', 9),
        (f"{OWN}?MAXVIEWS=9", "application/jsv", f"{BODIES['text/jsv'][:-1]},MaxViews:5}}", 9),
        (f"{OWN}?maxViews=9", "application/x-www-form-urlencoded", f"{BODIES['application/x-www-form-urlencoded']}", 9),
        (
            f"{OWN}?maxViews=9",
            "application/x-www-form-urlencoded",
            f"{BODIES['application/x-www-form-urlencoded']}&maxViews=5",
            5,
        ),
        (f"{OWN}?maxViews=", "application/json", f'{JSON[:-1]},"maxViews":5}}', 5),
        (f"{API}?maxViews=9", "application/json", f'{JSON[:-1]},"maxViews":5}}', 5),
        (f"{API}?maxViews=9", "application/json", JSON, 9),
    ],
)
def test_the_query_wins_on_the_own_route_and_fills_in_on_predefined_ones(
    shared_cloud: Cloud, target: str, content_type: str, body: str, views: int
) -> None:
    reply = call(shared_cloud, f"POST {target}", body, content_type)

    assert reply.json()["link"]["maxViews"] == views


def test_a_limit_that_cannot_be_read_never_vanishes(shared_cloud: Cloud) -> None:
    for body, target in ((f'{JSON[:-1]},"maxViews":"abc"}}', OWN), (JSON, f"{OWN}?maxViews=abc")):
        error = post(shared_cloud, body, target).json()["responseStatus"]

        assert error["errorCode"] == "SerializationException"
        assert error["message"] == "Unable to bind to request 'CustomerLinkCreateRequest'"
        [entry] = error["errors"]
        assert (entry["errorCode"], entry["fieldName"]) == ("SerializationException", "MaxViews")
        assert entry["message"] == "'abc' is an Invalid value for 'maxViews'"


@pytest.mark.parametrize("target", [OWN, API, "/json/oneway/CustomerLinkCreateRequest"])
def test_text_plain_is_json(shared_cloud: Cloud, target: str) -> None:
    assert call(shared_cloud, f"POST {target}", JSON, "text/plain;charset=UTF-8", accept="*/*").status == 200


def test_a_body_of_another_type_is_refused(shared_cloud: Cloud) -> None:
    reply = call(shared_cloud, f"POST {OWN}", "resourceType: Invoice", "application/yaml")

    assert reply.status == 415
    assert reply.json()["responseStatus"]["errorCode"] == "UnsupportedMediaType"


def test_the_list_operation_takes_its_members_from_wherever_they_stand(shared_cloud: Cloud) -> None:
    query = f"resourceType=Invoice&resourceUid={UID}"
    replies = [
        call(shared_cloud, f"GET {LIST}"),
        call(shared_cloud, f"GET {LIST}/?resourceType=Other"),
        call(shared_cloud, f"GET /api/CustomerLinkListRequest?{query}"),
        call(shared_cloud, f"GET /json/reply/CustomerLinkListRequest?{query}"),
        post(shared_cloud, f'{{"resourceType":"Invoice","resourceUid":"{UID}"}}', "/api/CustomerLinkListRequest"),
    ]

    assert [reply.status for reply in replies] == [200] * 5
    assert all(reply.json()["links"] == replies[0].json()["links"] != [] for reply in replies)
