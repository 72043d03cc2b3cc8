"""Journeys of people at the console: searches, acts, and what each of them leaves behind."""

from __future__ import annotations

import csv
import hashlib
import io
import re
from datetime import timedelta
from html import unescape
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest

from linkgate import wiring
from linkgate.model.file import FileState
from local.demo import CAMPAIGN, PROCESS
from tests.management.conftest import Manager
from tests.management.test_test_links import KEY, TEST_KEY, put_test_key
from tests.support.documents import PDF, fetch, put_file_on_link

if TYPE_CHECKING:
    from collections.abc import Callable

    from local.http_messages import HttpResponse
    from tests.support.cloud import Cloud
    from tests.support.staff_browser import StaffBrowser

    SignIn = Callable[[str], StaffBrowser]

REST = 120
DAY = 86_400


@pytest.fixture
def manager(site: Cloud) -> Manager:
    return Manager(site)


@pytest.fixture
def sam(signed_in: SignIn) -> StaffBrowser:
    return signed_in("Sam Support")


def find(browser: StaffBrowser, text: str) -> HttpResponse:
    return browser.post("/console/find", {"text": text})


def made(manager: Manager, email: str, wait: int = REST, **fields: object) -> str:
    """Make and send a form some time ago, and return its rid."""
    entry = {"kind": "process", "process": PROCESS, "data": {"metadata": {"email": email, **fields}}}
    rid = str(manager.make(entry)[0]["rid"])
    manager.cloud.settle()
    manager.cloud.post("/_local/clock", {"advance_seconds": wait})
    return rid


def press(browser: StaffBrowser, page: HttpResponse, act: str, **typed: str) -> HttpResponse:
    """Send the form of an act on a page, with what it holds and what was typed."""
    (action, inside) = next(
        found
        for found in re.findall(r'<form method="post" action="([^"]+)">(.*?)</form>', page.text)
        if found[0].endswith(act)
    )
    hidden = re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', inside)
    return browser.post(action, {**{name: unescape(value) for name, value in hidden}, **typed})


def test_a_changed_address_says_how_the_caller_was_checked(manager: Manager, sam: StaffBrowser) -> None:
    rid = made(manager, "ada4@example.com")
    find(sam, "ada4@example.com")
    form = sam.get(f"/console/links/{rid}/replace")

    refused = press(sam, form, "/replace", email="ada4@example.org")
    after = press(sam, form, "/replace", email="ada4@example.org", checked="date of birth")

    assert (refused.status, "say how you checked" in refused.text.lower()) == (400, True)
    assert "This is the new link." in after.text
    assert "ada4@example.org" in after.text
    manager.cloud.settle()
    old = sam.get(f"/console/links/{rid}")
    assert "by Sam Support (support) (date of birth)" in old.text


def test_a_phone_that_gets_codes_is_changed_by_two_people(manager: Manager, signed_in: SignIn) -> None:
    rid = manager.share(resourceType="MedicalReport")
    sam, ada = signed_in("Sam Support"), signed_in("Ada Admin")
    form = sam.get(f"/console/links/{rid}/replace")

    after = press(sam, form, "/replace", phone="07700 900008", checked="birthday", sms_consent="on")

    assert "A second person has to approve this." in after.text
    waiting = sam.get("/console/proposals")
    assert "Waits for somebody else." in waiting.text
    assert "/approve" not in waiting.text
    (path,) = re.findall(r'action="(/console/proposals/[^"]+)/refuse"', waiting.text)
    assert sam.post(f"{path}/approve").status == 403
    assert manager.get(f"/links/{rid}")["renewedAs"] is None
    assert "proposed what a second person has to approve" in ada.get("/console/journal").text

    approved = ada.post(f"{path}/approve")

    assert "This is the new link." in approved.text
    assert "Nothing waits for a second person." in sam.get("/console/proposals").text
    manager.cloud.settle()
    old = sam.get(f"/console/links/{rid}").text
    assert "by Ada Admin (administration), as Sam Support proposed (birthday)" in old


