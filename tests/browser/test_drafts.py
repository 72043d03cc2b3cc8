"""Pages say the truth about saving, whatever the network, the tab or another device does."""

from __future__ import annotations

import random
import re
import time
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from linkgate import wiring
from tests.browser.test_journeys import go_on
from tests.support.page_states import MODEL
from tests.support.portal import rid_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import BrowserContext, Page, Route

    from tests.support.portal import Portal

    Browse = Callable[..., BrowserContext]

SOON = 15_000
"""Milliseconds. The machine may be busy."""


def stored(url: str) -> dict[str, Any]:
    return {pointer: field.value for pointer, field in wiring.deps().fields.of(rid_of(url)).items()}


def opened(context: BrowserContext, url: str) -> Page:
    page = context.new_page()
    go_on(page, url)
    return page


def state(page: Page, text: str) -> None:
    expect(page.locator("#save-state")).to_contain_text(re.compile(text), timeout=SOON)


def test_saved_is_said_once_it_is_true(english: Portal, browse: Browse) -> None:
    url = english.process(MODEL)
    page = opened(browse(), url)
    page.get_by_label("Full name").fill("Eva")

    state(page, r"Saved at \d")

    assert stored(url) == {"/name": "Eva"}


def test_somebody_who_types_without_a_pause_is_saved_all_the_same(english: Portal, browse: Browse) -> None:
    url = english.process(MODEL)
    page = opened(browse(), url)
    with page.expect_request(re.compile("/fields$"), timeout=SOON):
        for number in range(40):
            page.get_by_label("Full name").fill(f"Eva {number}")
            page.wait_for_timeout(200)

    assert re.match(r"Eva \d+", str(stored(url).get("/name", "")))


def test_a_failing_save_is_said_and_tried_again(english: Portal, browse: Browse) -> None:
    url = english.process(MODEL)
    page = opened(browse(), url)
    failures = iter([503, 503])

    def fail_twice(route: Route) -> None:
        status = next(failures, None)
        if status:
            route.fulfill(status=status)
        else:
            route.continue_()

    page.route("**/fields", fail_twice)
    page.get_by_label("Full name").fill("Eva")

    state(page, "Not saved yet")
    assert stored(url) == {}
    state(page, "Saved at")
    assert stored(url) == {"/name": "Eva"}


def test_a_page_without_a_connection_says_so_and_saves_when_it_is_back(english: Portal, browse: Browse) -> None:
    url, context = english.process(MODEL), browse()
    page = opened(context, url)
    context.set_offline(True)
    page.get_by_label("Full name").fill("Eva")
    state(page, "you are offline")
    expect(page.get_by_text("saved as you type")).to_be_hidden()

    context.set_offline(False)

    state(page, "Saved at")
    assert stored(url) == {"/name": "Eva"}


def test_what_was_typed_just_before_the_page_is_left_is_saved(english: Portal, browse: Browse) -> None:
    url, context = english.process(MODEL), browse()
    page = opened(context, url)
    page.get_by_label("Full name").fill("Eva")
    page.on("dialog", lambda dialog: dialog.accept())

    page.goto("about:blank")

    page.wait_for_timeout(500)
    assert stored(url) == {"/name": "Eva"}


def test_what_could_not_be_saved_is_there_again_after_a_reload(english: Portal, browse: Browse) -> None:
    url = english.process(MODEL)
    page = opened(browse(), url)
    page.on("dialog", lambda dialog: dialog.accept())
    page.route("**/fields", lambda route: route.abort())
    page.get_by_label("Full name").fill("Eva")
    page.wait_for_timeout(300)

    page.reload()
    expect(page.get_by_label("Full name")).to_have_value("Eva")
    page.unroute("**/fields")

    state(page, "Saved at")
    assert stored(url) == {"/name": "Eva"}


def test_slow_answers_are_no_conflict(english: Portal, browse: Browse) -> None:
    url = english.process(MODEL)
    page = opened(browse(), url)

    # A handler that waits itself can keep the browser's driver waiting for ever.
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/fields", hold)
    for number in range(6):
        page.get_by_label("Full name").fill(f"Eva {number}")
        page.wait_for_timeout(700)
        while number % 2 and held:
            held.pop().continue_()
    page.unroute("**/fields")
    for route in held:
        route.continue_()

    state(page, "Saved at")
    expect(page.get_by_role("button", name="Keep my answer")).to_have_count(0)
    assert stored(url) == {"/name": "Eva 5"}


def test_two_devices_keep_what_each_of_them_wrote(english: Portal, browse: Browse) -> None:
    url = english.process(MODEL)
    phone, desk = opened(browse(), url), opened(browse(), url)
    phone.get_by_label("Full name").fill("Eva")
    state(phone, "Saved at")
    desk.get_by_label("Postcode").fill("28013")
    state(desk, "Saved at")

    assert stored(url) == {"/name": "Eva", "/postcode": "28013"}


def conflict(english: Portal, browse: Browse) -> tuple[str, Page]:
    url = english.process(MODEL)
    phone, desk = opened(browse(), url), opened(browse(), url)
    phone.get_by_label("Full name").fill("From phone")
    state(phone, "Saved at")
    desk.get_by_label("Full name").fill("From desk")
    expect(desk.get_by_text("Somebody else changed this answer to: From phone").first).to_be_visible(timeout=SOON)
    assert stored(url) == {"/name": "From phone"}
    return url, desk


