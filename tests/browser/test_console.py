"""The console's pages in every state and language are accessible and narrow, and their script does what it says."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest

from linkgate.dialects.console.previews import preview_reply
from linkgate.texts import DEFAULT_LANGUAGE, OFFERED, console_texts
from tests.browser.test_pages import NARROWEST, violations
from tests.support.console_states import STATES, staff
from tests.support.customers import signed_in
from tests.support.eight_questions import QUESTIONS
from tests.support.portal import rid_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import BrowserContext, Locator, Page, Route

    from tests.support.cloud import Cloud
    from tests.support.portal import Portal

DESK = {"width": 1280, "height": 800}
SITE = "https://console.example.com/"


def serve(route: Route) -> None:
    """Answer with the state that the path names, in the language before it, with the reply's own policy."""
    language, _, name = route.request.url.removeprefix(SITE).partition("/")
    if language not in OFFERED:  # a form was sent to the console itself
        route.fulfill(status=204)
        return
    if "/preview" in name:
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
    page.keyboard.type("more")

    assert page.input_value("#text") == "https://links.example.com/l/AAAA#"
    with page.expect_request("**/console/find") as asked:
        page.keyboard.press("Enter")
    assert asked.value.post_data == f"text={quote('https://links.example.com/l/AAAA', safe='')}"


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
    page.get_by_label("Reason").focus()
    page.keyboard.type("twice")
    page.get_by_role("button", name="The customer asked for it").focus()
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/console/links/{rid}?done=revoke")

    assert "Taken back by Sam Support (support) (The customer asked for it: twice)" in page.inner_text("main")


class Keys:
    """A person at a narrow browser who only has a keyboard. What they do has the names of `Hands`."""

    def __init__(self, page: Page, axe: str) -> None:
        self.page = page
        self.wrong: list[object] = []
        self.presses = 0
        self.rid = ""
        self._axe = axe

    @property
    def reads(self) -> str:
        return " ".join(self.page.inner_text("main").split())

    def text(self, key: str, **values: object) -> str:
        return console_texts(DEFAULT_LANGUAGE)[key].format(**values)

    def find(self, text: str) -> None:
        self.page.goto(f"{self.page.url.partition('/console')[0]}/console/find")
        self.page.keyboard.press("/")
        self.page.keyboard.type(text)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")
        self.presses = 0
        self._look()

    def press(self, said: str) -> None:
        self.presses += 1
        begins = re.compile(f"^{re.escape(said)}")
        buttons = self.page.locator("main").get_by_role("button", name=begins)
        self._tab_to((buttons if buttons.count() else self.page.get_by_role("link", name=begins)).first)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")
        self._look()

    def choose(self, said: str) -> None:
        self.presses += 1
        self._tab_to(self.page.get_by_label(said))
        self.page.keyboard.press("Space")

    def type(self, key: str, text: str) -> None:
        self._tab_to(self.page.get_by_label(self.text(key), exact=True))
        self.page.keyboard.type(text)

    def _tab_to(self, wanted: Locator) -> None:
        for _ in range(40):
            if wanted.evaluate("found => found === document.activeElement"):
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"Tab does not lead to {wanted}")

    def _look(self) -> None:
        """Look at the page as a tool for accessibility does, and at its width."""
        self.wrong += violations(self.page, self._axe)
        if self.page.evaluate("document.documentElement.scrollWidth") > NARROWEST["width"]:
            self.wrong.append(f"too wide: {self.page.url}")
        self.rid = next(iter(re.findall(r"/console/links/([\w-]{22})", self.page.url)), "")


def test_the_eight_questions_are_answered_with_the_keyboard_at_320_pixels(
    portal_cloud: Cloud, browse: Callable[..., BrowserContext], axe: str
) -> None:
    for name, question in QUESTIONS.items():
        customer = question.state(portal_cloud)
        context = browse(viewport=NARROWEST)
        session = signed_in(portal_cloud, question.person, DEFAULT_LANGUAGE).cookies
        url = f"http://{portal_cloud.domain}"
        context.add_cookies([{"name": each, "value": value, "url": url} for each, value in session.items()])
        keys = Keys(context.new_page(), axe)
        keys.page.goto(f"{url}/console")

        keys.find(question.searched(customer))
        told = keys.reads
        if question.act:
            question.act(keys, customer)  # type: ignore[arg-type]  # it has what `Hands` has

        assert [said for said in question.told[DEFAULT_LANGUAGE] if said not in told] == [], name
        assert not question.done or keys.text(question.done) in keys.reads, name
        assert keys.wrong == [], name
        question.after(customer, keys.rid)
        context.close()
