"""Every page of a recipient in every state, with the way of a browser to it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from playwright.sync_api import expect

from tests.support.portal import rid_of
from tests.support.visitor import JSON, Visitor, check

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

    from tests.support.portal import Portal

    State = Callable[[Page, Portal], None]

STATES: dict[str, State] = {}
MODEL = {"customer": "C-1042", "name": "Ana Díaz", "metadata": {"email": "ana@example.com"}}
NOBODY = "AAAAAAAAAAAAAAAAAAAAAA"


def state(function: State) -> State:
    STATES[function.__name__] = function
    return function


def press(page: Page, number: int = 0) -> None:
    """Press a button of the page, counted from the top."""
    page.locator("button:not(.quiet)").nth(number).click()


def opened(page: Page, url: str) -> None:
    page.goto(url)
    press(page)


def opened_afresh(page: Page, url: str) -> None:
    """Open a link without cookies, like another browser."""
    page.context.clear_cookies()
    page.goto("about:blank")
    opened(page, url)


def wrong_code(portal: Portal) -> str:
    """Any but the one that was sent last."""
    return "000000" if portal.code() != "000000" else "111111"


def type_five(page: Page, code: str) -> None:
    for _ in range(5):
        page.fill("#code", code)
        press(page)


@state
def landing_process(page: Page, portal: Portal) -> None:
    page.goto(portal.process(MODEL))


@state
def landing_that_asks_for_a_code(page: Page, portal: Portal) -> None:
    page.goto(portal.resource("MedicalReport"))


@state
def about_the_sender(page: Page, portal: Portal) -> None:
    page.goto(portal.process(MODEL).partition("#")[0] + "/about")


@state
def not_for_me(page: Page, portal: Portal) -> None:
    landing_process(page, portal)
    press(page, 1)


@state
def not_for_me_without_the_box(page: Page, portal: Portal) -> None:
    not_for_me(page, portal)
    press(page)


@state
def not_for_me_said(page: Page, portal: Portal) -> None:
    not_for_me(page, portal)
    page.locator("[type=checkbox]").check()
    press(page)


@state
def landing_survey(page: Page, portal: Portal) -> None:
    page.goto(portal.survey())


@state
def opt_out(page: Page, portal: Portal) -> None:
    page.goto(portal.opt_out())


@state
def opt_out_by_the_landing_page(page: Page, portal: Portal) -> None:
    landing_survey(page, portal)
    press(page, 1)


@state
def opt_out_done(page: Page, portal: Portal) -> None:
    opt_out(page, portal)
    press(page)


@state
def opt_out_undone(page: Page, portal: Portal) -> None:
    opt_out_done(page, portal)
    press(page)


@state
def landing_session(page: Page, portal: Portal) -> None:
    page.goto(portal.session())


@state
def landing_without_the_secret(page: Page, portal: Portal) -> None:
    page.goto(portal.resource().partition("#")[0])


@state
def landing_continued_without_the_secret(page: Page, portal: Portal) -> None:
    landing_without_the_secret(page, portal)
    press(page)


@state
def landing_of_a_visitor(page: Page, portal: Portal) -> None:
    url = portal.resource()
    opened(page, url)
    page.goto(url)


@state
def code_by_sms(page: Page, portal: Portal) -> None:
    opened(page, portal.resource("MedicalReport"))


@state
def code_by_email(page: Page, portal: Portal) -> None:
    opened(page, portal.resource("MedicalReport", recipientContactId=2))


@state
def code_wrong(page: Page, portal: Portal) -> None:
    code_by_sms(page, portal)
    page.fill("#code", wrong_code(portal))
    press(page)


@state
def code_used_up(page: Page, portal: Portal) -> None:
    code_by_sms(page, portal)
    type_five(page, wrong_code(portal))


@state
def code_again_too_soon(page: Page, portal: Portal) -> None:
    code_by_sms(page, portal)
    press(page, 1)


@state
def code_not_sent(page: Page, portal: Portal) -> None:
    code_by_email(page, portal)
    portal.cloud.clock.advance(timedelta(seconds=31))
    portal.cloud.post("/_local/faults", {"service": "ses", "error": "throttle", "times": 1})
    press(page, 1)


@state
def expired(page: Page, portal: Portal) -> None:
    url = portal.resource(expiresInHours=1)
    portal.cloud.clock.advance(timedelta(hours=1))
    opened(page, url)


@state
def expired_for_good(page: Page, portal: Portal) -> None:
    url = portal.resource("Contract", deliverEmail=True, expiresInHours=1)
    portal.cloud.clock.advance(timedelta(hours=1))
    opened(page, url)


@state
def renewed(page: Page, portal: Portal) -> None:
    expired(page, portal)
    press(page)


@state
def used_up(page: Page, portal: Portal) -> None:
    url = portal.resource(maxViews=1)
    opened(page, url)
    opened_afresh(page, url)


@state
def revoked(page: Page, portal: Portal) -> None:
    url = portal.process()
    portal.revoke(url)
    opened(page, url)


@state
def already_sent_in(page: Page, portal: Portal) -> None:
    url = portal.process(process="confirm")
    opened(page, url)
    page.locator("[name=confirmed]").check()
    press(page)
    opened(page, url)


def ask_for_code(page: Page, url: str) -> None:
    """Open a link afresh, and say that a person wants the code where the page asks for that."""
    opened_afresh(page, url)
    if not page.locator("#code").count():
        page.get_by_role("checkbox").check()
        press(page)


@state
def code_offered(page: Page, portal: Portal) -> None:
    """After two codes that were sent at a press, a person is asked for a tick."""
    url = portal.resource("MedicalReport")
    for _ in range(3):
        opened_afresh(page, url)


@state
def locked(page: Page, portal: Portal) -> None:
    """Only the last five of fifty codes are typed on a screen. Programs are sent codes without a tick."""
    url = portal.resource("MedicalReport")
    for visit in range(9):
        if visit == 5:  # an hour has room for five codes
            portal.cloud.clock.advance(timedelta(hours=1))
        program = Visitor(portal.cloud, JSON)
        program.open(url)
        wrong = wrong_code(portal)
        for _ in range(5):
            check(program, url, wrong)
    ask_for_code(page, url)
    type_five(page, wrong_code(portal))


@state
def form(page: Page, portal: Portal) -> None:
    opened(page, portal.process(MODEL))


@state
def form_with_faults(page: Page, portal: Portal) -> None:
    form(page, portal)
    page.get_by_label("E-mail").fill("nobody")
    page.get_by_label("Monthly income").fill("much")
    page.get_by_label("Postcode").fill("?")
    page.get_by_label("Phone").fill("12")
    press(page)


@state
def form_saved(page: Page, portal: Portal) -> None:
    form(page, portal)
    press(page, 1)


@state
def form_to_confirm(page: Page, portal: Portal) -> None:
    opened(page, portal.process(MODEL, "confirm"))


@state
def form_whose_conditions_hold(page: Page, portal: Portal) -> None:
    opened(page, portal.process({"owns": True}, "car"))


@state
def step(page: Page, portal: Portal) -> None:
    opened(page, portal.process(MODEL, "loan"))


@state
def step_with_faults(page: Page, portal: Portal) -> None:
    step(page, portal)
    page.locator("[name='/purpose'][value=car]").check()
    page.locator("[name='/amount']").fill("5")
    press(page)
    page.wait_for_selector("#errors")


@state
def step_with_an_impossible_date(page: Page, portal: Portal) -> None:
    at_step(page, portal, "2")
    for box, text in (("d", "31"), ("m", "2"), ("y", "1990")):
        page.locator(f"[name='{box}:/born']").fill(text)
    page.locator("button[value=next]").click()
    page.wait_for_selector("#errors")


@state
def step_with_an_address(page: Page, portal: Portal) -> None:
    at_step(page, portal, "3")


@state
def step_with_ratings(page: Page, portal: Portal) -> None:
    at_step(page, portal, "5")


@state
def review(page: Page, portal: Portal) -> None:
    at_step(page, portal, "review")


@state
def review_with_faults(page: Page, portal: Portal) -> None:
    review(page, portal)
    page.locator("main form button:not([type=button])").first.click()
    page.wait_for_selector("#errors")


@state
def sending_a_file_without_a_script(page: Page, portal: Portal) -> None:
    at_step(page, portal, "2")
    page.evaluate("document.getElementById('fill').requestSubmit(document.querySelector('[data-way=choose]'))")
    page.wait_for_selector("#file")


def at_step(page: Page, portal: Portal, name: str) -> None:
    step(page, portal)
    page.wait_for_url("**/v/*")
    page.goto(f"{page.url.partition('?')[0]}?s={name}")


@state
def receipt(page: Page, portal: Portal) -> None:
    form(page, portal)
    fill_in(page)
    press(page)


@state
def already_sent_and_to_be_read_again(page: Page, portal: Portal) -> None:
    url = portal.process(MODEL)
    opened(page, url)
    page.wait_for_url("**/v/*")
    fill_in(page)
    press(page)
    page.wait_for_selector("#receipt", state="attached")
    opened_afresh(page, url)


@state
def code_for_what_was_sent(page: Page, portal: Portal) -> None:
    already_sent_and_to_be_read_again(page, portal)
    press(page)


@state
def survey(page: Page, portal: Portal) -> None:
    opened(page, portal.survey())


@state
def survey_with_a_score_chosen(page: Page, portal: Portal) -> None:
    opened(page, f"{portal.survey()}&score=9")


@state
def survey_with_faults(page: Page, portal: Portal) -> None:
    survey(page, portal)
    press(page)


@state
def resource(page: Page, portal: Portal) -> None:
    opened(page, portal.resource())


@state
def resource_on_the_tenants_page(page: Page, portal: Portal) -> None:
    opened(page, portal.resource("Elsewhere"))


@state
def session(page: Page, portal: Portal) -> None:
    opened(page, portal.session())
    connected(page)


@state
def session_of_a_closed_desk(page: Page, portal: Portal) -> None:
    opened(page, portal.session(category="small desk"))


def connected(page: Page) -> None:
    """Wait until the live channel is open. A page that is left before says in its console that it could not connect."""
    page.locator("#live").wait_for()


def ask(page: Page) -> None:
    """Ask to be called back."""
    page.locator("#callback button").click()


@state
def callback_refused(page: Page, portal: Portal) -> None:
    session(page, portal)
    page.fill("[name=phone]", "12")
    page.fill("[name=note]", "x" * 500)
    ask(page)


@state
def callback_asked(page: Page, portal: Portal) -> None:
    session(page, portal)
    page.fill("[name=preferredTime]", "Mañana")
    page.check("[name=confirmed]")
    ask(page)


@state
def callback_asked_after_the_visit(page: Page, portal: Portal) -> None:
    session(page, portal)
    portal.cloud.clock.advance(timedelta(minutes=20))
    page.check("[name=confirmed]")
    ask(page)


@state
def callback_asked_twice(page: Page, portal: Portal) -> None:
    session(page, portal)
    page.check("[name=confirmed]")
    page.locator("#callback").evaluate(
        "form => fetch(form.action, {method: 'POST', body: new URLSearchParams(new FormData(form))})"
    )
    page.fill("[name=note]", "Something else")
    page.check("[name=confirmed]")
    ask(page)


@state
def landing_desk(page: Page, portal: Portal) -> None:
    page.goto(portal.desk())


@state
def desk_with_a_call(page: Page, portal: Portal) -> None:
    callback_asked(page, portal)
    portal.cloud.settle()
    opened(page, portal.desk())
    connected(page)


@state
def desk_with_a_call_taken(page: Page, portal: Portal) -> None:
    desk_with_a_call(page, portal)
    page.locator("form[action$=take] button").last.click()


@state
def desk_whose_message_was_sent(page: Page, portal: Portal) -> None:
    desk_with_a_call_taken(page, portal)
    page.locator("form[action$=message] button").first.click()


@state
def desk_whose_call_is_gone(page: Page, portal: Portal) -> None:
    desk_with_a_call(page, portal)
    last = page.locator("form[action$=take]").last
    rid = str(last.get_attribute("action")).split("/")[3]
    portal.withdraw(rid)
    last.locator("button").click()


@state
def session_whose_callback_was_taken(page: Page, portal: Portal) -> None:
    callback_asked(page, portal)
    session_url = page.url
    portal.cloud.settle()
    opened(page, portal.desk())
    page.locator("form[action$=take] button").last.click()
    page.goto(session_url)


@state
def session_without_tickets(page: Page, portal: Portal) -> None:
    opened(page, portal.session(tickets=False))


@state
def no_such_link(page: Page, portal: Portal) -> None:
    page.goto(f"{portal.url}/l/{NOBODY}")


@state
def no_visit(page: Page, portal: Portal) -> None:
    page.goto(f"{portal.url}/v")


@state
def another_link_open(page: Page, portal: Portal) -> None:
    first, second = portal.process(MODEL), portal.process(process="confirm")
    opened(page, first)
    opened(page, second)
    page.locator("[name=confirmed]").check()
    page.locator("[name=rid]").evaluate("(field, rid) => { field.value = rid; }", rid_of(first))
    press(page)
    heading = {"en": "You have another link open", "es": "Tiene abierto otro enlace"}[portal.language]
    expect(page.locator("h1")).to_have_text(heading)


@state
def revoked_while_visiting(page: Page, portal: Portal) -> None:
    url = portal.process(MODEL)
    opened(page, url)
    page.wait_for_url("**/v/*")  # a page that is still coming cannot be read again
    portal.revoke(url)
    page.reload()


@state
def too_many_codes(page: Page, portal: Portal) -> None:
    url = portal.resource("MedicalReport")
    for _ in range(6):
        opened_afresh(page, url)


@state
def table_away(page: Page, portal: Portal) -> None:
    page.goto(portal.process())
    portal.cloud.post("/_local/faults", {"service": "dynamodb", "error": "throttle", "times": 9})
    press(page)
    portal.cloud.post("/_local/faults", {"service": "dynamodb", "error": "throttle", "times": 0})


def fill_in(page: Page) -> None:
    """Fill in the whole form like a person."""
    page.locator("[name='/name']").fill("Ana Díaz")
    page.locator("[name='/born']").fill("1990-05-17")
    page.locator("[name='/email']").fill("ana@example.com")
    page.locator("[name='/phone']").fill("+34 612 345 678")
    page.locator("[name='/income']").fill("2500,50")
    page.locator("[name='/account'][value='Savings']").check()
    page.locator("[name='/country']").select_option("ES")
    page.locator("[name='/topics'][value='News']").check()
    page.locator("[name='/resident'][value='true']").check()
    page.locator("[name='/address/street']").fill("Calle Mayor 1")
    page.locator("[name='/remarks']").fill("Line one\nLine two")
    page.locator("[name='/terms']").check()
    page.locator("[name=confirmed]").check()
