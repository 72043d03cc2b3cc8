"""A customer and an agent who meet, each in a browser of their own."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from playwright.sync_api import expect

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from playwright.sync_api import BrowserContext, Locator, Page

    from tests.support.portal import Portal

    Browse = Callable[..., BrowserContext]

SOON = 15_000
"""Milliseconds. The machine may be busy."""
CONNECTED = "Picture and sound are connected."
THROUGH = "Picture and sound do not get through here. Go on in writing."
DEVICES = {"permissions": ["camera", "microphone"]}
"""Setting of a browser that lets pages use its devices."""


class Meeting:
    """Pages of a customer who waits and of an agent on duty, with the frames that each sent and got."""

    def __init__(self, portal: Portal, browse: Browse, customer: Mapping[str, Any]) -> None:
        self.portal = portal
        self.frames: list[tuple[str, dict[str, Any]]] = []
        self.desk = self._page(browse(portal.language, **DEVICES))
        self.customer = self._page(browse(portal.language, **customer))

    def open(self) -> None:
        opened(self.desk, self.portal.desk())
        self.desk.locator(".duty").click()
        expect(self.desk.locator(".duty")).to_have_attribute("aria-pressed", "true", timeout=SOON)
        opened(self.customer, self.portal.session())
        expect(self.desk.locator(".waiting li")).to_have_count(1, timeout=SOON)

    def _page(self, context: BrowserContext) -> Page:
        page = context.new_page()

        def watch(way: str) -> Callable[[str | bytes], None]:
            return lambda payload: self.frames.append((way, json.loads(payload)))

        def listen(socket: Any) -> None:
            socket.on("framesent", watch("sent"))
            socket.on("framereceived", watch("received"))

        page.on("websocket", listen)
        return page

    @property
    def pages(self) -> tuple[Page, Page]:
        return self.customer, self.desk

    def accept(self) -> None:
        self.desk.locator(".waiting button").click()
        expect(self.desk.locator(".talk")).to_be_visible(timeout=SOON)

    def end(self) -> None:
        """Leave nobody in a call, in line or on duty for the next test."""
        if self.desk.locator(".end").is_visible():
            self.desk.locator(".end").click()
            expect(self.desk.locator(".talk")).to_be_hidden(timeout=SOON)
        elif self.customer.locator(".leave").is_visible():
            self.customer.locator(".leave").click()
            expect(self.customer.locator(".leave")).to_be_hidden(timeout=SOON)
        if self.desk.locator(".duty[aria-pressed=true]").is_visible():
            self.desk.locator(".duty").click()
            expect(self.desk.locator(".duty")).to_have_attribute("aria-pressed", "false", timeout=SOON)


def opened(page: Page, url: str) -> None:
    page.goto(url)
    page.locator("#open button").first.click()
    expect(page.locator("#live")).to_be_visible(timeout=SOON)


def state(page: Page) -> Locator:
    return page.locator(".media .means")


def fault(page: Page) -> Locator:
    return page.locator(".media .fault")


def use(page: Page, kind: str = "video") -> None:
    page.locator(f".choose [value={kind}]").click()


def talk(meeting: Meeting) -> None:
    """Let both see each other."""
    use(meeting.customer)
    meeting.accept()
    use(meeting.desk)
    for page in meeting.pages:
        expect(state(page)).to_have_text(CONNECTED, timeout=SOON)
