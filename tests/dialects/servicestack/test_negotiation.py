from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from linkgate.dialects.servicestack.negotiation import (
    FORMAT_NAMES,
    Format,
    body_format,
    predefined_body_format,
    predefined_reply_type,
    reply_type,
    split_suffix,
)
from linkgate.errors import UnsupportedMedia

VECTORS = json.loads(
    (Path(__file__).parents[2] / "support/vectors" / "servicestack_vectors.json").read_text(encoding="utf-8")
)
JSON, XML, JSV, CSV = "application/json; charset=utf-8", "application/xml", "application/jsv", "text/csv"
NOT_OURS = {"text/html": JSON, "application/octet-stream": JSON, "text/javascript": XML}
"""There is no HTML page, no foreign type is echoed, and `?callback=` is ignored (that vector accepts XML)."""


@pytest.mark.parametrize("row", VECTORS["negotiation"], ids=lambda row: f"{row['content_type']} -> {row['accept']}")
def test_accept_is_followed_as_measured(row: dict[str, Any]) -> None:
    measured = row["response_content_type"]

    assert reply_type(None, None, row["accept"], row["content_type"]).content_type == NOT_OURS.get(measured, measured)


ROUTES = [row for row in VECTORS["routes"] if row["method"] == "POST" and row["status"] in {200, 400}]


@pytest.mark.parametrize("row", ROUTES, ids=lambda row: row["path"])
def test_suffix_query_and_route_are_followed_as_measured(row: dict[str, Any]) -> None:
    url = urlsplit(row["path"])
    query_format = parse_qs(url.query).get("format", [None])[0]
    name, _, rest = url.path[1:].partition("/")
    if rest.startswith(("reply", "oneway", "REPLY")):
        reply = predefined_reply_type(FORMAT_NAMES[name.lower()], query_format, row["accept"], row["content_type"])
    else:
        path, suffix = split_suffix(url.path)
        assert path == "/v1/customerlink"
        reply = reply_type(suffix, query_format, row["accept"], row["content_type"])

    measured = row["response_content_type"]
    assert reply.content_type == NOT_OURS.get(measured, measured)


