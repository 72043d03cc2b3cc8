"""A customer and an agent meet, each in a browser of their own, and talk in writing."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.browser.test_journeys import go_on
from tests.browser.test_pages import violations
from tests.support.portal import rid_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import BrowserContext, Page

    from tests.support.portal import Portal

    Browse = Callable[..., BrowserContext]

SOON = 15_000
"""Milliseconds. The machine may be busy."""


def opened(context: BrowserContext, url: str) -> Page:
    page = context.new_page()
    go_on(page, url)
    expect(page.locator("#live")).to_be_visible(timeout=SOON)
    return page


def available(page: Page) -> None:
    page.get_by_role("button", name="I am available").click()
    expect(page.locator(".duty")).to_have_attribute("aria-pressed", "true", timeout=SOON)


def write(page: Page, text: str) -> None:
    page.get_by_label("Your message").fill(text)
    page.get_by_role("button", name="Send message").click()


def test_a_customer_is_told_the_truth_and_meets_the_agent_who_accepts(
    english: Portal, browse: Browse, axe: str
) -> None:
    customer = opened(browse("en"), english.session())
    expect(customer.locator(".call")).to_contain_text("Nobody is at the desk right now", timeout=SOON)
    expect(customer.locator("#reception")).to_be_hidden()
    desk = opened(browse("en"), english.desk())
    expect(desk.locator(".waiting li")).to_have_count(0)
    available(desk)
    waiting = desk.locator(".waiting li").filter(has_text="Customer service").last
    expect(waiting).to_be_visible(timeout=SOON)
    assert desk.title().startswith("(")
    write(customer, "Are you there?")
    expect(customer.locator(".lines")).to_contain_text("Are you there?", timeout=SOON)

    waiting.get_by_role("button", name="Accept").click()

    expect(customer.locator(".call")).to_contain_text("Eva is here", timeout=SOON)
    expect(desk.locator(".lines")).to_contain_text("Are you there?", timeout=SOON)
    write(desk, "Yes, I am.")
    expect(customer.locator(".lines")).to_contain_text("Eva:", timeout=SOON)
    expect(customer.locator(".lines")).to_contain_text("Yes, I am.")
    expect(desk.get_by_label("Your message")).to_have_value("")
    desk.get_by_text("Notes for colleagues").click()
    desk.get_by_label("Note about this call").fill("Wants a second card")
    desk.get_by_role("button", name="Keep the note").click()
    expect(desk.locator(".noted")).to_have_text("Wants a second card", timeout=SOON)
    expect(desk.get_by_label("Note about this call")).to_have_value("")
    assert violations(customer, axe) == []
    assert violations(desk, axe) == []

    expect(customer.locator("#asking")).to_be_hidden()

    desk.goto("about:blank")
    expect(customer.locator(".call")).to_contain_text("Eva has lost the connection and may come back", timeout=SOON)
    desk.goto(f"{english.url}/d")
    expect(desk.locator(".noted")).to_have_text("Wants a second card", timeout=SOON)
    expect(customer.locator(".call")).to_contain_text("Eva is here", timeout=SOON)
    customer.reload()
    expect(customer.locator(".call")).to_contain_text("Eva is here", timeout=SOON)
    expect(customer.locator(".lines")).to_contain_text("Yes, I am.", timeout=SOON)
    assert "second card" not in customer.content()
    desk.get_by_role("button", name="End the conversation").click()
    expect(customer.locator(".call")).to_contain_text("This conversation has ended", timeout=SOON)
    expect(desk.locator(".said")).to_contain_text("This conversation has ended", timeout=SOON)

    customer.get_by_role("button", name="Talk again").click()
    expect(desk.locator(".waiting li").filter(has_text="Customer service").last).to_be_visible(timeout=SOON)
    desk.get_by_role("button", name="I am not available any more").click()
    expect(desk.locator(".waiting li")).to_have_count(0, timeout=SOON)


def test_a_message_that_was_overtaken_does_not_take_the_agent_away(english: Portal, browse: Browse) -> None:
    customer, desk = opened(browse("en"), english.session()), opened(browse("en"), english.desk())
    customer.locator("#live").evaluate(
        "root => { root.old = []; root.addEventListener('room', event => root.old.push(event.detail)); }"
    )
    available(desk)
    expect(customer.locator(".call")).not_to_contain_text("Nobody", timeout=SOON)
    desk.locator(".waiting li").last.get_by_role("button", name="Accept").click()
    expect(customer.locator(".call")).to_contain_text("Eva is here", timeout=SOON)

    customer.locator("#live").evaluate(
        """root => root.old.filter(room => room.state === 'waiting')
        .forEach(detail => root.dispatchEvent(new CustomEvent('room', {detail})))"""
    )

    expect(customer.locator(".call")).to_contain_text("Eva is here")
    desk.get_by_role("button", name="End the conversation").click()
    expect(customer.locator(".call")).to_contain_text("This conversation has ended", timeout=SOON)
    available_no_more = desk.get_by_role("button", name="I am not available any more")
    available_no_more.click()
    expect(available_no_more).to_be_hidden(timeout=SOON)


def test_an_older_state_does_not_take_back_what_an_agent_pressed(english: Portal, browse: Browse) -> None:
    """The state that a desk is told as it connects may come after the answer to the first press."""
    desk = opened(browse("en"), english.desk())
    available(desk)
    overtaken = "root => root.dispatchEvent(new CustomEvent('duty', {detail: {on: false}}))"

    desk.locator("#live").evaluate(overtaken)
    expect(desk.locator(".duty")).to_have_attribute("aria-pressed", "true")

    desk.evaluate("() => { const now = Date.now; Date.now = () => now() + 10000; }")
    desk.locator("#live").evaluate(overtaken)
    expect(desk.locator(".duty")).to_have_attribute("aria-pressed", "false")
    available(desk)
    desk.get_by_role("button", name="I am not available any more").click()
    expect(desk.locator(".duty")).to_have_attribute("aria-pressed", "false", timeout=SOON)


def test_a_press_without_a_connection_says_so(english: Portal, browse: Browse) -> None:
    desk = opened(browse("en"), english.desk())
    desk.locator("#live").evaluate("root => { root.live.ask = () => null; }")

    desk.get_by_role("button", name="I am available").click()

    expect(desk.locator(".call")).to_have_text("The connection is lost. This page tries again.")


def test_who_waits_at_a_closed_desk_is_told_when_it_opens(english: Portal, browse: Browse) -> None:
    customer = opened(browse("en"), english.session(category="small desk"))

    expect(customer.locator(".call")).to_have_text(
        re.compile(r"The desk is closed\. It opens Monday,? \d+ \w+ at \d\d:\d\d\."), timeout=SOON
    )
    expect(customer.locator(".media")).to_be_hidden()
    expect(customer.locator("#asking")).to_be_visible()


def test_what_was_not_sent_stays_in_the_box(english: Portal, browse: Browse) -> None:
    customer = opened(browse("en"), english.session())
    expect(customer.get_by_label("Your message")).to_be_visible(timeout=SOON)
    customer.route("**/live*", lambda route: route.abort())
    english.cloud.request("DELETE", "/_local/sockets")

    write(customer, "Still here")

    expect(customer.locator(".unsent")).to_contain_text("Not sent", timeout=SOON)
    expect(customer.get_by_label("Your message")).to_have_value("Still here")


def test_who_leaves_without_a_connection_does_not_wait_again_once_it_is_back(english: Portal, browse: Browse) -> None:
    url = english.session()
    customer = opened(browse("en"), url)
    leave = customer.get_by_role("button", name="Leave")
    expect(leave).to_be_visible(timeout=SOON)
    customer.route("**/live*", lambda route: route.abort())
    english.cloud.request("DELETE", "/_local/sockets")
    customer.wait_for_timeout(500)
    leave.click()

    customer.unroute("**/live*")

    def has_ended() -> bool:
        room = {"pk": rid_of(url), "sk": "live"}
        return any(room.items() <= each.items() and "ended_at" in each for each in english.cloud.table())

    deadline = time.monotonic() + SOON / 1000
    while time.monotonic() < deadline and not has_ended():
        customer.wait_for_timeout(200)
    assert has_ended()
    expect(leave).to_be_hidden()


HIDDEN_WITH_NOTICES = """() => {
  window.notices = [];
  window.Notification = class { static permission = 'granted'; constructor(text) { window.notices.push(text); } };
  Object.defineProperty(document, 'hidden', {value: true}); }"""


def test_nobody_is_rung_before_a_person_acts_nor_for_ever_without(english: Portal, browse: Browse) -> None:
    desk = opened(browse("en"), english.desk())
    desk.evaluate(HIDDEN_WITH_NOTICES)
    available(desk)
    waiting = desk.locator(".waiting li").filter(has_text="Ruth")
    customer = browse("en").new_page()
    customer.goto(english.session(name="Ruth"))
    customer.evaluate("document.querySelector('#open button').click()")  # as a robot's script does
    expect(customer.locator(".call")).to_contain_text("Nobody knows yet that you are here", timeout=SOON)
    assert customer.locator("#live .again").inner_text() == "Talk to somebody"
    expect(waiting).to_have_count(0)

    customer.keyboard.press("Tab")
    expect(customer.locator(".call")).to_contain_text("You are number", timeout=SOON)
    expect(waiting).to_have_count(1, timeout=SOON)
    assert desk.evaluate("window.notices.at(-1)") == "A customer is waiting for you."
    customer.get_by_role("button", name="Leave").click()
    expect(waiting).to_have_count(0, timeout=SOON)
    customer.get_by_role("button", name="Talk again").click()
    expect(waiting).to_have_count(1, timeout=SOON)
    customer.get_by_role("button", name="Leave").click()
    expect(waiting).to_have_count(0, timeout=SOON)

    left_alone = browse("en").new_page()
    left_alone.clock.install()
    go_on(left_alone, english.session(name="Ruth"))
    expect(left_alone.locator(".call")).to_contain_text("You are number", timeout=SOON)
    expect(waiting).to_have_count(1, timeout=SOON)
    left_alone.clock.fast_forward("05:01")
    expect(left_alone.locator(".call")).to_contain_text("Nobody has touched this page", timeout=SOON)
    expect(waiting).to_have_count(0, timeout=SOON)
    left_alone.get_by_role("button", name="Talk to somebody").click()
    expect(waiting).to_have_count(1, timeout=SOON)
    left_alone.clock.fast_forward("05:01")
    expect(waiting).to_have_count(1)
    left_alone.get_by_role("button", name="Leave").click()
    desk.get_by_role("button", name="I am not available any more").click()
    expect(waiting).to_have_count(0, timeout=SOON)


def test_a_page_that_was_hidden_asks_for_what_it_missed(english: Portal, browse: Browse) -> None:
    page = browse("en").new_page()
    sent: list[str] = []
    page.on("websocket", lambda socket: socket.on("framesent", lambda frame: sent.append(str(frame))))
    page.clock.install()
    go_on(page, english.session())
    expect(page.locator("#live .leave")).to_be_visible(timeout=SOON)

    def away(seconds: int) -> int:
        show = "hidden => { Object.defineProperty(document, 'hidden', {value: hidden, configurable: true});"
        show += "document.dispatchEvent(new Event('visibilitychange')); }"
        page.evaluate(show, arg=True)
        page.clock.fast_forward(1000 * seconds)
        page.evaluate(show, arg=False)
        return sum('"hello"' in frame for frame in sent)

    assert away(2) == 1
    assert away(20) == 2
    page.locator("#live .leave").click()


@pytest.mark.parametrize("width", [320])
def test_both_ends_fit_on_a_phone(english: Portal, browse: Browse, width: int) -> None:
    for url in (english.session(), english.desk()):
        page = opened(browse("en"), url)
        page.set_viewport_size({"width": width, "height": 700})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
