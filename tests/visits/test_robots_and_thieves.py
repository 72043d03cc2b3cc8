"""Nobody who has the link, robot or thief, keeps its reader out of it. A code that nobody took costs nothing."""

from __future__ import annotations

import dataclasses
import html
import re
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from linkgate import wiring
from linkgate.model.challenge import Challenge, CodeFailure
from linkgate.model.policy import CODE_LIFE, LINK_TRIES, UNASKED_PER_HOUR, UNASKED_PER_LINK
from linkgate.ports.links import NotChanged
from linkgate.ports.visits import CodeStart
from linkgate.store.table import Update
from linkgate.tokens import secret_hash
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
    survey_link,
    words,
)
from tests.visits.test_codes import again
from tests.visits.test_wrong_hands import change, manage, stored

if TYPE_CHECKING:
    from local.http_messages import HttpResponse
    from tests.support.cloud import Cloud

MANY = 20


def press(robot: Visitor, page: HttpResponse) -> HttpResponse:
    """Send a page's first form as it is, without ticking anything."""
    form = re.search(r'<form method="post" action="([^"]+)".*?</form>', page.text, re.DOTALL)
    assert form
    fields = dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', form[0]))
    return robot.post(form[1], fields)


def ask(person: Visitor, url: str) -> HttpResponse:
    """Tick the box and press the button."""
    rid, secret = parts(url)
    return person.post(f"/l/{rid}", {"secret": secret, "offered": "true", "confirmed": "true"})


def fail_emails(cloud: Cloud, times: int, error: str = "throttle") -> None:
    cloud.post("/_local/faults", {"service": "ses", "error": error, "times": times})


def events(cloud: Cloud, url: str) -> list[tuple[str, dict[str, str]]]:
    cloud.settle()
    told = manage(cloud, "GET", f"/links/{parts(url)[0]}/events")["events"]
    return [(event["type"], event["data"]) for event in told if event["type"].startswith("link.code")]


def test_robots_that_press_every_button_use_up_two_codes_and_the_person_gets_hers(cloud: Cloud) -> None:
    url = coded_link(cloud)
    for _ in range(MANY):
        robot = Visitor(cloud)
        page = robot.open(url)
        if "offered" in page.text:
            press(robot, page)
    assert len(outbox(cloud)) == UNASKED_PER_HOUR

    person = Visitor(cloud)
    offered = person.open(url)

    assert offered.status == 200
    assert "I want to receive a code" in words(offered)
    assert ask(person, url).status == 202
    assert check(person, url, code_in(cloud)).status == 303


def test_robots_use_up_four_codes_in_a_links_life(cloud: Cloud) -> None:
    url = coded_link(cloud)
    for _ in range(4):
        for _ in range(4):
            Visitor(cloud).open(url)
        cloud.clock.advance(timedelta(hours=1))

    assert len(outbox(cloud)) == UNASKED_PER_LINK


def test_a_robot_that_asks_again_in_the_same_browser_is_asked_for_a_tick_too(cloud: Cloud) -> None:
    url, robot = coded_link(cloud), Visitor(cloud)
    robot.open(url)
    for _ in range(3):
        cloud.clock.advance(timedelta(minutes=5))
        page = again(robot, url)

    assert len(outbox(cloud)) == UNASKED_PER_HOUR
    assert press(robot, page).status == 422
    assert robot.post(f"/l/{parts(url)[0]}/code", {"confirmed": "true"}).status == 202


def test_the_box_that_was_not_ticked_is_marked(cloud: Cloud) -> None:
    url, person = coded_link(cloud), Visitor(cloud)
    for _ in range(UNASKED_PER_HOUR):
        Visitor(cloud).open(url)

    missed = press(person, person.open(url))

    assert missed.status == 422
    assert 'class="fault"' in missed.text
    assert len(outbox(cloud)) == UNASKED_PER_HOUR


def test_a_score_survives_the_offer(cloud: Cloud) -> None:
    (rid, secret), person = parts(coded_link(cloud)), Visitor(cloud)
    for _ in range(UNASKED_PER_HOUR):
        Visitor(cloud).post(f"/l/{rid}", {"secret": secret})

    offered = person.post(f"/l/{rid}", {"secret": f"{secret}&score=4"})

    assert f'value="{secret}&amp;score=4"' in offered.text


