"""An administrator sees each message as customers get it, words it, and tries it on themselves alone."""

from __future__ import annotations

import dataclasses
import re
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import TYPE_CHECKING

import pytest

from linkgate import wiring
from linkgate.model.person import JournalEntry
from linkgate.texts import OFFERED
from linkgate.usecases.staff.messages import NAMES
from local.demo import DEMO
from tests.support.staff_browser import words
from tests.support.vendor_calls import SEND

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.support.cloud import Cloud
    from tests.support.staff_browser import StaffBrowser

    SignIn = Callable[[str], StaffBrowser]

PATH = "/console/setup/messages"
PREVIEW = "/console/setup/preview"
BODY = "text.process.body"
ENTRY = JournalEntry("A" * 22, datetime(2026, 1, 1, tzinfo=UTC), "ada", frozenset({"admin"}), "texts_changed")


@pytest.fixture
def ada(signed_in: SignIn) -> Iterator[StaffBrowser]:
    yield signed_in("Ada Admin")
    wording = wiring.deps().staff.wording
    now = wording.tenant(DEMO.id)
    assert now
    wording.put(now, {}, ENTRY)


def seen(ada: StaffBrowser, name: str = "process.first", language: str = "en") -> str:
    page = ada.get(f"{PATH}/{name}?language={language}").text
    found = re.search(r'name="seen" value="([^"]+)"', page)
    assert found
    return found[1]


def own_texts() -> dict[str, str]:
    tenant = wiring.deps().staff.wording.tenant(DEMO.id)
    assert tenant
    return dict(tenant.texts)


@pytest.mark.parametrize("language", OFFERED)
def test_every_message_is_shown_in_every_language(language: str, ada: StaffBrowser) -> None:
    for name in NAMES:
        page = ada.get(f"{PATH}/{name}?language={language}")
        mail = ada.get(f"{PREVIEW}/{name}?language={language}")

        assert (page.status, mail.status) == (200, 200), name
        assert re.search(r"\d+ (of|de) 160", words(page.text)), name
        assert f'<html lang="{language}"' in mail.text, name


def test_a_preview_is_a_page_in_which_nothing_runs_and_that_only_the_console_frames(ada: StaffBrowser) -> None:
    page, mail = ada.get(f"{PATH}/process.first"), ada.get(f"{PREVIEW}/process.first")

    assert f'sandbox title="The e-mail as its reader sees it" src="{PREVIEW}/process.first?language=en"' in page.text
    assert "frame-src 'self'" in page.header("content-security-policy")
    policy = mail.header("content-security-policy")
    assert "sandbox;" in policy
    assert "script-src" not in policy
    assert "frame-ancestors 'self'" in policy
    assert "frame-src" not in ada.get(PATH).header("content-security-policy")


def test_own_words_are_saved_and_sent(ada: StaffBrowser, site: Cloud) -> None:
    wording = "{tenant} made this form for you."

    said = ada.post(f"{PATH}/process.first", {"language": "en", "seen": seen(ada), BODY: wording})

    assert "The texts are saved." in words(said.text)
    assert own_texts() == {"en.process.body": wording}
    assert "made this form for you" in ada.get(f"{PREVIEW}/process.first?language=en").text
    site.clock.advance(timedelta(seconds=61))
    assert SEND.make(site).status == 200
    assert any("made this form for you" in message.text for message in site.outbox.messages())
    ada.post(f"{PATH}/process.first", {"language": "en", "seen": seen(ada), BODY: ""})
    assert own_texts() == {}
    assert "changed the texts of messages" in words(ada.get("/console/journal").text)


@pytest.mark.parametrize(
    ("key", "wording", "said"),
    [
        ("process.body", "x" * 401, "It must have 1 to 400 characters."),
        ("process.body", "see https://evil.example", "It must not contain a link."),
        ("process.body", "{nonsense}", "There is no placeholder {nonsense} here."),
        ("process.body", "{", "Braces may only stand around a placeholder."),
        ("process.sms", "no link", "It must contain {link} once."),
        ("process.subject", "two\nlines", "It must be one line"),
    ],
)
def test_a_text_that_cannot_be_used_comes_back_with_the_reason(
    key: str, wording: str, said: str, ada: StaffBrowser
) -> None:
    page = ada.post(f"{PATH}/process.first", {"language": "en", "seen": seen(ada), f"text.{key}": wording})

    assert page.status == 422
    assert said in words(page.text)
    assert wording in unescape(page.text)
    assert own_texts() == {}


def test_what_somebody_else_changed_in_the_meantime_is_not_overwritten(ada: StaffBrowser, signed_in: SignIn) -> None:
    version = seen(ada)
    bea = signed_in("Bea Admin")
    bea.post(f"{PATH}/process.first", {"language": "en", "seen": seen(bea), BODY: "{tenant} by Bea"})

    page = ada.post(f"{PATH}/process.first", {"language": "en", "seen": version, BODY: "{tenant} by Ada"})

    assert page.status == 422
    assert "Somebody else changed the texts in the meantime" in words(page.text)
    assert "{tenant} by Ada" in page.text
    assert own_texts() == {"en.process.body": "{tenant} by Bea"}
    before = wiring.deps().staff.wording.tenant(DEMO.id)
    assert before
    assert not wiring.deps().staff.wording.put(dataclasses.replace(before, texts={}), {"en.code.body": "lost"}, ENTRY)


def test_a_test_goes_to_the_persons_own_address_and_says_so(ada: StaffBrowser, site: Cloud) -> None:
    site.outbox.clear()

    said = [ada.post(f"{PATH}/{name}/test", {"language": "es", "to": "x@example.org"}).text for name in NAMES]

    assert all("The test is on its way to you." in words(page) for page in said)
    sent = site.outbox.messages()
    assert {message.to for message in sent} == {"ada@example.com"}
    assert len(sent) == len(NAMES)
    assert all("Este mensaje es una prueba" in message.text for message in sent)
    assert "to try it" in words(ada.get("/console/journal").text)


def test_a_test_goes_to_no_address_for_which_nobody_vouches(ada: StaffBrowser, site: Cloud) -> None:
    people = wiring.deps().staff.people
    (me,) = [each for each in people.of(DEMO.id) if each.name == "Ada Admin"]
    people.signed_in(dataclasses.replace(me, verified=False), site.clock.now())
    site.outbox.clear()

    page = ada.post(f"{PATH}/code/test", {"language": "en"})

    assert (page.status, site.outbox.messages()) == (422, [])
    assert "does not say that the e-mail address is yours" in words(page.text)


def test_a_test_goes_to_no_address_that_gets_nothing(ada: StaffBrowser, site: Cloud) -> None:
    wiring.deps().suppressions.add(DEMO.id, "ada@example.com", "suppressed", site.clock.now())
    site.outbox.clear()

    page = ada.post(f"{PATH}/code/test", {"language": "en"})
    wiring.deps().suppressions.lift(DEMO.id, "ada@example.com", "suppressed")

    assert (page.status, site.outbox.messages()) == (422, [])


def test_there_is_no_other_message(ada: StaffBrowser) -> None:
    for name in ("nothing", "process", "process.second", "..", "link/test"):
        assert ada.get(f"{PATH}/{name}").status in {404, 405}, name
        assert ada.get(f"{PREVIEW}/{name}").status == 404, name
    assert ada.post(f"{PATH}/link/test", {"language": "en"}).status == 404
    assert ada.get(f"{PATH}/link").status == 200
    assert ada.get(f"{PATH}/code?language=xx").status == 200
