"""Robots that visit links before people do must count, send and use up nothing, and the human must still succeed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from tests.browser.test_journeys import enter_code, go_on
from tests.support.page_states import MODEL
from tests.support.portal import rid_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from playwright.sync_api import BrowserContext, Page

    from tests.support.portal import Portal

    Browse = Callable[..., BrowserContext]
    Make = Callable[[Portal], str]
    Robot = Callable[[str, Portal, Browse], None]

LINKS: Mapping[str, Make] = {
    "process": lambda portal: portal.process(MODEL),
    "process that asks for nothing": lambda portal: portal.process(MODEL, "confirm"),
    "resource": lambda portal: portal.resource(maxViews=1),
    "resource behind a code": lambda portal: portal.resource("MedicalReport", maxViews=1),
    "resource behind a second channel": lambda portal: portal.resource("Contract", maxViews=1, deliverEmail=True),
    "survey": lambda portal: portal.survey(),
    "session": lambda portal: portal.session(),
}
CODED = {name for name in LINKS if "behind" in name}

UNFURLERS = (
    "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)",
    "WhatsApp/2.23.20.0",
    "facebookexternalhit/1.1",
    "Mozilla/5.0 (compatible; Microsoft Office Existence Discovery)",
)


def prober(url: str, portal: Portal, _browse: Browse) -> None:
    for target in targets(url):
        portal.cloud.request("HEAD", target)
        portal.cloud.request("OPTIONS", target)


def prefetcher(url: str, portal: Portal, _browse: Browse) -> None:
    for target in targets(url):
        portal.cloud.request("GET", target, headers={"Sec-Purpose": "prefetch", "Accept": "text/html"})


def unfurler(url: str, portal: Portal, _browse: Browse) -> None:
    for agent in UNFURLERS:
        for target in targets(url):
            portal.cloud.request("GET", target, headers={"User-Agent": agent})


def idle_browser(url: str, _portal: Portal, browse: Browse) -> None:
    page = browse().new_page()
    for address in (url, url.replace("#", "%23")):
        page.goto(address)
        page.wait_for_load_state("networkidle")
        page.mouse.wheel(0, 2000)


def targets(url: str) -> list[str]:
    path, _, secret = url[url.index("/l/") :].partition("#")
    return [path, f"{path}%23{secret}", "/v", f"/v/{rid_of(url)}", f"/v/{rid_of(url)}/fields"]


ROBOTS: Mapping[str, Robot] = {
    "prober": prober,
    "prefetcher": prefetcher,
    "unfurler": unfurler,
    "idle browser": idle_browser,
}


def clicker(url: str, browse: Browse) -> None:
    """Press every button that can be seen, on every reachable page, as some scanners do."""
    page = browse().new_page()
    page.goto(url)
    pressed: set[tuple[str, str]] = set()
    while True:
        fresh = [
            (place, button)
            for place, button in enumerate(page.locator("button").all())
            if button.is_visible() and (heading(page), button.inner_text()) not in pressed
        ]
        if not fresh:
            return
        place, button = fresh[0]
        pressed.add((heading(page), button.inner_text()))
        page.locator("button").nth(place).click()
        page.wait_for_load_state()


def heading(page: Page) -> str:
    return page.locator("h1").inner_text()


def succeed(name: str, url: str, portal: Portal, browse: Browse) -> None:
    """Go from Continue to the page behind the link, as the human."""
    page = browse().new_page()
    go_on(page, url)
    if name in CODED:
        enter_code(page, portal)
    expect(page).to_have_url(f"{portal.url}/v/{rid_of(url)}")
    assert portal.item(url)["views"] >= 1


def unchanged(item: dict[str, Any]) -> dict[str, Any]:
    """Return a link without the fields that its delivery changes in the background."""
    return {key: value for key, value in item.items() if key != "deliveries"}


@pytest.mark.parametrize("name", LINKS)
@pytest.mark.parametrize("robot", ROBOTS)
def test_a_robot_changes_nothing_and_the_human_succeeds(robot: str, name: str, english: Portal, browse: Browse) -> None:
    url = LINKS[name](english)
    before, messages = english.item(url), len(english.messages())

    ROBOTS[robot](url, english, browse)

    assert unchanged(english.item(url)) == unchanged(before)
    assert len(english.messages()) == messages
    succeed(name, url, english, browse)


@pytest.mark.parametrize("name", LINKS)
def test_a_robot_that_presses_every_button_neither_sends_in_nor_gets_past_a_code(
    name: str, english: Portal, browse: Browse
) -> None:
    url = LINKS[name](english)

    clicker(url, browse)

    item = english.item(url)
    assert "submitted_at" not in item
    assert "submission" not in item
    assert "locked_at" not in item
    assert item["views"] == (0 if name in CODED else 1)
    if name != "resource":  # the first to press Continue used the only view; a code prevents that
        succeed(name, url, english, browse)


def test_no_robot_is_shown_anything_personal(english: Portal, browse: Browse) -> None:
    url = english.process(MODEL)
    page = browse().new_page()
    page.goto(url)

    assert not re.search("Ana|C-1042|ana@example.com", page.content())
    assert rid_of(url) in page.content()