def test_two_answers_to_one_question_are_both_shown_and_mine_can_be_kept(english: Portal, browse: Browse) -> None:
    url, desk = conflict(english, browse)

    desk.get_by_role("button", name="Keep my answer").click()

    state(desk, "Saved at")
    assert stored(url) == {"/name": "From desk"}


def test_two_answers_to_one_question_are_both_shown_and_theirs_can_be_taken(english: Portal, browse: Browse) -> None:
    url, desk = conflict(english, browse)

    desk.get_by_role("button", name="Use the other answer").press("Enter")

    expect(desk.get_by_label("Full name")).to_have_value("From phone")
    expect(desk.get_by_role("button", name="Use the other answer")).to_have_count(0)
    assert stored(url) == {"/name": "From phone"}


@pytest.mark.parametrize("length", [20_000, 1_000_000])
def test_an_answer_that_is_too_long_is_named_as_such_and_keeps_no_other_from_being_saved(
    english: Portal, browse: Browse, length: int
) -> None:
    url = english.process(MODEL)
    page = opened(browse(), url)
    page.get_by_label("Anything else?").evaluate(
        "(box, length) => { box.value = 'x'.repeat(length); box.dispatchEvent(new Event('input', {bubbles: true})); }",
        length,
    )
    page.get_by_label("Full name").fill("Eva")

    state(page, "Not all saved: an answer is too long")
    page.get_by_label("Postcode").fill("28001")
    deadline = time.monotonic() + SOON / 1000
    while stored(url).keys() != {"/name", "/postcode"} and time.monotonic() < deadline:
        page.wait_for_timeout(100)
    state(page, "Not all saved: an answer is too long")
    page.get_by_label("Anything else?").fill("No.")
    state(page, r"Saved at \d")
    assert stored(url) == {"/name": "Eva", "/postcode": "28001", "/remarks": "No."}


def test_a_page_whose_visit_is_over_saves_and_says_what_it_cannot_show(english: Portal, browse: Browse) -> None:
    url = english.process(MODEL)
    page = opened(browse(), url)
    english.cloud.clock.advance(timedelta(minutes=16))
    page.get_by_label("Full name").fill("Eva")

    state(page, "Saved at")

    assert stored(url) == {"/name": "Eva"}


def test_what_a_closed_page_could_not_save_is_saved_when_its_link_is_opened_again(
    english: Portal, browse: Browse
) -> None:
    url = english.process(MODEL)
    page = opened(browse(), url)
    page.on("dialog", lambda dialog: dialog.accept())
    english.cloud.clock.advance(timedelta(hours=5))
    page.get_by_label("Full name").fill("Eva")
    state(page, "this page has closed")
    assert stored(url) == {}

    go_on(page, url)

    expect(page.get_by_label("Full name")).to_have_value("Eva")
    state(page, "Saved at")
    assert stored(url) == {"/name": "Eva"}


def test_two_links_in_one_tab_never_mix(english: Portal, browse: Browse) -> None:
    first, second = english.survey(), english.survey()
    page = opened(browse(), first)
    page.on("dialog", lambda dialog: dialog.accept())
    comment = page.get_by_role("textbox").last
    comment.fill("For the first")
    go_on(page, second)
    page.go_back()
    page.go_back()
    expect(page.get_by_role("textbox").last).to_have_value("For the first")
    page.go_forward()
    page.go_forward()
    page.wait_for_load_state()

    assert "For the first" not in page.content()
    assert "For the first" not in [box.input_value() for box in page.get_by_role("textbox").all()]


def test_a_landing_page_survives_a_reload_and_the_way_back(english: Portal, browse: Browse) -> None:
    url = english.process(MODEL)
    page = browse().new_page()
    page.goto(url)
    page.reload()
    expect(page.locator("#secret")).to_be_hidden()
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_label("Full name")).to_be_visible()
    page.go_back()
    expect(page.locator("#secret")).to_be_hidden()
    assert "#" not in page.url

    page.get_by_role("button", name="Continue").click()

    expect(page.get_by_label("Full name")).to_be_visible()


def test_two_devices_typing_at_random_lose_nothing_that_was_called_saved(english: Portal, browse: Browse) -> None:
    url, chance = english.process(MODEL), random.Random(7)
    devices = [opened(browse(), url), opened(browse(), url)]
    labels = {"Full name": "/name", "Postcode": "/postcode", "E-mail": "/email"}
    typed: dict[str, set[str]] = {place: set() for place in labels.values()}
    for number in range(40):
        device = chance.choice(devices)
        label = chance.choice(list(labels))
        mine = device.get_by_role("button", name="Keep my answer")
        if mine.count():
            mine.first.click()
        device.get_by_label(label).fill(f"{label[0]}{number}")
        typed[labels[label]].add(f"{label[0]}{number}")
        device.wait_for_timeout(chance.choice([0, 50, 200, 900]))

    for device in (*devices, *devices):
        while device.get_by_role("button", name="Keep my answer").count():
            device.get_by_role("button", name="Keep my answer").first.click()
            device.wait_for_timeout(500)
        device.wait_for_timeout(3000)
    held = stored(url)
    for device in devices:
        state(device, "Saved at")
        # A page that is looked at again asks for what others wrote.
        device.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
        for label, place in labels.items():
            expect(device.get_by_label(label)).to_have_value(held[place], timeout=SOON)
    for place in labels.values():
        assert held[place] in typed[place]
