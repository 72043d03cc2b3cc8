"""The console's pages in every state and language are accessible and narrow, and their script does what it says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from linkgate.dialects.console.previews import preview_reply
from linkgate.texts import DEFAULT_LANGUAGE, OFFERED
from tests.browser.test_pages import NARROWEST, violations
from tests.support.console_states import STATES, staff
from tests.support.portal import rid_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import BrowserContext, Route

    from tests.support.portal import Portal

DESK = {"width": 1280, "height": 800}
SITE = "https://console.example.com/"


def serve(route: Route) -> None:
    """Answer with the state that the path names, in the language before it, with the reply's own policy."""
    language, _, name = route.request.url.removeprefix(SITE).partition("/")
    if "/preview/" in name:
        reply = preview_reply('<!doctype html><html lang="en"><title>E-mail</title><p>Hello</p></html>')
    else:
        reply = STATES[name](staff(language))
    route.fulfill(status=reply.status, headers=dict(reply.headers), body=reply.body)


@pytest.mark.parametrize("language", sorted(OFFERED))
def test_every_page_is_accessible_and_fits_a_phone(
    language: str, browse: Callable[..., BrowserContext], axe: str
) -> None:
    page = browse(language, viewport=DESK).new_page()
    page.route(f"{SITE}**", serve)
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    wrong: dict[str, Any] = {}

    for name in STATES:
        page.set_viewport_size(DESK)  # type: ignore[arg-type]  # a plain mapping is enough
        page.goto(f"{SITE}{language}/{name}")
        # The layout of a desk differs in no language.
        found: list[object] = [*violations(page, axe)] if language == DEFAULT_LANGUAGE else []
        page.set_viewport_size(NARROWEST)  # type: ignore[arg-type]  # as above
        found += violations(page, axe)
        overflow = page.evaluate("document.documentElement.scrollWidth") - NARROWEST["width"]
        wrong |= {name: found} if found else {}
        wrong |= {f"{name}: too wide": overflow} if overflow > 0 else {}

    assert wrong == {}
    # axe asks every frame, and a sandboxed one has no origin.
    expected = ("the server responded with a status", "'postMessage'")
    assert [text for text in complaints if not any(each in text for each in expected)] == []


def test_the_secret_of_a_pasted_link_never_leaves_the_browser(browse: Callable[..., BrowserContext]) -> None:
    page = browse().new_page()
    page.route(f"{SITE}**", serve)
    page.goto(f"{SITE}en/find")

    page.keyboard.press("/")
    page.keyboard.insert_text("https://links.example.com/l/AAAA#secret")

    assert page.evaluate("document.activeElement.id") == "text"
    assert page.input_value("#text") == "https://links.example.com/l/AAAA"


def test_times_are_those_of_the_person_who_reads(browse: Callable[..., BrowserContext]) -> None:
    context = browse(timezone_id="America/Mexico_City")
    page = context.new_page()
    page.route(f"{SITE}**", serve)
    page.goto(f"{SITE}en/found_one")

    assert "22 Nov 2026, 06:00" in page.inner_text("table")


def test_a_customers_question_is_answered_with_the_keyboard_alone(
    english: Portal, browse: Callable[..., BrowserContext]
) -> None:
    page = browse(viewport=DESK).new_page()
    page.goto(f"{english.url}/console")
    page.get_by_text("Sam Support").first.click()
    page.wait_for_url("**/console/find")
    rid = rid_of(english.process({"metadata": {"email": "keys@example.com"}}))

    page.keyboard.press("/")
    page.keyboard.type("KEYS@example.com")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/console/links/{rid}")
    page.get_by_role("link", name="Take it back…").focus()
    page.keyboard.press("Enter")
    page.get_by_label("The customer asked for it").focus()
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.type("twice")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/console/links/{rid}?done=revoke")

    assert "Taken back by Sam Support (support) (The customer asked for it: twice)" in page.inner_text("main")
