"""One-time codes: when they are sent, to whom, how often, and the cost of a guess."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from linkgate import wiring
from linkgate.model.delivery_rules import SUPPRESSED
from linkgate.model.tenant import ResourceType
from linkgate.store.tenants import DynamoTenants
from local import demo
from tests.support.visitor import (
    HTML,
    JSON,
    Visitor,
    check,
    code_in,
    coded_link,
    link_item,
    outbox,
    parts,
    resource_link,
    words,
)

if TYPE_CHECKING:
    from local.http_messages import HttpResponse
    from tests.support.cloud import Cloud

WRONG = ("000000", "111111")


def wrong_code(cloud: Cloud) -> str:
    return WRONG[code_in(cloud) == WRONG[0]]


def again(visitor: Visitor, url: str) -> HttpResponse:
    return visitor.post(f"/l/{parts(url)[0]}/code")


@pytest.fixture
def restricted(cloud: Cloud) -> None:
    """Define a resource type whose links ask for eight digits over a second channel."""
    tenants = wiring.deps().tenants
    assert isinstance(tenants, DynamoTenants)
    tenants.put_definition(demo.DEMO.id, ResourceType("Contract", "Contract", tier="restricted"))
    assert cloud.outbox.messages() == []


def test_reading_sends_no_code(cloud: Cloud) -> None:
    rid, _ = parts(coded_link(cloud))

    for method in ("GET", "HEAD"):
        Visitor(cloud).get(f"/l/{rid}", method)

    assert outbox(cloud) == []


def test_the_way_that_brought_the_browser_is_known_when_its_code_opens_the_link(cloud: Cloud) -> None:
    url, program = coded_link(cloud), Visitor(cloud, JSON)
    program.open(url)
    cloud.clock.advance(timedelta(minutes=1))
    assert again(program, url).status == 202

    assert check(program, url, code_in(cloud)).status == 200

    assert link_item(cloud, url)["opened_via"] == "api"


@pytest.mark.parametrize(("contact", "channel", "to"), [(1, "sms", "+4*********01"), (2, "email", "c***@example.com")])
def test_continue_sends_a_code_and_says_where(cloud: Cloud, contact: int, channel: str, to: str) -> None:
    url, program = coded_link(cloud, contact), Visitor(cloud, JSON)

    response = program.open(url)

    assert (response.status, response.json()) == (202, {"status": "code_required", "channel": channel, "to": to})
    (cookie,) = response.cookies
    assert cookie.startswith("__Host-linkgate-code=")
    (message,) = outbox(cloud)
    assert message["channel"] == channel
    assert len(code_in(cloud)) == 6
    assert link_item(cloud, url)["views"] == 0


def test_no_code_goes_to_a_number_that_the_contact_gave_up(cloud: Cloud) -> None:
    url, program, tenants = coded_link(cloud), Visitor(cloud, JSON), wiring.deps().tenants
    assert isinstance(tenants, DynamoTenants)
    known = tenants.contact(demo.DEMO.id, 1)
    assert known
    tenants.put_contact(demo.DEMO.id, replace(known, phone="+447700900099"))

    asked = program.open(url)

    tenants.put_contact(demo.DEMO.id, known)
    assert asked.status == 503
    assert outbox(cloud) == []
    item = link_item(cloud, url)
    assert (item["codes_sent"], item["code_failure"]["reason"]) == ([], "address_changed")


def test_the_sms_ends_in_the_line_that_browsers_fill_in_from(cloud: Cloud) -> None:
    Visitor(cloud).open(coded_link(cloud))

    assert outbox(cloud)[0]["text"].splitlines()[-1] == f"@links.example.com #{code_in(cloud)}"


def test_the_page_helps_to_enter_the_code(cloud: Cloud) -> None:
    response = Visitor(cloud).open(coded_link(cloud))

    assert response.status == 202
    assert 'inputmode="numeric" autocomplete="one-time-code"' in response.text
    assert "+4*********01" in words(response)
    assert "+447700900001" not in response.text


def test_the_right_code_opens_the_link(cloud: Cloud) -> None:
    url, person = coded_link(cloud), Visitor(cloud)
    person.open(url)

    opened = check(person, url, code_in(cloud))

    assert (opened.status, opened.header("location")) == (303, person.thing)
    assert person.get(person.thing).status == 200
    assert link_item(cloud, url)["views"] == 1


@pytest.mark.parametrize("spelled", ["{0} {1}", " {0}-{1} ", "{0}{1}\n", "{0}\u2013{1}", "\u200b{0}{1}."])
def test_a_code_may_be_spelled_with_gaps(cloud: Cloud, spelled: str) -> None:
    url, person = coded_link(cloud), Visitor(cloud)
    person.open(url)
    code = code_in(cloud)

    assert check(person, url, spelled.format(code[:3], code[3:])).status == 303


@pytest.mark.parametrize("zero", ["\uff10", "\u0660"], ids=["full-width", "Arabic-Indic"])
def test_a_code_may_be_typed_in_the_digits_of_another_keyboard(cloud: Cloud, zero: str) -> None:
    url, person = coded_link(cloud), Visitor(cloud)
    person.open(url)

    assert check(person, url, "".join(chr(ord(zero) + int(digit)) for digit in code_in(cloud))).status == 303


@pytest.mark.parametrize(
    "score", ["\u0663", "9" * 20_000, "4\r\nX-Other: 1"], ids=["another script", "too long", "two lines"]
)
def test_no_score_but_one_of_a_message_gets_into_the_next_address(cloud: Cloud, score: str) -> None:
    url, person = coded_link(cloud), Visitor(cloud)
    person.open(url)

    opened = person.post(f"/l/{parts(url)[0]}/code/check", {"code": code_in(cloud), "score": score})

    assert (opened.status, opened.header("location")) == (303, person.thing)


def test_a_program_may_send_the_code_as_a_number(cloud: Cloud) -> None:
    url, program = coded_link(cloud), Visitor(cloud, JSON)
    program.open(url)
    code = code_in(cloud)
    while code.startswith("0"):
        cloud.clock.advance(timedelta(hours=1))
        program.open(url)
        code = code_in(cloud)

    assert program.post(f"/l/{parts(url)[0]}/code/check", {"code": int(code)}).status == 200


def test_a_code_works_once(cloud: Cloud) -> None:
    url, person = coded_link(cloud), Visitor(cloud)
    person.open(url)
    code = code_in(cloud)
    check(person, url, code)

    other = Visitor(cloud)
    other.open(url)

    assert code_in(cloud) != code
    assert check(other, url, code).status == 400


def test_a_wrong_code_costs_a_try_and_the_fifth_the_last(cloud: Cloud) -> None:
    url, program = coded_link(cloud), Visitor(cloud, JSON)
    program.open(url)
    right, wrong = code_in(cloud), wrong_code(cloud)

    answers = [check(program, url, wrong) for _ in range(5)]

    assert [answer.status for answer in answers] == [400] * 5
    assert [answer.json()["attemptsLeft"] for answer in answers] == [4, 3, 2, 1, 0]
    assert check(program, url, right).json()["attemptsLeft"] == 0
    assert link_item(cloud, url)["views"] == 0


def test_a_page_tells_the_tries_that_are_left(cloud: Cloud) -> None:
    url, person = coded_link(cloud), Visitor(cloud)
    person.open(url)

    response = check(person, url, wrong_code(cloud))

    assert response.status == 400
    assert "Attempts left: 4" in words(response)
    assert 'aria-invalid="true"' in response.text


@pytest.mark.parametrize("code", ["", "abc", "12345x", "²²²²²²", "1.5"])
def test_what_cannot_be_a_code_costs_nothing(cloud: Cloud, code: str) -> None:
    url, program = coded_link(cloud), Visitor(cloud, JSON)
    program.open(url)

    response = check(program, url, code)

    assert (response.status, response.json().get("attemptsLeft", 5)) == (400, 5)
    assert link_item(cloud, url)["code_tries"] == 0


def test_a_stranger_who_knows_the_rid_spends_none_of_the_tries(cloud: Cloud) -> None:
    url, person = coded_link(cloud), Visitor(cloud)
    person.open(url)
    before = cloud.table()

    for bind in ("", "AAAAAAAAAAAAAAAAAAAAAA", "x"):
        stranger = Visitor(cloud, JSON, cookies={"__Host-linkgate-code": bind} if bind else {})
        assert check(stranger, url, code_in(cloud)).status == 404

    assert cloud.table() == before
    assert check(person, url, code_in(cloud)).status == 303


def test_a_code_dies_after_ten_minutes(cloud: Cloud) -> None:
    url, person = coded_link(cloud), Visitor(cloud)
    person.open(url)
    cloud.clock.advance(timedelta(minutes=10))

    response = check(person, url, code_in(cloud))

    assert response.status == 400
    assert "Request a new one" in words(response)


def test_a_code_for_another_link_of_the_same_browser_is_wrong_here(cloud: Cloud) -> None:
    first, second, person = coded_link(cloud), coded_link(cloud), Visitor(cloud)
    person.open(first)
    code_of_first = code_in(cloud)
    person.open(second)

    assert check(person, second, code_of_first).status == 400
    assert check(person, first, code_of_first).status == 303


def test_continue_within_the_pause_sends_nothing_and_keeps_the_code(cloud: Cloud) -> None:
    url, person = coded_link(cloud), Visitor(cloud)
    person.open(url)
    cloud.clock.advance(timedelta(seconds=20))

    assert person.open(url).status == 202
    assert len(outbox(cloud)) == 1
    assert check(person, url, code_in(cloud)).status == 303


def test_pauses_between_codes_double(cloud: Cloud) -> None:
    url, program = coded_link(cloud), Visitor(cloud, JSON)
    program.open(url)

    for pause in (30, 60, 120, 240):
        refused = again(program, url)
        assert refused.status == 429
        assert pause - 5 <= int(refused.header("retry-after")) <= pause
        cloud.clock.advance(timedelta(seconds=pause))
        assert again(program, url).status == 202

    assert len(outbox(cloud)) == 5


def test_a_new_code_replaces_the_one_before_and_has_its_own_tries(cloud: Cloud) -> None:
    url, program = coded_link(cloud), Visitor(cloud, JSON)
    program.open(url)
    first = code_in(cloud)
    check(program, url, wrong_code(cloud))
    cloud.clock.advance(timedelta(seconds=31))
    again(program, url)

    assert check(program, url, first).json()["attemptsLeft"] == 4
    assert check(program, url, code_in(cloud)).status == 200


def test_five_codes_an_hour_and_ten_in_a_links_life(cloud: Cloud) -> None:
    url = coded_link(cloud)
    asked = [Visitor(cloud, JSON).open(url).status for _ in range(6)]
    assert asked == [202] * 5 + [429]
    cloud.clock.advance(timedelta(hours=1))

    later = [Visitor(cloud, JSON).open(url) for _ in range(6)]

    assert [answer.status for answer in later] == [202] * 5 + [409]
    assert later[-1].json()["type"] == "urn:linkgate:exhausted"
    assert later[-1].json()["renewable"] is True
    assert len(outbox(cloud)) == 10


def test_a_robots_pauses_are_not_the_humans(cloud: Cloud) -> None:
    url, robot, human = coded_link(cloud), Visitor(cloud), Visitor(cloud)
    robot.open(url)
    again(robot, url)

    human.open(url)

    assert check(human, url, code_in(cloud)).status == 303


def test_a_sixth_browser_takes_the_place_of_the_oldest_challenge_once_that_has_ended(cloud: Cloud) -> None:
    url = coded_link(cloud)
    browsers = [Visitor(cloud, JSON) for _ in range(6)]
    for browser in browsers[:5]:
        browser.open(url)
        cloud.clock.advance(timedelta(seconds=1))
    cloud.clock.advance(timedelta(minutes=10))
    browsers[5].open(url)

    assert len(link_item(cloud, url)["challenges"]) == 5
    assert check(browsers[0], url, "123456").status == 404
    assert check(browsers[5], url, code_in(cloud)).status == 200


def test_fifty_wrong_codes_lock_the_link(cloud: Cloud) -> None:
    url = coded_link(cloud)
    statuses = []
    for _ in range(2):
        for _ in range(5):
            browser = Visitor(cloud, JSON)
            browser.open(url)
            statuses += [check(browser, url, wrong_code(cloud)).status for _ in range(5)]
        cloud.clock.advance(timedelta(hours=1))

    assert statuses == [400] * 49 + [423]
    assert Visitor(cloud, JSON).open(url).json()["type"] == "urn:linkgate:locked"
    assert "locked_at" in link_item(cloud, url)


def test_eight_digits_over_a_second_channel_where_the_tier_says_so(cloud: Cloud, restricted: None) -> None:  # noqa: ARG001
    url = coded_link(cloud, 1, "Contract", deliverEmail=True)
    cloud.outbox.clear()

    response = Visitor(cloud, JSON).open(url)

    assert response.json()["channel"] == "sms"
    assert len(code_in(cloud)) == 8


def test_a_browser_that_waits_for_its_code_finds_the_page_again(cloud: Cloud) -> None:
    url, person = coded_link(cloud), Visitor(cloud)
    person.open(url)

    assert "Enter your code" in words(person.get(f"/l/{parts(url)[0]}"))
    assert "Enter your code" not in words(Visitor(cloud).get(f"/l/{parts(url)[0]}"))


def test_where_the_provider_takes_nothing_the_reader_is_told(cloud: Cloud) -> None:
    url, program = coded_link(cloud, 2), Visitor(cloud, JSON)
    cloud.post("/_local/faults", {"service": "ses", "error": "throttle", "times": 1})

    refused, then = program.open(url), program.open(url)

    assert (refused.status, then.status) == (503, 202)
    assert len(outbox(cloud)) == 1


def test_a_code_that_may_not_be_sent_is_not_told_as_sent(cloud: Cloud) -> None:
    url, deps = coded_link(cloud, 2), wiring.deps()
    deps.suppressions.add(demo.DEMO.id, "charles@example.com", SUPPRESSED, deps.now())

    assert Visitor(cloud, JSON).open(url).status == 503

    assert link_item(cloud, url)["codes_sent"] == []
    deps.suppressions.remove(demo.DEMO.id, "charles@example.com")  # type: ignore[attr-defined] # as operators do


def test_nothing_stored_gives_a_code_away(cloud: Cloud) -> None:
    url, person = coded_link(cloud), Visitor(cloud)
    person.open(url)
    code, (rid, secret) = code_in(cloud), parts(url)
    stored = json.dumps(link_item(cloud, url))

    assert secret not in stored
    assert person.cookies["__Host-linkgate-code"] not in stored
    known = ["", rid, link_item(cloud, url)["claim"], link_item(cloud, url)["tenant"]]
    for digest in ("sha256", "sha224", "sha512", "md5"):
        for before in known:
            for after in known:
                assert hashlib.new(digest, f"{before}{code}{after}".encode()).hexdigest() not in stored


@pytest.mark.parametrize("accept", [HTML, JSON])
def test_a_link_that_asks_for_a_code_never_opens_without_it(cloud: Cloud, accept: str) -> None:
    url, visitor = coded_link(cloud), Visitor(cloud, accept)
    visitor.see(resource_link(cloud))
    visitor.open(url)
    visitor.open(url)

    assert visitor.post(f"/l/{parts(url)[0]}/code/check", {"code": ""}).status == 400
    fresh = Visitor(cloud, accept, cookies={k: v for k, v in visitor.cookies.items() if "code" in k})
    assert fresh.get(fresh.thing).status == 401
    assert link_item(cloud, url)["views"] == 0