def test_a_customer_is_erased_by_two_people_who_are_both_on_record(manager: Manager, signed_in: SignIn) -> None:
    rid = made(manager, "ada12@example.com", phone="+447700900012")
    sam, ada = signed_in("Sam Support"), signed_in("Ada Admin")
    form = sam.get(f"/console/links/{rid}/erase")
    typed = {"email": "ada12@example.com", "phone": "+447700900012", "reason": "asked for it"}
    assert "A second person has to approve this." in form.text

    assert sam.post(f"/console/links/{rid}/erase", {"email": "other@example.com"}).status == 400
    after = sam.post(f"/console/links/{rid}/erase", typed)

    assert "A second person has to approve this." in after.text
    assert "ada12@example.com" in after.text
    (path,) = re.findall(r'action="(/console/proposals/[^"]+)/approve"', ada.get("/console/proposals").text)
    assert sam.post(f"{path}/approve").status == 404
    approved = ada.post(f"{path}/approve")
    manager.cloud.settle()

    assert "The customer was erased." in approved.text
    assert "ada12" not in str([item for item in manager.cloud.table() if item["pk"].startswith(("staff#", "propos"))])
    page = sam.get(f"/console/links/{rid}").text
    assert "by Ada Admin (administration), as Sam Support proposed (asked for it)" in page
    assert "ada12" not in page
    newest = [item["about"] for item in manager.cloud.table() if item["pk"].startswith("journal#")]
    assert any(each.get("act") == "erase" and each.get("rid") == rid and "proposer" in each for each in newest)
    assert "ada12" not in str(newest)


def test_what_two_people_decide_needs_a_sign_in_of_just_now(manager: Manager, signed_in: SignIn) -> None:
    rid = made(manager, "ada13@example.com")
    sam = signed_in("Sam Support")
    manager.cloud.clock.advance(timedelta(minutes=16))

    assert "/sign-in/demo?" in sam.get(f"/console/links/{rid}/erase", follow=False).header("location")
    kept = sam.post(f"/console/links/{rid}/erase", {"email": "ada13@example.com", "reason": "kept"})

    assert (kept.status, 'value="kept"' in kept.text) == (401, True)


def test_what_was_sent_in_is_read_and_journalled(manager: Manager, signed_in: SignIn) -> None:
    form = manager.request_form("ada7@example.com")
    manager.submit(form["link"], {"fullName": "<b>Ada</b> & Co"})
    manager.cloud.settle()
    rita = signed_in("Rita Results")

    listed = rita.get("/console/inbox")
    page = rita.get(f"/console/links/{form['rid']}/submission")

    assert f"/links/{form['rid']}/submission" in listed.text
    assert "&lt;b&gt;Ada&lt;/b&gt; &amp; Co" in page.text
    audrey = signed_in("Audrey Auditor")
    assert "read what was sent in" in audrey.get("/console/journal").text


def test_a_file_that_was_sent_in_is_read_for_a_minute(site: Cloud, manager: Manager, signed_in: SignIn) -> None:
    rid = made(manager, "ada11@example.com")
    link = wiring.deps().links.get(rid)
    assert link
    clean, refused = (put_file_on_link(site, link, state) for state in (FileState.CLEAN, FileState.INFECTED))
    rita = signed_in("Rita Results")

    given = rita.get(f"/console/links/{rid}/files/{clean.id}", follow=False)

    assert given.status == 303
    assert fetch(site, given.header("location")).body == PDF
    for file in (refused.id, "A" * 22, "x"):
        assert rita.get(f"/console/links/{rid}/files/{file}", follow=False).status == 404
    assert "opened a file that was sent in" in signed_in("Audrey Auditor").get("/console/journal").text


def test_a_search_stands_in_no_address_and_goes_back(manager: Manager, sam: StaffBrowser) -> None:
    rids = [made(manager, "twice@example.com", 1) for _ in range(2)]

    page = find(sam, "twice@example.com")

    assert re.fullmatch(r"/console/found/\d+", sam.at)
    assert all(f"/console/links/{rid}" in page.text for rid in rids)
    first = sam.at
    find(sam, "other@example.com")
    assert rids[0] in sam.get(first).text
    assert first in sam.get("/console/find").text
    for number in ("0", "999", "9" * 5000, "x", "-1"):
        assert sam.get(f"/console/found/{number}").status == 200
        assert sam.at == "/console/find"


