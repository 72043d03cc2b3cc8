"""Every page in every state and language is accessible, light and narrow, and makes no requests to other hosts."""

from __future__ import annotations

import gzip
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest

from tests.support.page_states import STATES

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import BrowserContext, Page, Request

    from tests.support.portal import Portal


NARROWEST = {"width": 320, "height": 640}
"""Width of a phone, and of a screen of 1280 pixels at 400 %."""
HEAVIEST = 30_000
"""Maximum size of a page in bytes."""
HEAVIEST_WITH_CALLS = 60_000
"""Maximum size of a page on which people see and hear each other."""

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@pytest.mark.parametrize("name", STATES)
def test_a_page(name: str, portal: Portal, browse: Callable[..., BrowserContext], axe: str) -> None:
    context = browse(portal.language)
    page = context.new_page()
    complaints: list[str] = []
    requests: list[Request] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("request", lambda request: requests.append(request))  # noqa: PLW0108 - it marks its argument

    STATES[name](page, portal)
    page.wait_for_load_state()

    assert violations(page, axe) == []
    assert [text for text in complaints if not re.match("Failed to load resource: the server responded", text)] == []
    assert {urlsplit(request.url).netloc for request in requests} == {urlsplit(portal.url).netloc}
    heaviest = HEAVIEST_WITH_CALLS if page.locator(".media").count() else HEAVIEST
    content = page.content().encode()
    assert len(content) < heaviest
    # A step that takes files, with all its faults, is a little more.
    assert len(gzip.compress(content)) < (9 * 1024 if b"data-upload" in content else heaviest * 3 // 10)
    assert page.get_attribute("html", "lang") == portal.language
    # Only a landing page still has the secret in its address, until Continue sends it.
    assert urlsplit(page.url).fragment == "" or (name.startswith("landing") and "/l/" in page.url)
    page.set_viewport_size(NARROWEST)  # type: ignore[arg-type]  # a plain mapping is enough
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROWEST["width"]


def violations(page: Page, axe: str) -> list[tuple[str, list[str]]]:
    if not page.evaluate("'axe' in window"):
        page.evaluate(axe)
    found: list[dict[str, Any]] = page.evaluate(
        "async rules => (await axe.run(document, {runOnly: rules})).violations", RULES
    )
    return [(rule["id"], [node["html"] for node in rule["nodes"]]) for rule in found]


def test_axe_finds_what_is_wrong(browse: Callable[..., BrowserContext], axe: str) -> None:
    page = browse().new_page()
    page.set_content('<html><body><img src="x"><input><p style="color:#999">pale</p></body></html>')

    assert {rule for rule, _ in violations(page, axe)} >= {"image-alt", "label", "color-contrast", "html-has-lang"}


def test_every_control_can_be_reached_and_seen_with_the_keyboard(
    english: Portal, browse: Callable[..., BrowserContext]
) -> None:
    page = browse().new_page()
    STATES["form"](page, english)
    controls = page.locator("input:not([type=hidden]), select, textarea, button")
    wanted = set(controls.evaluate_all("found => found.map(control => control.name || control.textContent)"))
    reached: set[str] = set()

    for _ in range(2 * controls.count()):
        page.keyboard.press("Tab")
        name, outline = page.evaluate(
            "(focused => [focused.name || focused.textContent, getComputedStyle(focused).outlineStyle])"
            "(document.activeElement)"
        )
        if page.evaluate("document.activeElement === document.body"):
            break
        assert outline == "solid", name
        reached.add(name)

    assert reached >= wanted


def test_nothing_moves(english: Portal, browse: Callable[..., BrowserContext]) -> None:
    page = browse().new_page()
    STATES["form_with_faults"](page, english)

    assert page.evaluate("document.getAnimations().length") == 0
