"""Pages are small, and smaller on the wire."""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING

import pytest

from linkgate.endpoint.http_event import takes_gzip
from linkgate.wire.message import Request
from tests.support.visitor import LINKS, Visitor, parts

if TYPE_CHECKING:
    from tests.support.cloud import Cloud


@pytest.mark.parametrize(
    ("accepted", "takes"),
    [
        (None, False),
        ("", False),
        ("br", False),
        ("gzip", True),
        ("br, GZIP;q=0.5", True),
        ("gzip; q=0", False),
        ("gzip;q=0.000, br", False),
        ("gzip;q=1.0", True),
        ("x-gzip", False),
    ],
)
def test_a_client_says_whether_it_takes_gzip(accepted: str | None, *, takes: bool) -> None:
    headers = {} if accepted is None else {"accept-encoding": accepted}

    assert takes_gzip(Request("GET", "/", headers=headers)) is takes


@pytest.mark.parametrize("kind", LINKS)
def test_a_page_is_packed_for_those_who_take_it(cloud: Cloud, kind: str) -> None:
    url = LINKS[kind](cloud)
    plain, packing = Visitor(cloud), Visitor(cloud, headers={"Accept-Encoding": "gzip"})
    page, packed = (visitor.get(f"/l/{parts(url)[0]}") for visitor in (plain, packing))

    assert gzip.decompress(packed.body) == page.body
    assert (packed.header("content-encoding"), packed.header("vary")) == ("gzip", "Accept-Encoding")
    assert (page.header("content-encoding"), len(packed.body) < len(page.body) / 2) == ("", True)


def test_small_replies_and_replies_without_a_body_are_not_packed(cloud: Cloud) -> None:
    visitor = Visitor(cloud, "application/json", headers={"Accept-Encoding": "gzip"})
    rid, _ = parts(LINKS["process"](cloud))

    for reply in (visitor.get(f"/l/{rid}"), Visitor(cloud, headers=visitor.headers).get(f"/l/{rid}", "HEAD")):
        assert (reply.status, reply.header("content-encoding")) == (200, "")


def test_a_browser_that_asks_for_an_icon_gets_no_page(cloud: Cloud) -> None:
    icon = Visitor(cloud).get("/favicon.ico")

    assert (icon.status, icon.body, icon.header("cache-control")) == (204, b"", "public, max-age=604800")