@pytest.mark.parametrize(
    ("content_type", "accept", "expected"),
    [
        # the measured matrix
        *(("application/json", accept, JSON) for accept in (None, "*/*", "application/json", "image/png", "")),
        ("application/json", "application/json;q=0.5, application/xml", JSON),
        ("application/json", "application/xml, application/json", JSON),
        ("application/json", "application/jsv, application/xml", XML),
        ("application/json", "text/csv", CSV),
        ("application/json", "text/csv, */*", JSON),
        ("application/xml", "application/json, application/xml", XML),
        ("application/xml; charset=utf-8", "application/json, application/xml", JSON),
        ("application/jsv", "*/*", JSV),
        ("text/jsv", "*/*", "text/jsv"),
        ("text/jsv;charset=UTF-8", "*/*", "text/jsv"),
        ("text/xml", "*/*", "text/xml"),
        ("text/json", "*/*", "text/json"),
        ("text/csv", "*/*", CSV),
        ("application/x-www-form-urlencoded", "*/*", JSON),
        ("multipart/form-data; boundary=x", "*/*", JSON),
        *(
            (content_type, None, JSON)
            for content_type in ("application/jsv", "text/jsv", "application/xml", "text/csv")
        ),
        # additional rules of ours
        ("text/jsv", "text/jsv", "text/jsv"),
        ("application/json", "text/jsv", "text/jsv"),
        ("application/json", "text/jsv, */*", "text/jsv"),
        ("application/jsv", "application/jsv", JSV),
        ("text/jsv", "application/jsv", JSV),
        ("application/json", "text/xml", XML),
        ("application/xml", "text/json", JSON),
        ("application/json", "Application/XML;q=0.1", XML),
        ("application/json", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", JSON),
        ("application/x-unknown; a=b", "*/*", JSON),
        ("<script>", "*/*;q=0.1", JSON),
    ],
)
def test_the_replys_type(content_type: str, accept: str | None, expected: str) -> None:
    assert reply_type(None, None, accept, content_type).content_type == expected


def test_suffix_beats_query_beats_accept() -> None:
    def named(suffix: Format | None, query_format: str | None) -> str:
        return reply_type(suffix, query_format, "application/xml", "application/json").content_type

    assert named(Format.JSV, "csv") == JSV
    assert named(None, "csv") == CSV
    assert named(None, "JSV.whatever") == JSV
    assert named(None, "html") == JSON
    assert named(None, "bogus") == XML
    assert named(None, "") == XML


def test_jsv_is_called_as_the_client_calls_it_however_it_was_chosen() -> None:
    assert reply_type(Format.JSV, None, "text/jsv", None).content_type == "text/jsv"
    assert reply_type(None, "jsv", "*/*", "text/jsv").content_type == "text/jsv"
    assert reply_type(Format.JSV, None, None, "text/jsv").content_type == JSV
    assert reply_type(Format.XML, None, "text/jsv", "text/jsv").content_type == XML


def test_a_predefined_route_ignores_accept_but_not_the_query() -> None:
    assert predefined_reply_type(Format.JSON, None, "application/xml", "application/xml").content_type == JSON
    assert predefined_reply_type(Format.JSV, "xml", "application/json", None).content_type == XML
    assert predefined_reply_type(Format.CSV, "bogus", None, None).content_type == CSV


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/v1/customerlink", ("/v1/customerlink", None)),
        ("/v1/customerlink/", ("/v1/customerlink/", None)),
        ("/v1/customerlink.json", ("/v1/customerlink", Format.JSON)),
        ("/v1/customerlink.jsv/", ("/v1/customerlink", Format.JSV)),
        ("/V1/CustomerLink.xml", ("/V1/CustomerLink", Format.XML)),
        ("/v1/customerlink.csv", ("/v1/customerlink", Format.CSV)),
        ("/v1/customerlink.html", ("/v1/customerlink", Format.JSON)),
        ("/v1/customerlink.txt", ("/v1/customerlink.txt", None)),
        ("/v1/customerlink.JSV", ("/v1/customerlink.JSV", None)),
        ("/v1.json/customerlink", ("/v1.json/customerlink", None)),
        ("/api/CustomerLinkCreateRequest[].jsv", ("/api/CustomerLinkCreateRequest[]", Format.JSV)),
    ],
)
def test_a_suffix_is_split_off_in_lower_case_only(path: str, expected: tuple[str, Format | None]) -> None:
    assert split_suffix(path) == expected


@pytest.mark.parametrize(
    ("content_type", "body", "expected"),
    [
        ("application/json", b"x", Format.JSON),
        ("text/json; charset=utf-8", b"x", Format.JSON),
        ("Application/JSV", b"x", Format.JSV),
        ("text/jsv", b"x", Format.JSV),
        ("text/xml", b"x", Format.XML),
        ("application/xml", b"x", Format.XML),
        ("text/csv", b"x", Format.CSV),
        ("application/x-www-form-urlencoded", b"x", Format.FORM),
        ("multipart/form-data; boundary=x", b"x", Format.MULTIPART),
        (None, b'{"a":1}', Format.JSON),
        ("text/plain;charset=UTF-8", b'{"a":1}', Format.JSON),
        ("application/octet-stream", b'\xef\xbb\xbf {\n "a":1}', Format.JSON),
        (None, b"", Format.JSON),
        ("image/png", b" ", Format.JSON),
    ],
)
def test_the_bodys_format(content_type: str | None, body: bytes, expected: Format) -> None:
    assert body_format(content_type, body) is expected


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        (None, b"{ResourceType:x}"),
        ("text/plain", b"[]"),
        ("image/png", b'{"a":1}'),
        ("application/vnd.api+json", b"{}"),
    ],
)
def test_a_body_of_no_known_format_is_refused(content_type: str | None, body: bytes) -> None:
    with pytest.raises(UnsupportedMedia):
        body_format(content_type, body)


@pytest.mark.parametrize("content_type", [None, "text/plain", "application/xml"])
def test_a_predefined_route_names_the_bodys_format_except_for_forms(content_type: str | None) -> None:
    assert predefined_body_format(Format.JSV, content_type) is Format.JSV
    assert predefined_body_format(Format.JSON, "application/x-www-form-urlencoded") is Format.FORM
    assert predefined_body_format(Format.JSON, "multipart/form-data; boundary=x") is Format.MULTIPART
