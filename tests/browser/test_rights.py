"""Three people with different rights fill in one form, each in a browser of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.sync_api import expect

from tests.browser.test_pages import violations
from tests.browser.test_together import SOON, opened

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import BrowserContext, Page

    from tests.support.portal import Portal

    Browse = Callable[..., BrowserContext]

ROLES = ("Adviser", "Guarantor")


def recorder(into: list[str]) -> Callable[[Page], None]:
    """Return a listener that keeps what the sockets of a page receive."""

    def listen(page: Page) -> None:
        page.on("websocket", lambda socket: socket.on("framereceived", lambda frame: into.append(str(frame))))

    return listen


def three(portal: Portal, browse: Browse) -> tuple[list[Page], list[list[str]]]:
    """Return the pages of the customer, the adviser and the guarantor, and what each browser is sent from now on."""
    pages, frames = [], []
    for url in portal.together(ROLES, "shared"):
        context, received = browse(portal.language), list[str]()
        context.on("page", recorder(received))
        pages.append(opened(context, url))
        frames.append(received)
    for page in pages:
        expect(page.locator(".people")).to_contain_text("Guarantor", timeout=SOON)
    return pages, frames


def test_each_role_sees_in_time_what_it_may_see_and_nothing_else(english: Portal, browse: Browse) -> None:
    (customer, adviser, guarantor), frames = three(english, browse)

    customer.get_by_label("Full name").fill("Eva Ríos")
    adviser.get_by_label("high").check()
    adviser.get_by_label("Start").fill("2026-12-01")
    adviser.get_by_label("Internal note").fill("CANARY-NOTE")
    adviser.get_by_label("Account").fill("CANARY-ACCOUNT")

    for page in (customer, guarantor):
        expect(page.locator('[data-f="/rate"]')).to_contain_text("high", timeout=SOON)
        expect(page.locator('[data-f="/start"]')).to_contain_text("December 1, 2026", timeout=SOON)
        expect(page.get_by_label("Account")).to_be_disabled(timeout=SOON)
        expect(page.locator(".given")).to_have_text("Filled in by another person")
    expect(guarantor.locator('[data-f="/fullName"]')).to_contain_text("Eva Ríos", timeout=SOON)
    expect(adviser.locator("#save-state")).to_contain_text("Saved", timeout=SOON)
    for page, received in ((customer, frames[0]), (guarantor, frames[2])):
        assert not [text for text in ("CANARY", "/note") if text in "".join(received)]
        page.reload()
        assert not [text for text in ("CANARY", "/note") if text in page.content()]


def test_a_private_question_is_everybodys_again_once_it_is_empty(english: Portal, browse: Browse) -> None:
    (customer, adviser, _), _ = three(english, browse)
    adviser.get_by_label("Account").fill("ES99")
    expect(customer.get_by_label("Account")).to_be_disabled(timeout=SOON)
    expect(adviser.locator("#save-state")).to_contain_text("Saved", timeout=SOON)

    adviser.get_by_label("Account").fill("")

    expect(customer.get_by_label("Account")).to_be_editable(timeout=SOON)
    customer.get_by_label("Account").fill("GB11")
    expect(adviser.get_by_label("Account")).to_be_disabled(timeout=SOON)


def test_what_was_typed_into_a_private_question_at_the_same_time_is_not_shown_to_the_faster(
    english: Portal, browse: Browse
) -> None:
    (customer, adviser, _), _ = three(english, browse)

    adviser.context.set_offline(True)
    adviser.get_by_label("Account").fill("ES99")
    customer.get_by_label("Account").fill("GB11")
    expect(customer.locator("#save-state")).to_contain_text("Saved", timeout=SOON)

    adviser.context.set_offline(False)

    expect(adviser.get_by_label("Account")).to_be_disabled(timeout=SOON)
    expect(adviser.locator(".given")).to_have_text("Filled in by another person")
    expect(customer.get_by_label("Account")).to_have_value("GB11")


def test_only_who_may_send_the_form_has_a_button_and_all_see_the_receipt(
    english: Portal, browse: Browse, axe: str
) -> None:
    (customer, adviser, guarantor), _ = three(english, browse)
    colours = customer.locator(".people [style]").evaluate_all("dots => dots.map(dot => dot.style.background)")
    assert len(set(colours)) == 1 + len(ROLES)
    for page in (adviser, guarantor):
        expect(page.get_by_role("button", name="Send")).to_have_count(0)
        expect(page.locator("header .role")).to_have_text("Adviser" if page is adviser else "Guarantor")
        assert violations(page, axe) == []
    adviser.get_by_label("high").check()
    expect(customer.locator('[data-f="/rate"]')).to_contain_text("high", timeout=SOON)

    customer.locator('[name="confirmed"]').check()
    customer.get_by_role("button", name="Send").click()
    expect(customer.locator("h1")).to_have_text("Thank you", timeout=SOON)
    english.cloud.settle()

    for page in (adviser, guarantor):
        expect(page.locator("h1")).to_have_text("Thank you", timeout=SOON)
