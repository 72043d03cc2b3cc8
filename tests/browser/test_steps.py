"""A loan form of five steps in Chromium: on a phone, by keyboard, without JavaScript, and interrupted."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from linkgate import wiring
from tests.browser.test_drafts import opened, state, stored
from tests.browser.test_pages import violations
from tests.support.portal import Portal, rid_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from playwright.sync_api import BrowserContext, Page

    Browse = Callable[..., BrowserContext]

STEPS: tuple[Mapping[str, str], ...] = (
    {"A car": "", "What do you want to buy": "A red van", "Amount": "12500", "For how many months": "48"},
    {
        "First name": "Ana",
        "Last name": "Díaz",
        "Date of birth|Day": "17",
        "Date of birth|Month": "5",
        "Date of birth|Year": "1990",
        "E-mail": "ana@example.com",
        "Mobile phone": "07700 900123",
    },
    {"Address": "1 High Street", "Town": "London", "Postcode": "e1 6an", "In which year": "2019"},
    {
        "I am employed": "",
        "Name of your employer": "Bakers Ltd",
        "Monthly income after tax": "2400",
        "Do you pay off|No": "",
    },
    {"How sure|9": "", "Does somebody|No": "", "I have read": ""},
)
"""Answers by label. What has no text is chosen, if need be within a question."""


def answer(page: Page, answers: Mapping[str, str]) -> None:
    for label, text in answers.items():
        question, _, choice = label.rpartition("|")
        around = page.get_by_role("group", name=question) if question else page
        control = around.get_by_label(choice, exact=bool(question)).first
        if not text:
            control.check()
        elif control.evaluate("control => control.tagName") == "SELECT":
            control.select_option(text)
        else:
            control.fill(text)


def next_step(page: Page) -> None:
    page.get_by_role("button", name="Continue").click()


def fits(page: Page) -> None:
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def recorded(url: str) -> Mapping[str, object]:
    link = wiring.deps().links.get(rid_of(url))
    assert link
    assert link.submission
    return wiring.deps().links.bodies(link.master_rid, [link.submission])[link.submission]


@pytest.mark.parametrize("script", [True, False])
def test_a_customer_fills_in_a_loan_on_a_phone_and_is_interrupted_twice(
    english: Portal, browse: Browse, axe: str, *, script: bool
) -> None:
    url = english.process({"customer": "C-1042"}, "loan")
    settings: dict[str, object] = {"java_script_enabled": script, "viewport": {"width": 320, "height": 640}}
    page = opened(browse(**settings), url)
    for number, answers in enumerate(STEPS, 1):
        expect(page.locator("h1")).to_contain_text(f"Step {number} of 5")
        fits(page)
        if script:
            assert violations(page, axe) == []
        if not script and number in {1, 4}:
            # Questions that an answer opens come when a button is pressed.
            answer(page, dict(list(answers.items())[:1]))
            next_step(page)
        answer(page, answers)
        if number in {2, 4}:
            if script:
                state(page, "Saved at")
            else:
                page.get_by_role("button", name="Save for later").click()
            page = opened(browse(**settings), url)
            if f"Step {number} " not in page.locator("h1").inner_text():
                page.goto(f"{page.url.partition('?')[0]}?s={number}")
        next_step(page)
    expect(page.locator("h1")).to_contain_text("Check your answers")
    fits(page)
    if script:
        assert violations(page, axe) == []
    expect(page.locator("dl").first).to_contain_text("A red van")
    page.get_by_role("link", name="Change Amount").click()
    expect(page.locator("h1")).to_contain_text("Step 1 of 5")
    page.get_by_label("Amount").fill("13000")
    for _ in range(5):
        next_step(page)

    page.get_by_role("button", name="Send").click()

    expect(page.locator("h1")).to_have_text("Thank you")
    sent = recorded(url)
    assert (sent["amount"], sent["purchase"], sent["customer"]) == (13000, "A red van", "C-1042")
    assert sent["employer"] == {"name": "Bakers Ltd"}
    assert not {"rent", "business", "earlier", "loans", "partnerDetails"} & sent.keys()


def test_faults_lead_to_their_fields_by_keyboard(english: Portal, browse: Browse, axe: str) -> None:
    page = opened(browse(), english.process(process="loan"))
    page.get_by_label("Amount").fill("5")
    page.get_by_label("Amount").press("Enter")

    expect(page.locator("#errors")).to_be_focused()
    expect(page).to_have_title("Error: Your loan - Apply for a loan - Example Bank")
    expect(page.locator("#errors")).to_contain_text("Enter an amount between 1000 and 60000.")
    assert violations(page, axe) == []
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Amount")).to_be_focused()
    page.get_by_label("Amount").fill("5000")
    page.reload()
    expect(page.locator("h1")).to_contain_text("Step 1 of 5")


def test_back_by_the_browser_and_by_the_button_lose_nothing(english: Portal, browse: Browse) -> None:
    url = english.process({"customer": "C-1042"}, "loan")
    page = opened(browse(), url)
    answer(page, STEPS[0])
    next_step(page)
    expect(page.locator("h1")).to_contain_text("Step 2 of 5")
    page.get_by_label("First name").fill("Ana")
    page.go_back()
    expect(page.locator("h1")).to_contain_text("Step 1 of 5")
    expect(page.get_by_label("Amount")).to_have_value("12500")
    page.go_forward()
    expect(page.get_by_label("First name")).to_have_value("Ana")

    page.get_by_label("Last name").fill("Díaz")
    page.get_by_role("button", name="Back").click()

    expect(page.locator("h1")).to_contain_text("Step 1 of 5")
    assert {"/firstName": "Ana", "/lastName": "Díaz"}.items() <= stored(url).items()


def test_a_step_fits_at_400_percent_and_in_forced_colours(english: Portal, browse: Browse, axe: str) -> None:
    context = browse(viewport={"width": 320, "height": 256}, forced_colors="active")
    page = opened(context, english.process({"customer": "C-1042"}, "loan"))
    for number in range(1, 6):
        page.goto(f"{page.url.partition('?')[0]}?s={number}")
        fits(page)
        assert violations(page, axe) == []
    page.goto(f"{page.url.partition('?')[0]}?s=review")
    fits(page)


def test_two_people_on_different_steps_do_not_meet(english: Portal, browse: Browse) -> None:
    complaints: list[str] = []
    pages = []
    urls = english.together(("Adviser",), "loan", {"customer": "C-1042"})
    for url in urls:
        page = opened(browse(), url)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        pages.append(page)
    customer, adviser = pages
    expect(adviser.locator(".people")).to_contain_text("Customer", timeout=15_000)
    adviser.goto(f"{adviser.url.partition('?')[0]}?s=2")
    expect(adviser.locator(".people")).to_contain_text("Customer", timeout=15_000)

    adviser.get_by_label("First name").fill("Ana")
    customer.get_by_label("Amount").fill("12,500")
    state(adviser, "Saved at")
    state(customer, "Saved at")
    customer.goto(f"{customer.url.partition('?')[0]}?s=2")

    expect(customer.get_by_label("First name")).to_have_value("Ana")
    # The customer's language says what the only mark of a number means, over the channel too.
    assert stored(urls[0]) == {"/firstName": "Ana", "/amount": 12500}
    assert complaints == []


def test_a_spanish_page_has_no_english_word_that_the_tenant_translated(english: Portal, browse: Browse) -> None:
    portal = Portal(english.cloud, english.url, "es")
    page = browse("es").new_page()
    page.goto(portal.process({"customer": "C-1042"}, "loan"))
    page.locator("button:not(.quiet)").first.click()
    address = page.url.partition("?")[0]
    for step in ("1", "2", "3", "4", "5", "review"):
        page.goto(f"{address}?s={step}")
        text = page.locator("main").inner_text()
        for word in ("Your", "your", "Which", "you", "Continue", "Change", "Step", "Monthly", "Date"):
            assert f" {word} " not in f" {text} ", (step, word)
