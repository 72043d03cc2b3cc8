"""Sessions: how long they last, when the provider is asked again, and what keeps a typed form."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from linkgate import wiring
from linkgate.model.person import Staff
from linkgate.usecases.staff.sessions import Unchecked, at_work
from linkgate.usecases.staff.signing_in import SessionKey
from tests.support.staff_browser import SESSION, StaffBrowser

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.support.cloud import Cloud

    SignIn = Callable[[str], StaffBrowser]

PROVIDER = "local-identity"


def test_signing_out_ends_the_session_and_offers_to_leave_the_provider(signed_in: SignIn) -> None:
    ada = signed_in("Ada Admin")
    kept = ada.cookies[SESSION]

    page = ada.post("/console/sign-out")

    assert "Sign out of Demo staff, too" in page.text
    assert SESSION not in ada.cookies
    ada.cookies[SESSION] = kept
    assert ada.get("/console/people", follow=False).status == 303


def key(browser: StaffBrowser) -> SessionKey:
    return SessionKey(*browser.cookies[SESSION].split("."))


def at(browser: StaffBrowser, *, posting: bool = False) -> object:
    return at_work(key(browser), "en", wiring.deps(), posting=posting)


def test_a_session_that_nobody_uses_for_an_hour_ends(site: Cloud, signed_in: SignIn) -> None:
    ada = signed_in("Ada Admin")

    site.clock.advance(timedelta(minutes=59))
    assert isinstance(at(ada), Staff)
    site.clock.advance(timedelta(minutes=61))
    assert at(ada) is None


def test_a_form_waits_a_quarter_of_an_hour_longer_than_a_page(site: Cloud, signed_in: SignIn) -> None:
    ada = signed_in("Ada Admin")
    for _ in range(3):
        assert isinstance(at(ada), Staff)
        site.clock.advance(timedelta(minutes=20))

    assert at(ada) == Unchecked("demo")
    assert isinstance(at(ada, posting=True), Staff)
    site.clock.advance(timedelta(minutes=15))
    assert at(ada, posting=True) == Unchecked("demo")


def test_where_the_provider_is_not_asked_again_a_session_in_use_lasts_ten_hours(site: Cloud, signed_in: SignIn) -> None:
    ada, sign_ins = signed_in("Ada Admin"), wiring.deps().staff.sign_ins
    demo = sign_ins.get("demo")
    assert demo
    sign_ins.remove("demo")
    sign_ins.add(replace(demo, rechecks=False))
    for _ in range(20):
        assert isinstance(at(ada), Staff)
        site.clock.advance(timedelta(minutes=30))

    assert at(ada) is None
    sign_ins.remove("demo")
    sign_ins.add(demo)


def test_after_an_hour_the_provider_is_asked_without_a_page(site: Cloud, signed_in: SignIn) -> None:
    ada = signed_in("Ada Admin")
    before = ada.cookies[SESSION]
    for _ in range(2):
        site.clock.advance(timedelta(minutes=31))
        page = ada.get("/console/people?done=changed")

    assert page.status == 200
    assert ada.at == "/console/people?done=changed"
    assert ada.cookies[SESSION] != before


def test_whom_the_provider_has_forgotten_is_signed_out(site: Cloud, signed_in: SignIn) -> None:
    ada = signed_in("Ada Admin")
    site.clock.advance(timedelta(minutes=40))
    ada.get("/console/people")
    del ada.cookies[PROVIDER]
    site.clock.advance(timedelta(minutes=21))

    page = ada.get("/console/people")

    assert "You are signed out" in page.text
    assert SESSION not in ada.cookies


def test_a_form_of_somebody_who_was_signed_out_is_kept(site: Cloud, signed_in: SignIn) -> None:
    ada = signed_in("Ada Admin")
    site.clock.advance(timedelta(minutes=61))

    page = ada.post("/console/people/someone/roles", {"role.admin": "on", "note": '<b>"ä'})

    assert page.status == 401
    assert 'action="/console/people/someone/roles"' in page.text
    assert 'name="role.admin" value="on"' in page.text
    assert 'value="&lt;b&gt;&#34;ä"' in page.text
    assert 'target="_blank"' in page.text


def test_what_cannot_be_undone_asks_to_sign_in_again(site: Cloud, signed_in: SignIn) -> None:
    ada, bea = signed_in("Ada Admin"), signed_in("Sam Support")
    _, person, _ = bea.cookies[SESSION].split(".")
    site.clock.advance(timedelta(minutes=16))

    kept = ada.post(f"/console/people/{person}/end")
    assert kept.status == 401
    assert bea.get("/console/people", follow=False).status == 403
    ada.get("/console/sign-in/demo?again=true")
    assert ada.at.startswith("/_local/identity/authorize")  # although the provider knows her
    ada.choose("Ada Admin")

    assert ada.post(f"/console/people/{person}/end").status == 200
    assert bea.get("/console/people", follow=False).status == 303
