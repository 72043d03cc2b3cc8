"""Races of recipients, judged against the real DynamoDB Local."""

from __future__ import annotations

import itertools
import random
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from linkgate import wiring
from linkgate.model.tenant import Process
from linkgate.ports.visits import FieldChanged
from linkgate.store.tenants import DynamoTenants
from linkgate.usecases.visits.opting_out import OptOut, survey_choice
from local import demo
from tests.support.form_posts import sent_by
from tests.support.submission_races import statuses_of
from tests.support.vendor_calls import GENERATE
from tests.support.visitor import (
    JSON,
    Visitor,
    check,
    code_in,
    coded_link,
    link_in,
    link_item,
    outbox,
    parts,
    process_link,
    resource_link,
    sent_process_link,
    session_link,
)
from tests.visits.test_callbacks import facts
from tests.visits.test_handover import grant_in, handed_over, own_page, take
from tests.visits.test_opting_out import asked, one_click, told, undo
from tests.visits.test_refusals import cancel
from tests.visits.test_renewal import renew
from tests.visits.test_steps import SCHEMA, recorded, reviewed
from tests.visits.test_wrong_hands import replace_mail

if TYPE_CHECKING:
    from tests.support.cloud import Cloud


@pytest.mark.parametrize("others", [[], ["agent"]])
def test_of_forty_parallel_submissions_one_wins(real_cloud: Cloud, others: list[str]) -> None:
    url, program = process_link(real_cloud, coBrowsingRoles=others), Visitor(real_cloud, JSON)
    program.see(url)

    def submit(number: int) -> int:
        other = Visitor(real_cloud, JSON, cookies=dict(program.cookies))
        return other.post(f"{program.thing}/submit", {"data": {"fullName": f"Ana {number}"}}).status

    with ThreadPoolExecutor(40) as pool:
        statuses = sorted(pool.map(submit, range(40)))

    assert statuses.count(201) == 1
    assert set(statuses) <= {201, 409, 503}
    assert program.post(f"{program.thing}/submit", {"data": {}}).status == 409


def test_what_is_recorded_is_what_the_review_showed_whoever_writes_meanwhile(real_cloud: Cloud) -> None:
    tenants = wiring.deps().tenants
    assert isinstance(tenants, DynamoTenants)
    tenants.put_definition(demo.DEMO.id, Process("steps", "Steps", schema=SCHEMA))
    outcomes: set[int] = set()
    for round_ in range(10):
        visitor = Visitor(real_cloud)
        page = sent_by(reviewed(visitor, process_link(real_cloud, processId="steps")))

        def submit(visitor: Visitor = visitor, page: dict[str, list[str]] = page) -> int:
            return Visitor(real_cloud, cookies=dict(visitor.cookies)).post(f"{visitor.thing}/submit", page).status

        def write(number: int, visitor: Visitor = visitor) -> None:
            rows = [{"f": "/b", "v": f"{number}", "base": 1}]
            browser = Visitor(real_cloud, JSON, cookies=dict(visitor.cookies))
            browser.post(f"{visitor.thing}/fields", {"set": rows})

        statuses = statuses_of(submit, write, round_)

        outcomes |= set(statuses)
        assert set(statuses) <= {303, 409, 422, 503}
        if 303 in statuses:
            assert statuses.count(303) == 1
            assert recorded(visitor) == {"a": "x", "b": "y", "c": "z"}
    assert {303, 422} <= outcomes


def test_of_512_parallel_guesses_exactly_five_are_compared(real_cloud: Cloud) -> None:
    url, program = coded_link(real_cloud), Visitor(real_cloud, JSON)
    program.open(url)
    rid, right = parts(url)[0], int(code_in(real_cloud))

    def guess(number: int) -> int:
        browser = Visitor(real_cloud, JSON, cookies=dict(program.cookies))
        code = f"{(right + 1 + number) % 10**6:06}"
        return browser.post(f"/l/{rid}/code/check", {"code": code}).status

    with ThreadPoolExecutor(64) as pool:
        statuses = list(pool.map(guess, range(512)))

    item = link_item(real_cloud, url)
    (challenge,) = item["challenges"].values()
    assert set(statuses) <= {400, 503}
    assert len(challenge["tries"]) == item["code_tries"] == 5
    assert program.post(f"/l/{rid}/code/check", {"code": f"{right:06}"}).json()["attemptsLeft"] == 0


def test_the_right_code_among_parallel_guesses_opens_at_most_what_was_compared(real_cloud: Cloud) -> None:
    url, program = coded_link(real_cloud), Visitor(real_cloud, JSON)
    program.open(url)
    rid, right = parts(url)[0], code_in(real_cloud)

    def guess(_: int) -> int:
        browser = Visitor(real_cloud, JSON, cookies=dict(program.cookies))
        return browser.post(f"/l/{rid}/code/check", {"code": right}).status

    with ThreadPoolExecutor(40) as pool:
        statuses = list(pool.map(guess, range(40)))

    item = link_item(real_cloud, url)
    (challenge,) = item["challenges"].values()
    assert 200 in statuses
    assert sum(challenge["tries"].values()) == 1
    assert len(challenge["tries"]) <= 5
    assert item["views"] == statuses.count(200) <= item["max_views"]