def test_a_pasted_secret_goes_nowhere(manager: Manager, sam: StaffBrowser) -> None:
    form = manager.request_form("ada9@example.com")
    secret = form["link"].partition("#")[2]

    page = find(sam, form["link"])

    assert sam.at == f"/console/links/{form['rid']}"
    assert secret not in page.text
    assert secret not in str(manager.cloud.table())
    foreign = find(sam, f"https://evil.example/l/AAAA#{secret}")
    assert "not one of our links" in foreign.text
    assert secret not in foreign.text


@pytest.mark.parametrize(
    "wrapped",
    [
        "https://nam02.safelinks.protection.outlook.com/?url={quoted}%23{secret}&data=05%7C02",
        "https://urldefense.com/v3/__{address}*{secret}__;Iw!!Dq0X2",
        "{address}%23{secret}",
        "{address}/*{secret}",
        "{address}?x={secret}",
        "{page}",
        "{opt_out}/{secret}",
    ],
)
def test_whatever_stands_for_our_link_is_ours(wrapped: str, manager: Manager, sam: StaffBrowser) -> None:
    """Saying that it is foreign would keep a customer from their own link."""
    form = manager.request_form("ada9@example.com")
    address, _, secret = form["link"].partition("#")

    others = {"page": address.replace("/l/", "/v/"), "opt_out": address.replace("/l/", "/o/")}

    page = find(sam, wrapped.format(address=address, quoted=quote(address, safe=""), secret=secret, **others))

    assert sam.at == f"/console/links/{form['rid']}"
    assert secret not in page.text
    assert secret not in str(manager.cloud.table())
    evil = address.replace(manager.cloud.domain, "evil.example")
    assert "not one of our links" in find(sam, f"https://gateway.example/?u={quote(evil, safe='')}").text


@pytest.mark.parametrize("text", ["", "??", "x" * 600, "\x00", "#", "a@b", "/l/" + "x" * 250_000])
def test_any_text_gets_an_answer(text: str, sam: StaffBrowser) -> None:
    assert find(sam, text).status in {200, 400}


def test_others_of_a_person_see_only_what_their_role_lets_them(manager: Manager, signed_in: SignIn) -> None:
    rid = made(manager, "masked@example.com")
    audrey = signed_in("Audrey Auditor")

    page = audrey.get(f"/console/links/{rid}")

    assert "masked@example.com" not in page.text
    assert "m***@example.com" in page.text
    assert audrey.get(f"/console/links/{rid}/revoke").status == 403
    assert audrey.get(f"/console/links/{rid}/verify").status == 200
    evidence = audrey.get(f"/console/links/{rid}/evidence")
    assert evidence.json()["rid"] == rid
    assert "downloaded the evidence of a link" in audrey.get("/console/journal").text


def test_results_are_shown_and_downloaded(manager: Manager, signed_in: SignIn) -> None:
    survey = manager.ask("ada10@example.com")
    manager.submit(survey["link"], {"rating": 4})
    manager.cloud.settle()
    rita = signed_in("Rita Results")

    assert "/console/results/campaign?name=My+Survey+Campaign" in rita.get("/console/results").text
    page = rita.get(f"/console/results/campaign?name={CAMPAIGN.replace(' ', '+')}&answered=1&most=9")
    (path,) = re.findall(r'href="(/console/results/file[^"]*)"', page.text)
    file = rita.get(unescape(path))

    rows = list(csv.DictReader(io.StringIO(file.text.removeprefix("\ufeff"))))
    assert [row["rid"] for row in rows] == [survey["rid"]]
    assert "ada10@example.com" not in page.text
    digest = hashlib.sha256(file.text.encode()).hexdigest()
    assert f"{CAMPAIGN}, {len(rows)}, {digest}" in signed_in("Audrey Auditor").get("/console/journal").text
    assert rita.get("/console/results/campaign?name=none").status == 404
    assert rita.get("/console/results/campaign").status == 404


