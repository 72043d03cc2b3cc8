"""A document goes from the tenant to the reader in a real browser, on a phone and a desk, with and without scripts."""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import expect

from local import demo
from tests.browser.conftest import PHONE
from tests.browser.test_journeys import go_on
from tests.support.command_line import invoke
from tests.support.documents import PDF, put_file
from tests.support.portal import rid_of
from tests.support.visitor import JSON, Visitor

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import BrowserContext, Page, Response, Route

    from tests.support.portal import Portal

    Browse = Callable[..., BrowserContext]

TYPE, BUCKET = "Statement", "/linkgate-local-FilesBucket/"
DESK = {"width": 1280, "height": 800}
WAYS = [(size, scripts) for size in (PHONE, DESK) for scripts in (True, False)]


@pytest.fixture(params=WAYS, ids=["phone", "phone without scripts", "desk", "desk without scripts"])
def page(request: pytest.FixtureRequest, browse: Browse) -> Page:
    size, scripts = request.param
    return browse(viewport=size, java_script_enabled=scripts).new_page()


def facts(portal: Portal, url: str) -> list[str]:
    portal.cloud.settle()
    headers = {"authorization": f"Bearer {demo.MANAGE_KEY}"}
    found: list[dict[str, Any]] = portal.cloud.get(f"/links/{rid_of(url)}/events", **headers).json()["events"]
    return [each["type"] for each in found if each["type"].startswith("document.")]


def put_by_command(portal: Portal, uid: str, path: Path) -> None:
    """Put a file as a tenant's operator does. Checks run when the cloud settles, so the command does not wait."""
    about = ("--title", "Invoice for October", "--amount", "1234.5", "--currency", "EUR", "--due", "2026-12-01")
    command = ("file", "put", TYPE, uid, path, *about, "--no-wait", "--endpoint-url", portal.url)
    said = invoke(*command, env={"LINKGATE_KEY": demo.MANAGE_KEY})
    assert said.exit_code == 0, said.output
    portal.cloud.settle()


def test_a_document_is_put_sent_viewed_and_downloaded(page: Page, english: Portal, tmp_path: Path) -> None:
    uid = uuid.uuid4().hex
    (tmp_path / "Invoice 42.pdf").write_bytes(PDF)
    put_by_command(english, uid, tmp_path / "Invoice 42.pdf")
    english.resource(TYPE, resourceUid=uid, deliverEmail=True)
    english.cloud.settle()
    assert "a document" in english.messages()[0]["text"]
    url = english.link()
    given: list[tuple[int, str]] = []
    page.context.on("response", lambda reply: given.append(seen(reply)) if BUCKET in reply.url else None)

    go_on(page, url)
    expect(page.get_by_role("heading", name="Invoice for October")).to_be_visible()
    expect(page.get_by_text("€1,234.50")).to_be_visible()
    assert english.item(url).get("looks", 0) == 0

    with page.context.expect_page(), page.context.expect_event("response", lambda reply: BUCKET in reply.url):
        page.get_by_role("button", name="View").click()
    with page.expect_download() as saved:
        page.get_by_role("button", name="Download").click()

    assert Path(saved.value.path()).read_bytes() == PDF
    assert saved.value.suggested_filename == "Invoice 42.pdf"
    # A browser may ask once more for what it shows.
    ways = dict.fromkeys((status, way.partition(";")[0]) for status, way in given)
    assert list(ways) == [(200, "inline"), (200, "attachment")]
    assert facts(english, url) == ["document.viewed", "document.downloaded"]
    assert Visitor(english.cloud, JSON).open(url).status == 200
    expect(page.get_by_role("heading", name="Invoice for October")).to_be_visible()


def seen(reply: Response) -> tuple[int, str]:
    """Return the status, and how the file was to be shown. Chromium tells no headers of what it saves."""
    return reply.status, parse_qs(urlsplit(reply.url).query)["response-content-disposition"][0]


def test_a_policy_without_the_bucket_stops_the_file(page: Page, english: Portal) -> None:
    """Chromium stops the redirect after the press was counted, so the page must name the bucket."""
    uid = uuid.uuid4().hex
    put_file(english.cloud, TYPE, uid)
    go_on(page, english.resource(TYPE, resourceUid=uid))
    page.route("**/v/*", without_bucket)
    page.reload()
    blocked: list[str] = []
    page.on("console", lambda message: blocked.append(message.text))

    page.get_by_role("button", name="Download").click()
    page.wait_for_timeout(500)

    assert any("form-action" in text for text in blocked)


def without_bucket(route: Route) -> None:
    reply = route.fetch()
    headers = {**reply.headers, "content-security-policy": "form-action 'self'"}
    route.fulfill(response=reply, headers=headers)
