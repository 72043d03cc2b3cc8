"""Signing in at an identity provider: the way there and back, once, in one browser, for those who have a role."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import pytest

from linkgate import wiring
from linkgate.model.person import Staff
from linkgate.tokens import sign_in_nonce, sign_in_state
from linkgate.usecases.staff.sessions import at_work
from linkgate.usecases.staff.signing_in import Back, Leave, come_back, leave
from local.demo import DEMO
from tests.support.staff_browser import SESSION, SIGNING, StaffBrowser

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tests.support.cloud import Cloud


def test_somebody_with_a_role_comes_to_the_page_that_they_asked_for(browser: StaffBrowser) -> None:
    page = browser.sign_in("Ada Admin", "/console/people")

    assert browser.at == "/console/people"
    assert "Ada Admin" in page.text
    assert len(browser.cookies[SESSION].split(".")) == 3


@pytest.mark.parametrize(
    "to", ["https://evil.example/console", "//evil.example", "/l/x", "/console/../l", "/consolex", "/console/a%0d%0ab"]
)
def test_a_made_up_target_leads_to_the_first_page(to: str, browser: StaffBrowser) -> None:
    browser.get(f"/console/sign-in/demo?to={to}")
    way_back = browser.choose("Ada Admin", follow=False).header("location")

    assert browser.get(way_back, follow=False).header("location") == "/console"


def test_the_provider_is_asked_with_a_challenge_and_gets_no_secret(browser: StaffBrowser) -> None:
    asked = parse_qs(urlsplit(browser.to_provider()).query)

    assert asked["code_challenge_method"] == ["S256"]
    assert {"state", "nonce", "code_challenge", "redirect_uri"} <= asked.keys()
    secret = browser.cookies[SIGNING].partition(".")[0]
    assert secret not in json.dumps(asked)


def test_whoever_has_no_role_is_told_so_and_is_not_signed_in(browser: StaffBrowser) -> None:
    page = browser.sign_in("Olga Outside")

    assert page.status == 403
    assert "You have no role here" in page.text
    assert SESSION not in browser.cookies


def test_a_way_back_is_used_once(browser: StaffBrowser) -> None:
    way_back = browser.back("Ada Admin")
    assert browser.get(way_back, follow=False).status == 303
    again = StaffBrowser(browser.cloud)
    again.cookies[SIGNING] = browser.cookies[SIGNING]

    assert again.get(way_back, follow=False).status == 403
    assert SESSION not in again.cookies


def test_a_way_back_in_another_browser_signs_nobody_in(site: Cloud, browser: StaffBrowser) -> None:
    way_back = browser.back("Sam Support")
    victim = StaffBrowser(site)
    assert victim.get(way_back).status == 403
    victim.to_provider()

    assert victim.get(way_back).status == 403
    assert SESSION not in victim.cookies


@pytest.mark.parametrize(
    ("changed", "by"),
    [("state", "made-up"), ("code", "made-up"), ("iss", "https://evil.example"), ("iss", ""), ("code", "")],
)
def test_a_changed_way_back_signs_nobody_in(changed: str, by: str, browser: StaffBrowser) -> None:
    way_back = browser.back("Ada Admin")
    forged = re.sub(rf"([?&]){changed}=[^&]*", rf"\g<1>{changed}={by}", way_back)
    assert forged != way_back

    assert browser.get(forged).status == 403
    assert SESSION not in browser.cookies


def test_another_logins_code_under_my_state_signs_nobody_in(site: Cloud, browser: StaffBrowser) -> None:
    """The code is bound to the browser that asked for it (PKCE)."""
    other = StaffBrowser(site)
    stolen = parse_qs(urlsplit(other.back("Ada Admin")).query)["code"][0]
    way_back = re.sub(r"code=[^&]*", f"code={stolen}", browser.back("Sam Support"))

    assert browser.get(way_back).status == 403
    assert SESSION not in browser.cookies


def test_a_way_back_that_took_too_long_signs_nobody_in(browser: StaffBrowser) -> None:
    way_back = browser.back("Ada Admin")
    browser.cloud.clock.advance(timedelta(minutes=11))

    assert browser.get(way_back).status == 403


def test_a_planted_session_is_not_kept(browser: StaffBrowser) -> None:
    browser.sign_in("Ada Admin")
    planted = browser.cookies[SESSION]
    browser.get("/console/sign-in/demo")

    assert browser.cookies[SESSION] != planted
    old = StaffBrowser(browser.cloud)
    old.cookies[SESSION] = planted
    assert old.get("/console/people", follow=False).status == 303


def test_a_provider_that_refuses_or_is_away_lets_nobody_in(site: Cloud, browser: StaffBrowser) -> None:
    browser.to_provider()
    state = parse_qs(urlsplit(browser.at).query)["state"][0]
    page = browser.get(
        f"/console/signed-in/demo?error=access_denied&state={state}&iss=http://{site.domain}/_local/identity"
    )

    assert page.status == 403
    assert "did not let you in" in page.text


def test_nothing_that_signs_in_is_in_the_table(site: Cloud, browser: StaffBrowser) -> None:
    way_back = browser.back("Ada Admin")
    secret = browser.cookies[SIGNING].partition(".")[0]
    browser.get(way_back)
    query = parse_qs(urlsplit(way_back).query)
    table = json.dumps(site.table())

    for text in (secret, browser.cookies[SESSION].rpartition(".")[2], query["code"][0], query["state"][0]):
        assert text not in table


def test_reading_the_way_to_the_provider_changes_nothing(site: Cloud, browser: StaffBrowser) -> None:
    before = site.table()

    browser.to_provider()

    assert site.table() == before


def test_roles_follow_the_providers_groups_at_each_sign_in(browser: StaffBrowser) -> None:
    browser.sign_in("Ada Admin")
    _, person, _ = browser.cookies[SESSION].split(".")
    people = wiring.deps().staff.people
    ada = people.get(DEMO.id, person)
    assert ada
    assert people.set_roles(ada, frozenset({"auditor"}))
    assert browser.get("/console/people").status == 403

    browser.get("/console/sign-in/demo")

    assert browser.get("/console/people").status == 200


def test_whose_access_was_ended_is_out_at_once_and_stays_out(signed_in: Callable[[str], StaffBrowser]) -> None:
    ada, bea = signed_in("Ada Admin"), signed_in("Bea Admin")
    _, person, _ = bea.cookies[SESSION].split(".")
    assert ada.post(f"/console/people/{person}/end").status == 200

    assert bea.get("/console/people", follow=False).status == 303
    assert "Your access has ended" in bea.get("/console/sign-in/demo").text
    people = wiring.deps().staff.people
    assert [each.name for each in people.of(DEMO.id) if each.ended_at] == ["Bea Admin"]


class Telling:
    """A provider that tells these claims of anybody."""

    def __init__(self, claims: Mapping[str, object]) -> None:
        self._claims = claims

    def claims(self, *_: object) -> Mapping[str, object]:
        return self._claims


@pytest.mark.parametrize(
    ("told", "again", "proved"),
    [
        ({"auth_time": 0}, False, False),
        ({"auth_time": 1e6}, False, False),
        ({"auth_time": "now"}, False, False),
        ({"auth_time": 10**30}, False, False),
        ({"auth_time": float("nan")}, False, False),
        ({"auth_time": 4_000_000_000}, False, True),
        ({}, True, True),
        ({}, False, False),
        ({"auth_time": None}, False, False),
    ],
)
def test_who_was_let_in_has_only_proved_what_the_provider_says(
    site: Cloud, told: Mapping[str, object], *, again: bool, proved: bool
) -> None:
    """A provider that does not say when it asked may know the browser from yesterday."""
    deps = wiring.deps()
    sign_in, signing = leave(Leave("demo", "/console", again=again), deps)
    claims = {"sub": "ada", "nonce": sign_in_nonce(signing.secret), "groups": ["admin"], **told}
    back = Back("demo", signing, site.domain, state=sign_in_state(signing.secret), code="code", issuer=sign_in.issuer)
    parts = {name: getattr(deps.staff, name) for name in ("sign_ins", "signings", "sessions", "people")}
    asked = replace(deps, staff=SimpleNamespace(**parts, providers=Telling(claims)))

    work = at_work(come_back(back, asked).key, "en", deps)

    assert isinstance(work, Staff)
    assert work.proved is proved


def test_what_was_refused_is_not_in_the_journal(signed_in: Callable[[str], StaffBrowser]) -> None:
    ada = signed_in("Ada Admin")
    _, own, _ = ada.cookies[SESSION].split(".")
    deps = wiring.deps()
    before = deps.staff.journal.of(DEMO.id, deps.now() + timedelta(seconds=1), 50)

    assert ada.post(f"/console/people/{own}/end").status == 422

    assert deps.staff.journal.of(DEMO.id, deps.now() + timedelta(seconds=1), 50) == before
