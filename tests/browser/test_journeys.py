"""Whole journeys through each kind of link in a real browser, with and without JavaScript."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from tests.support.page_states import MODEL, fill_in, press
from tests.support.portal import UID, rid_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import BrowserContext, Page

    from tests.support.portal import Portal

    Browse = Callable[..., BrowserContext]

SCRIPTS = [True, False]


@pytest.fixture(params=SCRIPTS, ids=["with scripts", "without scripts"])
def page(request: pytest.FixtureRequest, browse: Browse) -> Page:
    return browse(java_script_enabled=request.param).new_page()


def go_on(page: Page, url: str) -> None:
    """Go from the message to the page behind Continue. Without scripts, paste the link."""
    page.goto(url)
    if page.locator("#secret").is_visible():
        page.fill("#secret", url)
    page.get_by_role("button", name="Continue").click()


def enter_code(page: Page, portal: Portal) -> None:
    page.get_by_label("-digit code").fill(portal.code())
    page.get_by_role("button", name="Continue").click()


def test_a_process(page: Page, english: Portal) -> None:
    url = english.process(MODEL)
    go_on(page, url)
    assert urlsplit(page.url).path.startswith("/v/")
    expect(page.get_by_label("Full name")).to_have_value("Ana Díaz")

    page.get_by_label("E-mail").fill("nobody")
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.get_by_role("alert")).to_be_visible()
    expect(page.get_by_label("E-mail")).to_have_value("nobody")

    fill_in(page)
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.get_by_role("heading", name="Thank you")).to_be_visible()
    assert urlsplit(page.url).path.startswith("/v/")
    for said in (
        "C-1042",
        "Ana Díaz",
        "17 May 1990",
        "2,500.5",
        "Savings",
        "España",
        "News",
        "Calle Mayor 1",
        "Line two",
    ):
        expect(page.get_by_text(said).first).to_be_visible()

    page.reload()
    expect(page.get_by_role("heading", name="Thank you")).to_be_visible()
    go_on(page, url)
    expect(page.get_by_role("heading", name="Already sent")).to_be_visible()


def test_a_fault_leads_to_its_field_and_loses_nothing(page: Page, english: Portal) -> None:
    go_on(page, english.process(MODEL))
    page.get_by_label("E-mail").fill("nobody")
    page.get_by_role("button", name="Send", exact=True).click()

    page.get_by_role("alert").get_by_role("link", name="E-mail").click()
    expect(page.get_by_label("E-mail")).to_be_focused()
    expect(page.get_by_label("E-mail")).to_have_value("nobody")
    page.go_back()
    expect(page.get_by_label("E-mail")).to_have_value("nobody")
    expect(page.get_by_role("alert")).to_be_visible()


def test_a_draft_goes_on_elsewhere(page: Page, english: Portal, browse: Browse) -> None:
    url = english.process(MODEL)
    go_on(page, url)
    page.get_by_label("Full name").fill("Ana María")
    page.locator("[name='/topics'][value='News']").check()
    page.get_by_role("button", name="Save for later").click()
    expect(page.get_by_text("Saved.")).to_be_visible()

    other = browse().new_page()
    go_on(other, url)
    expect(other.get_by_label("Full name")).to_have_value("Ana María")
    expect(other.locator("[name='/topics'][value='News']")).to_be_checked()


def test_what_is_typed_saves_itself_where_scripts_run(english: Portal, browse: Browse) -> None:
    url, page = english.process(MODEL), browse().new_page()
    go_on(page, url)
    expect(page.get_by_text("Your answers are saved as you type")).to_be_visible()

    page.get_by_label("Full name").fill("Ana María")
    page.get_by_text("Saved at").wait_for()

    other = browse().new_page()
    go_on(other, url)
    expect(other.get_by_label("Full name")).to_have_value("Ana María")


def test_a_survey(page: Page, english: Portal) -> None:
    go_on(page, english.survey())
    expect(page.get_by_text("About your contact with A.N. Agent")).to_be_visible()

    page.get_by_role("group", name="How likely").get_by_label("9").check()
    page.get_by_role("group", name="question answered").get_by_label("Yes").check()
    page.get_by_role("button", name="Send").click()

    expect(page.get_by_role("heading", name="Thank you")).to_be_visible()


def test_a_score_from_the_message_is_chosen_but_not_sent(english: Portal, browse: Browse) -> None:
    page = browse().new_page()
    url = english.survey()
    page.goto(f"{url}&score=9")
    page.get_by_role("button", name="Continue").click()

    expect(page.get_by_role("group", name="How likely").get_by_label("9")).to_be_checked()
    assert "submitted_at" not in english.item(url)


def test_a_document_behind_a_code(page: Page, english: Portal) -> None:
    url = english.resource("MedicalReport")
    go_on(page, url)
    expect(page.get_by_text("+4*********01")).to_be_visible()

    enter_code(page, english)

    expect(page.get_by_role("heading", name="Medical report")).to_be_visible()
    expect(page.get_by_text(UID)).to_be_visible()
    assert english.item(url)["views"] == 1


def test_a_second_code_after_a_wrong_one(page: Page, english: Portal) -> None:
    go_on(page, english.resource("MedicalReport"))
    page.get_by_label("-digit code").fill("000000" if english.code() != "000000" else "111111")
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_text("Attempts left: 4")).to_be_visible()
    english.cloud.clock.advance(timedelta(seconds=31))
    page.get_by_role("button", name="Send a new code").click()

    enter_code(page, english)

    expect(page.get_by_role("heading", name="Medical report")).to_be_visible()


def test_a_reader_who_comes_back_from_the_message_finds_the_code_page(english: Portal, browse: Browse) -> None:
    page = browse().new_page()
    go_on(page, english.resource("MedicalReport"))

    page.reload()

    expect(page.get_by_label("-digit code")).to_be_visible()
    enter_code(page, english)
    expect(page.get_by_role("heading", name="Medical report")).to_be_visible()


def test_a_session(page: Page, english: Portal) -> None:
    go_on(page, english.session())

    expect(page.get_by_text("You are not connected to anybody right now.")).to_be_visible()
    expect(page.get_by_text("Promoción <del día>")).to_be_visible()
    page.get_by_label("Please call me at this number").check()
    page.get_by_role("button", name="Call me back").click()
    expect(page.get_by_text("has your request of")).to_be_visible()
    expect(page.get_by_text("+584141315854")).to_be_visible()


def test_a_hand_over_to_the_tenants_own_page(page: Page, english: Portal) -> None:
    go_on(page, english.resource("Elsewhere"))

    with page.expect_request("https://www.example.com/**") as left:
        page.get_by_role("button", name="Open").click()

    assert re.search(rf"/documents/{UID}\?view=full&grant=[\w-]{{22}}\.[\w-]{{22}}$", left.value.url)
    assert "referer" not in left.value.headers


def test_an_expired_link_leads_to_a_fresh_one(page: Page, english: Portal, browse: Browse) -> None:
    url = english.process({**MODEL, "metadata": {"name": "Ana", "email": "ana@example.com"}})
    go_on(page, url)
    page.get_by_label("Full name").fill("Ana María")
    page.get_by_role("button", name="Save for later").click()
    english.cloud.clock.advance(timedelta(days=7))
    page.context.clear_cookies()

    go_on(page, url)
    page.get_by_role("button", name="Send me a new link").click()
    expect(page.get_by_text("a***@example.com")).to_be_visible()

    other = browse().new_page()
    go_on(other, english.link())
    expect(other.get_by_label("Full name")).to_have_value("Ana María")


def test_the_secret_leaves_the_address_bar_and_the_history(english: Portal, browse: Browse) -> None:
    url, page = english.process(MODEL), browse().new_page()
    secret = url.partition("#")[2]
    page.goto(url)
    expect(page.locator("#secret")).to_be_hidden()
    press(page)
    page.get_by_label("Full name").wait_for()

    assert secret not in page.content()
    page.go_back()
    assert secret not in page.url
    assert f'value="{secret}"' not in page.content()
    assert all(secret not in str(entry) for entry in page.evaluate("performance.getEntries().map(entry => entry.name)"))


def test_a_link_pasted_into_the_open_page_is_taken(english: Portal, browse: Browse) -> None:
    url, page = english.process(MODEL), browse().new_page()
    page.goto(url.partition("#")[0])
    expect(page.locator("#secret")).to_be_visible()

    page.goto(url)
    press(page)

    expect(page.get_by_label("Full name")).to_be_visible()


@pytest.mark.parametrize("rest", [".", ")", ",%20please", "&utm_source=sms"])
def test_what_a_message_leaves_at_the_end_of_its_link_does_no_harm(english: Portal, browse: Browse, rest: str) -> None:
    url, page = english.process(MODEL), browse().new_page()
    page.goto(url + rest)

    press(page)

    expect(page.get_by_label("Full name")).to_be_visible()


def test_a_link_mangled_by_a_gateway_opens(page: Page, english: Portal) -> None:
    url = english.process(MODEL)
    page.goto(url.replace("#", "%23"))
    assert page.url.partition("#")[0] == url.partition("#")[0]

    go_on(page, url)

    expect(page.get_by_label("Full name")).to_be_visible()


def test_a_double_press_sends_once_and_thanks(english: Portal, browse: Browse) -> None:
    url, page = english.process(MODEL, "confirm"), browse().new_page()
    go_on(page, url)
    page.locator("[name=confirmed]").check()

    page.get_by_role("button", name="Confirm and send").dblclick()

    expect(page.get_by_role("heading", name="Thank you")).to_be_visible()


def test_a_send_that_was_stopped_on_the_way_can_be_pressed_again(english: Portal, browse: Browse) -> None:
    url, page = english.process(MODEL, "confirm"), browse().new_page()
    go_on(page, url)
    page.clock.install()
    page.reload()
    page.locator("[name=confirmed]").check()
    page.route("**/v/*/submit", lambda route: route.abort("aborted"), times=1)
    send = page.get_by_role("button", name="Confirm and send")
    send.click()

    page.clock.fast_forward("00:10")
    send.click()

    expect(page.get_by_role("heading", name="Thank you")).to_be_visible()


def test_a_second_browser_with_the_bare_address_learns_nothing(english: Portal, browse: Browse) -> None:
    url, page, stranger = english.process(MODEL), browse().new_page(), browse().new_page()
    go_on(page, url)

    for address in (page.url, f"{english.url}/l/{rid_of(url)}"):
        stranger.goto(address)
        assert "Ana Díaz" not in stranger.content()
        assert "C-1042" not in stranger.content()


def test_another_site_can_neither_frame_the_page_nor_post_to_it(english: Portal, browse: Browse) -> None:
    url = english.process(MODEL)
    rid, secret = rid_of(url), url.partition("#")[2]
    page = browse().new_page()
    page.route(
        "http://evil.localhost/",
        lambda route: route.fulfill(
            content_type="text/html",
            body=f'<iframe src="{english.url}/l/{rid}"></iframe><form method="post" action="{english.url}/l/{rid}">'
            f'<input name="secret" value="{secret}"><button>Go</button></form>',
        ),
    )
    page.goto("http://evil.localhost/")
    assert "Open an account" not in page.frames[1].content()

    with page.expect_navigation() as answered:
        page.get_by_role("button", name="Go").click()

    assert answered.value is not None
    assert answered.value.status == 403
    assert english.item(url)["views"] == 0