def test_a_living_code_is_not_given_up_for_newer_ones(cloud: Cloud) -> None:
    url, person = coded_link(cloud), Visitor(cloud)
    person.open(url)
    code = code_in(cloud)

    statuses = [Visitor(cloud, JSON).open(url).status for _ in range(MANY)]

    assert statuses == [202] * 4 + [429] * (MANY - 4)
    assert check(person, url, code).status == 303


def test_who_comes_after_a_thief_waits_for_minutes_not_for_an_hour(cloud: Cloud) -> None:
    url = coded_link(cloud)
    for _ in range(MANY):
        Visitor(cloud, JSON).open(url)
    person = Visitor(cloud, JSON)

    told = person.open(url)

    assert (told.status, told.json()["renewable"]) == (429, True)
    assert 0 < int(told.header("retry-after")) <= CODE_LIFE.total_seconds()
    cloud.clock.advance(CODE_LIFE)
    assert person.open(url).status == 202
    assert check(person, url, code_in(cloud)).status == 200


def test_who_comes_after_a_thief_can_have_the_link_replaced_which_puts_the_thief_out(cloud: Cloud) -> None:
    url, thief, person = coded_link(cloud), Visitor(cloud, JSON), Visitor(cloud)
    thief.open(url)
    stolen = code_in(cloud)
    for _ in range(4):
        Visitor(cloud, JSON).open(url)

    told = person.open(url)
    sent = press(person, told)

    assert told.status == 429
    assert "Send me a new link" in words(told)
    assert sent.status == 202
    renewed = link_in(cloud)
    assert check(thief, url, stolen).status == 404
    assert person.open(renewed).status == 202
    assert check(person, renewed, code_in(cloud)).status == 303


def test_codes_that_no_provider_takes_spend_nothing_and_are_told_as_what_they_are(cloud: Cloud) -> None:
    # Such failures are told once in every five minutes by the clock. This test stays within one of these times.
    cloud.clock.advance(timedelta(seconds=300 - cloud.clock.timestamp() % 300))
    url, program = coded_link(cloud, 2), Visitor(cloud, JSON)
    fail_emails(cloud, MANY)

    refused = [program.open(url) for _ in range(MANY)]

    assert {(r.status, r.json()["type"]) for r in refused} == {(503, "urn:linkgate:code-not-sent")}
    assert outbox(cloud) == []
    item = link_item(cloud, url)
    assert (item["codes_sent"], item["challenges"], item["code_tries"]) == ([], {}, 0)
    assert events(cloud, url) == [("link.code_failed", {"channel": "email", "reason": "throttled"})]
    assert program.open(url).status == 202
    assert check(program, url, code_in(cloud)).status == 200
    assert events(cloud, url)[1:] == [("link.code_sent", {"channel": "email"})]


def test_unasked_codes_that_no_provider_takes_spend_nothing_either(cloud: Cloud) -> None:
    url, person = coded_link(cloud, 2), Visitor(cloud)
    fail_emails(cloud, MANY)

    pages = [person.open(url) for _ in range(MANY)]

    assert {page.status for page in pages} == {503}
    assert "We could not send the code" in words(pages[-1])
    assert link_item(cloud, url)["unasked"] == []
    assert press(person, pages[-1]).status == 202
    assert check(person, url, code_in(cloud)).status == 303


def test_a_further_code_that_no_provider_takes_leaves_the_earlier_one_alive(cloud: Cloud) -> None:
    url, person = coded_link(cloud, 2), Visitor(cloud)
    person.open(url)
    code = code_in(cloud)
    cloud.clock.advance(timedelta(seconds=31))
    fail_emails(cloud, 1)

    told = again(person, url)

    assert told.status == 503
    assert "We could not send a code" in words(told)
    assert check(person, url, code).status == 303


def test_a_code_to_a_barred_address_is_told_with_the_reason(cloud: Cloud) -> None:
    url, deps = coded_link(cloud, 2), wiring.deps()
    tenant = stored(url).tenant
    deps.suppressions.add(tenant, "charles@example.com", "suppressed", deps.now())

    refused = Visitor(cloud, JSON).open(url)

    assert refused.json()["type"] == "urn:linkgate:code-not-sent"
    assert events(cloud, url) == [("link.code_failed", {"channel": "email", "reason": "suppressed"})]
    deps.suppressions.remove(tenant, "charles@example.com")  # type: ignore[attr-defined] # as operators do