def test_an_administrator_sees_the_set_up_and_every_definition(signed_in: SignIn) -> None:
    ada = signed_in("Ada Admin")

    page = ada.get("/console/setup")
    paths = [unescape(path) for path in re.findall(r'href="(/console/setup/[^"]*)"', page.text)]

    assert len(paths) >= 8
    for path in paths:
        assert ada.get(path).status == 200, path
    form = ada.get(next(path for path in paths if path.startswith("/console/setup/process")))
    assert "Questions" in form.text
    for path in ("/process", "/process?id=none", "/nothing?id=x", "/process?id=" + "x" * 3000):
        assert ada.get(f"/console/setup{path}").status == 404


def test_each_person_comes_to_a_page_of_their_own(signed_in: SignIn) -> None:
    first = {"Sam Support": "find", "Rita Results": "results", "Ana Agent": "desk", "Ada Admin": "find"}
    for name, place in first.items():
        browser = signed_in(name)
        page = browser.get("/console")
        assert (page.status, browser.at) == (200, f"/console/{place}")
        for path in re.findall(r'<li><a href="(/console/[a-z]+)"', page.text):
            assert browser.get(path).status == 200, path


def test_nothing_of_another_tenant_is_there(site: Cloud, sam: StaffBrowser) -> None:
    theirs = Manager(site, "other-manage-key").ask("grace@example.net")["rid"]

    for path in ("", "/resend", "/evidence", "/verify", "/revoke"):
        assert sam.get(f"/console/links/{theirs}{path}").status == 404, path
    answers: list[Any] = [sam.post(f"/console/links/{theirs}/{act}", {"why": "asked"}) for act in ("revoke", "resend")]
    assert [answer.status for answer in answers] == [404, 404]


def test_whoever_opens_many_links_is_in_the_journal_before_each_further_one(
    manager: Manager, signed_in: SignIn
) -> None:
    rid = made(manager, "ada14@example.com")
    ada = signed_in("Bea Admin")
    pages = [f"/console/links/{rid}", f"/console/links/{rid}/resend", f"/console/links/{rid}/erase"]
    for number in range(20):
        assert ada.get(pages[number % 3]).status == 200
    assert "opened the pages of many links" not in ada.get("/console/journal").text

    assert ada.post(f"/console/links/{rid}/revoke").status == 400  # a refused form shows the link, too

    assert "opened the pages of many links in five minutes" in ada.get("/console/journal").text
    manager.cloud.clock.advance(timedelta(minutes=6))
    ada.get(pages[0])
    assert ada.get("/console/journal").text.count("opened the pages of many links") == 1


def test_a_test_link_is_found_as_such_and_opened_as_its_customer(
    site: Cloud, manager: Manager, signed_in: SignIn
) -> None:
    put_test_key("manage", KEY, TEST_KEY)
    tester = Manager(site, TEST_KEY)
    real, test = made(manager, "ada15@example.com"), made(tester, "ada15@example.com")
    sam, audrey = signed_in("Sam Support"), signed_in("Audrey Auditor")

    listed = find(sam, "ada15@example.com")
    page = sam.get(f"/console/links/{test}")
    urls = [re.findall(r'href="(http[^"]+#[^"]+)"', press(sam, page, "/try").text)[0] for _ in range(2)]

    assert [f"/links/{rid}" in listed.text for rid in (real, test)] == [True, True]
    assert listed.text.count('<span class="state">TEST') == 1
    assert "This is a test link." in page.text
    assert [opened(site, url) for url in urls] == [False, True]
    assert urls[1].rpartition("#")[2] not in str(site.table())
    assert sam.post(f"/console/links/{real}/try").status == 409
    assert "/try" not in sam.get(f"/console/links/{real}").text
    assert audrey.post(f"/console/links/{test}/try").status == 403
    assert "opened a test link as its customer" in audrey.get("/console/journal").text


def opened(site: Cloud, url: str) -> bool:
    path, _, secret = url.partition(site.domain)[2].partition("#")
    return site.post_form(path, {"secret": secret}).status == 303