def test_of_parallel_requests_for_a_code_five_are_sent_and_no_living_one_gives_way(real_cloud: Cloud) -> None:
    url, person = coded_link(real_cloud), Visitor(real_cloud, JSON)
    person.open(url)
    code = code_in(real_cloud)

    with ThreadPoolExecutor(24) as pool:
        statuses = list(pool.map(lambda _: Visitor(real_cloud, JSON).open(url).status, range(72)))

    assert len(outbox(real_cloud)) == 5 == statuses.count(202) + 1
    assert set(statuses) <= {202, 429, 503}
    assert check(person, url, code).status == 200


def test_of_parallel_robots_two_are_sent_a_code(real_cloud: Cloud) -> None:
    url = coded_link(real_cloud)

    with ThreadPoolExecutor(24) as pool:
        statuses = list(pool.map(lambda _: Visitor(real_cloud).open(url).status, range(48)))

    assert len(outbox(real_cloud)) == 2 == statuses.count(202)
    assert set(statuses) <= {200, 202, 429, 503}


def test_codes_given_back_in_parallel_leave_the_counts_of_those_that_went_out(real_cloud: Cloud) -> None:
    url = coded_link(real_cloud, 2)
    real_cloud.post("/_local/faults", {"service": "ses", "error": "throttle", "times": 20})

    with ThreadPoolExecutor(12) as pool:
        statuses = list(pool.map(lambda _: Visitor(real_cloud, JSON).open(url).status, range(24)))

    item = link_item(real_cloud, url)
    assert set(statuses) <= {202, 429, 503}
    assert len(item["codes_sent"]) == len(item["challenges"]) == len(outbox(real_cloud)) == statuses.count(202)


def test_one_browser_pressing_at_once_is_sent_one_code(real_cloud: Cloud) -> None:
    url, program = coded_link(real_cloud), Visitor(real_cloud, JSON)
    program.open(url)
    real_cloud.clock.advance(timedelta(seconds=31))
    rid = parts(url)[0]

    def again(_: int) -> int:
        return Visitor(real_cloud, JSON, cookies=dict(program.cookies)).post(f"/l/{rid}/code").status

    with ThreadPoolExecutor(16) as pool:
        statuses = list(pool.map(again, range(16)))

    assert len(outbox(real_cloud)) == 2
    assert set(statuses) <= {202, 429, 503}


def test_max_views_hold_under_any_number_of_browsers(real_cloud: Cloud) -> None:
    url = resource_link(real_cloud, maxViews=3)

    with ThreadPoolExecutor(24) as pool:
        statuses = list(pool.map(lambda _: Visitor(real_cloud, JSON).open(url).status, range(24)))

    assert statuses.count(200) == link_item(real_cloud, url)["views"] == 3


def test_of_parallel_takers_one_gets_the_facts(real_cloud: Cloud) -> None:
    grant = grant_in(handed_over(real_cloud, own_page(real_cloud)))

    with ThreadPoolExecutor(24) as pool:
        statuses = list(pool.map(lambda _: take(real_cloud, grant).status, range(24)))

    assert statuses.count(200) == 1


def test_of_parallel_requests_for_a_fresh_link_one_makes_it(real_cloud: Cloud) -> None:
    url = resource_link(real_cloud, maxViews=1)
    Visitor(real_cloud).open(url)
    real_cloud.outbox.clear()

    with ThreadPoolExecutor(16) as pool:
        statuses = list(pool.map(lambda _: renew(Visitor(real_cloud, JSON), url).status, range(16)))

    assert set(statuses) <= {202, 503}
    assert len(outbox(real_cloud)) == 1
    assert sum(item["sk"] == "link" and item.get("master_rid") == parts(url)[0] for item in real_cloud.table()) == 1


def test_a_form_is_either_sent_in_or_taken_back(real_cloud: Cloud) -> None:
    for _ in range(8):
        url, program = process_link(real_cloud), Visitor(real_cloud, JSON)
        program.see(url)

        with ThreadPoolExecutor(2) as pool:
            sent = pool.submit(program.post, f"{program.thing}/submit", {"data": {"fullName": "Ana"}})
            taken = pool.submit(cancel, real_cloud, url)
            statuses = (sent.result().status, taken.result().status)

        assert statuses in {(201, 409), (410, 200)}
        item = link_item(real_cloud, url)
        assert ("submitted_at" in item) == (statuses[0] == 201) != ("revoked_at" in item)