def start_of(url: str, **fields: object) -> CodeStart:
    now = wiring.deps().now()
    challenge = Challenge(
        codes=frozenset({"code"}),
        tries={},
        begun_at=now,
        expires_at=now + CODE_LIFE,
        next_at=now,
        sent=1,
        claim="claim",
        sent_via="api",
    )
    return CodeStart(**{"challenge": challenge, "secret_hash": secret_hash(*parts(url)), **fields})  # type: ignore[arg-type]


def test_a_code_is_not_begun_in_the_place_of_a_living_one(cloud: Cloud) -> None:
    url, deps = coded_link(cloud), wiring.deps()
    Visitor(cloud, JSON).open(url)
    rid, (living,) = parts(url)[0], stored(url).challenges

    with pytest.raises(NotChanged):
        deps.codes.begin(rid, "browser", start_of(url, forget=living))
    cloud.clock.advance(CODE_LIFE)

    assert set(deps.codes.begin(rid, "browser", start_of(url, forget=living)).challenges) == {"browser"}


def test_a_code_is_not_begun_without_tries_or_unasked_codes_left(cloud: Cloud) -> None:
    url, deps = coded_link(cloud), wiring.deps()
    rid = parts(url)[0]
    change(cloud, url, Update("SET code_tries = :tries", None, values={"tries": LINK_TRIES}))
    with pytest.raises(NotChanged):
        deps.codes.begin(rid, "browser", start_of(url))
    change(cloud, url, Update("SET code_tries = :tries", None, values={"tries": LINK_TRIES - 1}))
    for browser in range(UNASKED_PER_HOUR):
        deps.codes.begin(rid, f"browser{browser}", start_of(url, unasked=True))

    with pytest.raises(NotChanged):
        deps.codes.begin(rid, "browser", start_of(url, unasked=True))

    deps.codes.begin(rid, "browser", start_of(url))


def test_only_the_newest_code_of_a_browser_is_given_back_and_only_its_own_count(cloud: Cloud) -> None:
    url, deps = coded_link(cloud), wiring.deps()
    start = start_of(url, unasked=True)
    begun = deps.codes.begin(parts(url)[0], "browser", start)
    failure = CodeFailure(start.challenge.begun_at, "rejected")
    cloud.clock.advance(timedelta(seconds=1))
    deps.codes.begin(parts(url)[0], "other", start_of(url))
    another = dataclasses.replace(start, challenge=dataclasses.replace(start.challenge, claim="another"))

    for link, mine in ((begun, start), (stored(url), another)):
        with pytest.raises(NotChanged):
            deps.codes.withdraw(link, "browser", mine, failure)
    deps.codes.withdraw(stored(url), "browser", start, failure)

    left = stored(url)
    assert (set(left.challenges), len(left.codes_sent), left.codes_unasked) == ({"other"}, 1, ())
    assert left.code_failure == failure


def test_a_robot_answers_no_survey_with_the_score_that_its_link_carries(cloud: Cloud) -> None:
    (rid, secret), robot = parts(url := survey_link(cloud)), Visitor(cloud)
    robot.rid = rid
    opened = robot.post(f"/l/{rid}", {"secret": f"{secret}&score=4"})
    page = robot.get(opened.header("location"))
    chosen = re.search(r'name="([^"]+)" value="4" checked', page.text)
    assert chosen

    for _ in range(2):
        fields = re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', page.text)
        as_it_is = {name: html.unescape(value) for name, value in fields}
        page = robot.post(f"{robot.thing}/submit", {**as_it_is, chosen[1]: "4"})

        assert page.status == 422
        assert "These are my answers" in words(page)
    assert "submitted_at" not in link_item(cloud, url)
    answer = {"rid": rid, "preset": "true", chosen[1]: "4", "confirmed": "true"}
    assert robot.post(f"{robot.thing}/submit", answer).status == 303


def test_a_person_who_chooses_on_the_page_confirms_nothing(cloud: Cloud) -> None:
    url, person = survey_link(cloud), Visitor(cloud)
    page = person.see(url)
    name = re.search(r'name="([^"]+)" value="4"', page.text)
    assert name

    assert "These are my answers" not in words(page)
    assert person.post(f"{person.thing}/submit", {"rid": parts(url)[0], name[1]: "4"}).status == 303
