"""Pages of the console: what each person may see and do, and that they stay small."""

from __future__ import annotations

import dataclasses
import re
from html.parser import HTMLParser

import pytest

from linkgate.dialects.console.act_pages import ACTS, acted_reply
from linkgate.dialects.console.find_pages import find_page
from linkgate.dialects.console.link_pages import link_page
from linkgate.errors import LinkSubmitted, Throttled
from linkgate.texts import OFFERED, console_texts
from linkgate.usecases.staff.acting import Acted
from linkgate.usecases.staff.possible_acts import Act
from tests.support import console_states
from tests.support.console_states import STATES, staff
from tests.support.fakes.links import NOW, RID, link

HEAVIEST = 60 * 1024
VOID = {"meta", "input", "br"}


class Tags(HTMLParser):
    """Collects what is open, and every attribute."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.wrong: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.attributes += attrs
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.wrong.append(tag)


def tags(html: str) -> Tags:
    found = Tags()
    found.feed(html)
    return found


def html_of(state: str, *roles: str, language: str = "en", **scopes: frozenset[str]) -> str:
    return str(STATES[state](staff(language, *roles, **scopes)).body)


@pytest.mark.parametrize("language", sorted(OFFERED))
@pytest.mark.parametrize("state", STATES)
def test_a_page_is_whole_and_small_and_names_its_language(state: str, language: str) -> None:
    reply = STATES[state](staff(language))
    html = str(reply.body)
    found = tags(html)

    assert (found.open, found.wrong) == ([], [])
    assert len(html.encode()) < HEAVIEST
    assert f'<html lang="{language}">' in html
    assert not re.search(r"[{}]", re.sub(r"<(style|script|textarea)\b[^>]*>.*?</\1>", "", html, flags=re.DOTALL))
    ids = [value for name, value in found.attributes if name == "id"]
    assert len(ids) == len(set(ids))
    # Of two options that are both chosen, a browser takes the last.
    assert max((part.count(" selected") for part in re.findall(r"<select.*?</select>", html)), default=0) <= 1
    assert "default-src 'none'" in reply.headers["content-security-policy"]
    # Any stricter one makes the origin of the page's own forms `null`, and the console refuses that.
    assert reply.headers["referrer-policy"] == "same-origin"


@pytest.mark.parametrize("state", STATES)
def test_whoever_does_not_speak_to_customers_sees_no_address(state: str) -> None:
    typed = r"nobody@example.com|44 7700 900001|for ada@example.com|value=.ada@example.com|value=.\+447700900001"
    html = re.sub(typed, "", html_of(state, "auditor"))

    assert "ada@example.com" not in html
    assert "+447700900001" not in html


def test_an_administrator_and_an_auditor_sees_addresses_whole() -> None:
    assert "ada@example.com" in html_of("link_of_a_lost_message", "auditor", "admin")


def test_only_the_scopes_of_a_person_lead_anywhere() -> None:
    every, few = html_of("link_that_expired"), html_of("link_that_expired", scopes=frozenset({"links:read"}))

    assert "/console/journal" in every
    assert "/console/journal" not in few
    assert re.findall(r'action="([^"]*)"', few) == ["/console/sign-out"]
    assert "/replace" in every
    assert "/replace" not in html_of("link_that_expired", scopes=frozenset({"links:read", "links:write"}))
    assert "/submission" not in html_of("link_that_was_sent_in", scopes=frozenset({"links:read"}))


def test_one_press_sends_again_or_gives_time_and_says_what_follows() -> None:
    fresh, late = html_of("link_of_a_lost_message"), html_of("link_that_expired")

    assert 'name="channel" value="sms"' in fresh
    assert "Earlier ones go on working." in fresh
    assert 'name="send" value="on"' not in fresh
    assert 'name="send" value="on"' in late
    assert "Give it 7 days and send it again" in late
    assert "it is too soon; wait 60 seconds" in late


def test_a_test_link_says_so_and_no_act_is_refused_that_nobody_would_think_of() -> None:
    fresh, late = html_of("link_of_a_lost_message"), html_of("link_that_expired")

    assert (">TEST<" in late, ">TEST<" in fresh) == (True, False)
    refused = {Act.REOPEN: LinkSubmitted(NOW)}
    unsent = link_page(staff(), console_states.view(link(), acts=refused))
    sent = link_page(staff(), console_states.view(link(submitted_at=NOW), acts=refused))
    assert ("Open it again" in str(unsent.body), "Open it again" in str(sent.body)) == (False, True)


def test_what_the_record_lacks_is_said_to_be_on_its_way() -> None:
    assert '<li class="pending">' in html_of("link_of_a_lost_message")
    assert "SMS left by key Sam (being recorded)" in html_of("link_of_a_lost_message")


def test_a_bounce_can_be_sent_to_nevertheless_but_not_what_its_owner_stopped() -> None:
    assert "unsuppress?channel=email" in html_of("link_of_a_lost_message")
    assert 'value="email"' in html_of("send_anyway")
    assert "<form" not in html_of("send_anyway_where_the_owner_said_stop").partition("<main>")[2]


@pytest.mark.parametrize("state", ["revoke_without_a_reason", "replace_with_a_wrong_phone"])
def test_a_fault_is_said_and_nothing_typed_is_lost(state: str) -> None:
    reply = STATES[state](staff())

    assert reply.status == 400
    assert 'role="alert"' in str(reply.body)
    assert 'name="reason" value=" "' in str(reply.body) or 'value="birthday"' in str(reply.body)


def test_a_second_person_is_named_where_a_code_is_asked_for() -> None:
    assert "a second person has to approve it" in html_of("replace_where_a_code_is_asked_for")
    assert "a second person has to approve it" not in html_of("replace")


def test_an_address_that_would_be_replaced_is_named_as_its_reader_may_see_it() -> None:
    assert "Now: ada@example.com. Leave it empty to keep the old one." in html_of("replace")
    assert "Now: a***@example.com." in html_of("replace", "auditor")


def test_nobody_approves_their_own_proposal_or_what_another_is_carrying_out() -> None:
    html = html_of("proposals")

    assert re.findall(r'action="/console/proposals/(\w+)/approve"', html) == ["others", "mine"]
    assert re.findall(r'action="/console/proposals/(\w+)/refuse"', html) == ["own", "others", "mine", "taken"]


def test_whoever_approves_sees_whose_address_becomes_which() -> None:
    assert "ada@example.com → <strong>ada@example.org</strong>" in html_of("proposals")


def test_text_of_customers_and_callers_is_escaped() -> None:
    hostile = "<script>alert(1)</script>"
    recipient = dataclasses.replace(console_states.ADA, name=hostile)
    of = link(recipient=recipient)
    html = str(link_page(staff(), console_states.view(of, title=hostile)).body)

    assert hostile not in html
    assert html.count("<script>") == 1


def test_names_are_only_asked_for_where_they_are_found() -> None:
    person = staff()
    tenant = dataclasses.replace(person.tenant, finders=frozenset({"name"}))

    assert "phone, name, account" not in str(find_page(person).body)
    assert "phone, name, account" in str(find_page(dataclasses.replace(person, tenant=tenant)).body)


def test_every_control_of_a_form_has_a_name_and_no_other() -> None:
    for language in OFFERED:
        known = {key.removeprefix("control.") for key in console_texts(language) if key.startswith("control.")}
        assert known == {*console_states.CONTROLS, "none"}


def test_an_address_of_a_receiver_is_not_shown_whole() -> None:
    for state in ("webhooks", "webhook", "webhook_secret"):
        assert "SECRET" not in html_of(state)
        assert "hooks.example.com" in html_of(state)


def test_after_an_act_its_link_says_what_was_done() -> None:
    assert acted_reply("resend", Acted(link())).headers["location"] == f"/console/links/{RID}?done=resend"
    too_soon = acted_reply("extend", Acted(link(), Throttled(60)))
    assert (too_soon.status, too_soon.headers["location"]) == (303, f"/console/links/{RID}?done=unsent")
    assert 'class="box good"' not in str(link_page(staff(), console_states.view(link()), done="<script>").body)


def test_every_act_has_a_page() -> None:
    assert set(Act) < ACTS


def test_numbers_have_the_marks_of_the_readers_language() -> None:
    english, spanish = html_of("health"), html_of("health", language="es")

    assert "49,000" in english
    assert "300 (7.5 %)" in english
    assert "49.000" in spanish
    assert "300 (7,5 %)" in spanish
    assert "49,000" not in spanish
