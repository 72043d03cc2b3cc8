"""An administrator changes what recipients know the organisation by, sees it first, and overwrites nobody's change."""

from __future__ import annotations

import re
from dataclasses import replace
from html import unescape
from typing import TYPE_CHECKING

import pytest

from linkgate import wiring
from linkgate.model.brand import FIELDS
from linkgate.store.tenants import DynamoTenants
from local.demo import DEMO
from tests.support.cloud import table_of
from tests.support.staff_browser import words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from linkgate.model.tenant import Tenant
    from tests.support.cloud import Cloud
    from tests.support.staff_browser import StaffBrowser

    SignIn = Callable[[str], StaffBrowser]

PATH = "/console/setup/brand"


@pytest.fixture
def ada(signed_in: SignIn, site: Cloud) -> Iterator[StaffBrowser]:
    yield signed_in("Ada Admin")
    DynamoTenants(table_of(site), site.clock.now).put_tenant(DEMO)


def tenant() -> Tenant:
    found = wiring.deps().staff.brands.get(DEMO.id)
    assert found
    return found.tenant


def form(ada: StaffBrowser, **changes: str) -> dict[str, str]:
    """Return the form as the page has it, with some fields typed anew."""
    page = ada.get(PATH).text
    fields = dict(re.findall(r'name="([a-z_]+)" value="([^"]*)"', page))
    assert set(FIELDS) <= fields.keys()
    return {name: unescape(value) for name, value in fields.items()} | changes


def test_a_brand_is_changed_and_seen_on_the_recipients_page(ada: StaffBrowser, site: Cloud) -> None:
    said = ada.post(PATH, form(ada, name="Bank of Ada", colour="#FFDD00", support_phone="+44 20 7946 0958"))

    assert "The change is saved." in words(said.text)
    assert "Changed by Ada Admin" in words(said.text)
    assert (tenant().name, tenant().colour, tenant().support_phone) == ("Bank of Ada", "#FFDD00", "+44 20 7946 0958")
    assert tenant() == replace(DEMO, name="Bank of Ada", colour="#FFDD00", support_phone="+44 20 7946 0958")
    page = ada.get(f"{PATH}/preview/page")
    assert "Bank of Ada" in page.text
    assert "--accent:#ffdd00;--ink:#000000" in page.text
    site.settle()
    (entry,) = [event["detail"] for event in site.aws.events() if event["detail"].get("act") == "brand_changed"]
    assert entry["about"] == {"fields": "name, colour, support_phone"}
    assert "changed the organisation" in words(ada.get("/console/journal").text)


def test_a_field_that_is_emptied_is_removed_and_what_stays_writes_nothing(ada: StaffBrowser, site: Cloud) -> None:
    ada.post(PATH, form(ada, logo="https://example.com/a.png", reply_to="help@example.com"))
    before = site.table()

    assert "The change is saved." in words(ada.post(PATH, form(ada)).text)
    assert [
        item for item in site.table() if item["pk"].startswith(("journal#", "tenant#")) and item not in before
    ] == []
    ada.post(PATH, form(ada, logo=" ", reply_to=""))

    assert (tenant().logo, tenant().reply_to) == (None, None)


WRONG = [
    *(("name", text) for text in ("", " ", "x" * 101, "two\nlines", "\u202etxt")),
    *(("colour", text) for text in ("blue", "#12345", "1d4f91", "#1d4f9g", "url(x)")),
    *(("logo", text) for text in ("http://a.example/x.png", "https://", "https://a b.example/", "javascript:1")),
    *(("logo", text) for text in ("https://bücher.example/l.png", "https://a.example;x/l.png", "x" * 3000)),
    *((name, text) for name in ("website", "support_url", "privacy_url", "terms_url") for text in ("ftp://x", "x")),
    *((name, text) for name in ("support_email", "mail_from", "reply_to") for text in ("ada", "a@b@c", "a@x\ny.z")),
    *(("support_phone", text) for text in ("ask Ada", "1", "+44 <script>")),
    *(("sms_sender", text) for text in ("twelve-chars", "a b", "é", "+447700")),
]


def test_a_field_that_breaks_its_rule_is_told_and_nothing_is_saved(ada: StaffBrowser) -> None:
    fresh = form(ada)
    before = tenant()
    told = {}
    for name, text in WRONG:
        page = ada.post(PATH, {**fresh, name: text, "website": "https://new.example"} | {name: text})
        told[name, text] = (page.status, f'id="{name}-fault"' in page.text, 'aria-invalid="true"' in page.text)

    assert {key: said for key, said in told.items() if said != (422, True, True)} == {}
    assert tenant() == before


def test_a_sender_with_which_no_mail_leaves_is_not_saved(ada: StaffBrowser, site: Cloud) -> None:
    site.outbox.clear()

    page = ada.post(PATH, form(ada, mail_from="nobody@unverified.example"))

    assert (page.status, tenant().mail_from, site.outbox.messages()) == (422, DEMO.mail_from, [])
    assert "No e-mail leaves with this sender" in words(page.text)
    site.aws.client("sesv2").create_email_identity(EmailIdentity="ours@verified.example")
    assert "The change is saved." in words(ada.post(PATH, form(ada, mail_from="ours@verified.example")).text)
    assert tenant().mail_from == "ours@verified.example"
    assert [each.to for each in site.outbox.messages()] == ["ada@example.com"]


def test_of_two_administrators_the_second_sees_what_the_first_changed(ada: StaffBrowser, signed_in: SignIn) -> None:
    mine = form(ada, name="Ada's bank", website="https://ada.example")
    bea = signed_in("Bea Admin")
    bea.post(PATH, form(bea, name="Bea's bank"))

    page = ada.post(PATH, mine)

    assert page.status == 409
    assert "Changed by Bea Admin" in words(page.text)
    assert "Now it is: Bea's bank." in words(page.text)
    assert 'value="Ada&#39;s bank"' in page.text
    assert tenant().name == "Bea's bank"
    again = {name: unescape(value) for name, value in re.findall(r'name="([a-z_]+)" value="([^"]*)"', page.text)}
    assert "The change is saved." in words(ada.post(PATH, again).text)
    assert (tenant().name, tenant().website) == ("Ada's bank", "https://ada.example")


def test_a_preview_shows_what_is_typed_and_saves_nothing(ada: StaffBrowser) -> None:
    typed = form(ada, name="Typed & Sons", colour="#ffff00", sms_sender="TYPED", reply_to="help@typed.example")
    before = tenant()

    page, mail, said = (ada.post(f"{PATH}/preview/{name}", typed) for name in ("page", "email", "words"))

    assert "Typed &amp; Sons" in page.text
    assert "--accent:#ffff00" in page.text
    assert "Typed &amp; Sons" in mail.text
    shown = unescape(re.sub("<[^>]+>", " ", said.text))
    for part in ("Typed & Sons", "TYPED", "help@typed.example", "So text on it is black", "hard to see"):
        assert part in shown, part
    for reply in (page, mail, said):
        policy = reply.header("content-security-policy")
        assert policy.startswith("sandbox;")
        assert "script-src" not in policy
        assert "frame-ancestors 'self'" in policy
    assert tenant() == before
    assert ada.get(f"{PATH}/preview/other").status == 404
    # What cannot be used is not shown either.
    assert "--accent:#ffff00" not in ada.post(f"{PATH}/preview/page", {**typed, "colour": "red;}"}).text
