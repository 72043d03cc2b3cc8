"""The desk of a signed-in agent is bound to the session and the person, who is named by what happens there."""

from __future__ import annotations

import re
import time
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from linkgate import wiring
from linkgate.model.tenant import Agent
from local.demo import DEMO, OCULAR_CODE
from tests.management.conftest import Manager
from tests.support.desk import Office
from tests.support.live import LivePage
from tests.support.staff_browser import SESSION, StaffBrowser

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.support.cloud import Cloud

    SignIn = Callable[[str], StaffBrowser]

DESK = "/console/desk"


@pytest.fixture
def ana(signed_in: SignIn) -> StaffBrowser:
    """Return an agent who is signed in and has a desk."""
    browser = signed_in("Ana Agent")
    agent = Agent("ana", "Ana", queues=frozenset({OCULAR_CODE}), person=person_of(browser))
    wiring.deps().tenants.put_definition(DEMO.id, agent)
    return browser


def person_of(browser: StaffBrowser) -> str:
    return browser.cookies[SESSION].split(".")[1]


def connected(site: Cloud, browser: StaffBrowser) -> LivePage:
    page = LivePage(site)
    ticket = browser.post(f"{DESK}/live").json()["ticket"]
    assert page.shake_hands(ticket, origin=f"http://{site.domain}").status == 101
    page.say("hello")
    wait_for(page, "t", "duty")  # the last of what a greeting is answered with
    return page


def say(page: LivePage, t: str, **members: object) -> None:
    """Send a message, and wait until it was carried out. Each message of a served cloud has a thread of its own."""
    page.say(t, id=t, **members)
    wait_for(page, "id", t)


def wait_for(page: LivePage, member: str, value: str) -> None:
    until = time.monotonic() + 30
    while not any(frame.get(member) == value for frame in page.frames):
        assert time.monotonic() < until, (value, page.frames)
        time.sleep(0.01)


def test_who_has_no_desk_is_told_who_can_help(signed_in: SignIn) -> None:
    browser = signed_in("Ana Agent")

    assert "No desk is yours yet" in browser.get(DESK).text
    assert browser.post(DESK).status == 404
    assert browser.post(f"{DESK}/live").status == 404


def test_a_call_at_the_desk_names_the_agent_and_the_person(site: Cloud, ana: StaffBrowser) -> None:
    assert "You work as Ana" in ana.get("/console").text
    desk = ana.post(DESK)
    assert f'data-tickets="{DESK}/live"' in desk.text
    assert "#" not in "".join(re.findall(r'href="([^"]*)"', desk.text))
    page, office = connected(site, ana), Office(site)
    link = office.calling()
    say(page, "duty", on=True)
    say(page, "accept", rid=link.rid)
    say(page, "end")
    site.settle()

    facts = {event["type"]: event["data"] for event in Manager(site).get(f"/links/{link.rid}/events")["events"]}
    for kind in ("session.joined", "session.ended"):
        assert (facts[kind]["agent"], facts[kind]["person"]) == ("ana", person_of(ana)), kind


def test_requests_to_be_called_back_are_taken_there(ana: StaffBrowser) -> None:
    ana.post(DESK)

    gone = ana.post(f"{DESK}/callbacks/{'A' * 22}/done", follow=False)
    ana.cookies = {name: value for name, value in ana.cookies.items() if name == SESSION}
    closed = ana.post(f"{DESK}/callbacks/{'A' * 22}/done", follow=False)

    assert gone.status == 404
    assert (closed.status, closed.header("location")) == (303, DESK)


def test_a_desk_is_no_use_without_its_session_and_outlasts_an_hour_without_a_press(
    site: Cloud, ana: StaffBrowser
) -> None:
    ana.post(DESK)
    thief = StaffBrowser(site)
    thief.cookies = {name: value for name, value in ana.cookies.items() if name != SESSION}
    assert thief.post(f"{DESK}/live").status == 401

    site.clock.advance(timedelta(hours=9))
    assert ana.post(f"{DESK}/live").status == 200
    site.clock.advance(timedelta(hours=2))

    assert ana.post(f"{DESK}/live").status == 401


def test_another_desk_of_the_same_person_ends_the_first(site: Cloud, ana: StaffBrowser, signed_in: SignIn) -> None:
    ana.post(DESK)
    page, other = connected(site, ana), signed_in("Ana Agent")

    other.post(DESK)
    site.settle()

    assert (page.frames[-1]["t"], page.frames[-1]["why"], page.code) == ("bye", "revoked", 1000)
    assert "Go to my desk" in ana.get(DESK).text
    assert connected(site, other).code is None


def test_whoever_signs_out_leaves_no_desk_open(site: Cloud, ana: StaffBrowser) -> None:
    ana.post(DESK)
    page = connected(site, ana)

    ana.post("/console/sign-out")
    site.settle()

    assert (page.frames[-1]["t"], page.frames[-1]["why"]) == ("bye", "revoked")


@pytest.mark.parametrize("how", ["roles", "end"])
def test_whose_access_ends_is_told_so_at_the_desk_within_seconds(
    how: str, site: Cloud, ana: StaffBrowser, signed_in: SignIn
) -> None:
    ana.post(DESK)
    page, ada = connected(site, ana), signed_in("Ada Admin")

    ada.post(f"/console/people/{person_of(ana)}/{how}", {"role.results": "on"})
    site.settle()

    assert (page.frames[-1]["t"], page.frames[-1]["why"], page.code) == ("bye", "revoked", 1000)
    assert ana.post(f"{DESK}/live").status == (403 if how == "roles" else 401)