@pytest.mark.parametrize("others", [[], ["agent"]])
def test_a_form_is_sent_in_once_whichever_of_its_links_is_replaced(real_cloud: Cloud, others: list[str]) -> None:
    key = {"Authorization": f"Bearer {demo.MANAGE_KEY}"}
    for _ in range(8):
        made = GENERATE.make(real_cloud, {**GENERATE.body, "coBrowsingRoles": others, "serializedModel": {}}).json()
        rid, program = made["rid"], Visitor(real_cloud, JSON)
        program.see(made["coBrowsing"]["agent"] if others else made["link"])

        with ThreadPoolExecutor(2) as pool:
            sent = pool.submit(program.post, f"{program.thing}/submit", {"data": {"fullName": "Ana"}})
            replaced = pool.submit(real_cloud.post, f"/links/{rid}/replace", {}, key)
            statuses = (sent.result().status, replaced.result().status)

        # A role's link stays when the main link is replaced.
        assert statuses in {(201, 409), (201 if others else 410, 200)}
        if statuses == (201, 200):
            assert Visitor(real_cloud, JSON).open(replaced.result().json()["link"]).status == 409


def test_two_devices_typing_at_random_lose_nothing_unseen(real_cloud: Cloud) -> None:
    url = process_link(real_cloud)
    deps = wiring.deps()
    link = deps.links.get(parts(url)[0])
    assert link
    pointers = ["/fullName", "/dateOfBirth", "/acceptTerms"]

    def device(seed: int) -> list[tuple[str, str, int]]:
        chance, done = random.Random(seed), []
        known = dict.fromkeys(pointers, 0)
        for number in range(60):
            pointer, value = chance.choice(pointers), f"{seed}-{number}"
            try:
                known[pointer] = deps.fields.write(link, pointer, value, known[pointer], deps.now()).version
                done.append((pointer, value, known[pointer]))
            except FieldChanged as changed:
                known[pointer] = changed.stored.version if changed.stored else 0
        return done

    with ThreadPoolExecutor(4) as pool:
        acknowledged = [write for writes in pool.map(device, range(4)) for write in writes]

    for pointer, stored in deps.fields.of(link.master_rid).items():
        versions = {version: value for place, value, version in acknowledged if place == pointer}
        assert sorted(versions) == list(range(1, stored.version + 1))
        assert versions[stored.version] == stored.value


def test_no_visit_survives_the_replacement_of_the_message_that_it_came_by(real_cloud: Cloud) -> None:
    url = sent_process_link(real_cloud, {"metadata": {"name": "Ana", "email": "ana@example.com"}})
    mailed = link_in(real_cloud)

    with ThreadPoolExecutor(8) as pool:
        opening = [pool.submit(lambda: Visitor(real_cloud, JSON).open(mailed).status) for _ in range(24)]
        replace_mail(real_cloud, url)
        statuses = {opened.result() for opened in opening}

    assert statuses <= {200, 404, 429, 503}
    item = link_item(real_cloud, url)
    assert item["visits"] == {}
    assert sorted(item["secrets"].values()) == ["api", "email:2"]


def test_no_try_is_forgotten_while_a_link_is_renewed(real_cloud: Cloud) -> None:
    url = coded_link(real_cloud)
    for pause in (timedelta(hours=1), timedelta()):
        browsers = [Visitor(real_cloud, JSON) for _ in range(5)]
        assert [browser.open(url).status for browser in browsers] == [202] * 5
        real_cloud.clock.advance(pause)

    with ThreadPoolExecutor(8) as pool:
        guesses = [pool.submit(check, browser, url, f"{number:06}") for browser in browsers for number in range(5)]
        assert renew(Visitor(real_cloud, JSON), url).status in {202, 503}
        assert {guess.result().status for guess in guesses} <= {200, 400, 404, 409, 410, 503}

    assert renew(Visitor(real_cloud, JSON), url).status == 202
    assert link_item(real_cloud, link_in(real_cloud))["code_tries"] == link_item(real_cloud, url)["code_tries"]


def test_opt_outs_and_undos_at_once_end_in_one_state(real_cloud: Cloud) -> None:
    path = asked(real_cloud, "ana@example.com")
    rid, secret = path.split("/")[2:]

    def press(number: int) -> int:
        return (undo if number % 4 == 3 else one_click)(real_cloud, path).status

    with ThreadPoolExecutor(8) as pool:
        statuses = set(pool.map(press, range(24)))

    assert 200 in statuses
    assert statuses <= {200, 503}
    link = wiring.deps().links.get(rid)
    assert link
    assert survey_choice(OptOut(rid=rid, secret=secret), wiring.deps()).stopped is link.unsubscribed
    kinds = told(real_cloud, rid)
    assert kinds[0] == "link.unsubscribed"
    assert all(one != other for one, other in itertools.pairwise(kinds))


def test_of_twenty_presses_at_once_one_is_stored(real_cloud: Cloud) -> None:
    url, program = session_link(real_cloud), Visitor(real_cloud, JSON)
    program.see(url)

    def ask(number: int) -> int:
        other = Visitor(real_cloud, JSON, cookies=dict(program.cookies))
        return other.post(f"{program.thing}/callback", {"note": str(number)}).status

    with ThreadPoolExecutor(20) as pool:
        statuses = list(pool.map(ask, range(20)))

    assert statuses.count(201) == 1
    assert set(statuses) <= {201, 409, 503}
    assert len(facts(real_cloud, parts(url)[0])) == 1
