"""Signatures in Chromium: drawn with a finger, kept over a reload and a rotation, taken back, typed by keyboard."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.sync_api import expect

from linkgate import wiring
from linkgate.model.tenant import Process
from linkgate.store.tenants import DynamoTenants
from tests.browser.conftest import PHONE
from tests.browser.test_journeys import go_on
from tests.browser.test_pages import violations
from tests.browser.test_uploads import shot
from tests.visits.test_signatures import AGAIN, SCHEMA

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import BrowserContext, Page

    from tests.support.portal import Portal

    Browse = Callable[..., BrowserContext]


def at_review(page: Page, portal: Portal) -> Page:
    """Lead a browser to the review of a form that is signed."""
    tenants = wiring.deps().tenants
    assert isinstance(tenants, DynamoTenants)
    tenants.put_definition(portal.tenant.id, Process("signed", "Loan", schema=SCHEMA))
    go_on(page, portal.process({}, "signed"))
    page.get_by_label("Name").fill("Ada")
    page.get_by_role("button", name="Continue").click()
    return page


def draw(page: Page) -> None:
    canvas = page.locator("canvas")
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    assert box
    at = [(box["x"] + box["width"] * x, box["y"] + box["height"] * y) for x, y in ((0.1, 0.5), (0.4, 0.2), (0.8, 0.9))]
    with page.expect_response("**/fields"):
        page.mouse.move(*at[0])
        page.mouse.down()
        for place in at[1:]:
            page.mouse.move(*place, steps=5)
        page.mouse.up()


def ink(page: Page) -> str:
    return page.locator("input[name='/sign']").input_value()


def test_a_signature_is_drawn_kept_and_asked_for_again(english: Portal, browse: Browse, axe: str) -> None:
    page = at_review(browse(viewport=PHONE).new_page(), english)
    shot(page, "sign-empty")
    draw(page)
    drawn = ink(page)
    assert drawn.startswith("path:M60 100L")
    shot(page, "sign-drawn")
    assert violations(page, axe) == []

    page.set_viewport_size({"width": 740, "height": 360})
    page.reload()
    page.set_viewport_size({"width": 320, "height": 640})
    assert ink(page) == drawn
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    with page.expect_response("**/fields"):
        page.get_by_role("button", name="Undo").click()
    assert not ink(page)
    draw(page)

    page.get_by_role("link", name="Change Name").click()
    page.get_by_label("Name").fill("Eve")
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_text(AGAIN)).to_be_visible()
    assert not ink(page)
    shot(page, "sign-again")
    draw(page)
    page.get_by_role("button", name="Send").click()
    expect(page.locator("svg.ink")).to_be_visible()
    shot(page, "sign-receipt")


def test_a_name_is_typed_without_a_script(english: Portal, browse: Browse) -> None:
    page = at_review(browse(viewport=PHONE, java_script_enabled=False).new_page(), english)
    page.get_by_label("Or type your name instead").fill("Ada Lovelace")
    page.get_by_role("button", name="Send").click()

    expect(page.get_by_text("Ada Lovelace")).to_be_visible()
