"""Live channel: tickets, connections, who is there, and the end of it."""

from __future__ import annotations

import json
import logging
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from linkgate import wiring
from linkgate.log_lines import LogLines
from linkgate.model.presence import Connection
from linkgate.tokens import ticket_hash
from local import demo
from tests.support.live import LivePage, joined, ticket
from tests.support.vendor_calls import GENERATE
from tests.support.visitor import Visitor, process_link, resource_link, session_link, survey_link

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.support.cloud import Cloud

    Together = Callable[[], tuple[Visitor, Visitor]]


def roles(frame: dict[str, object]) -> list[tuple[object, object]]:
    people = frame["people"]
    assert isinstance(people, list)
    return [(each["role"], each["state"]) for each in people]


def test_a_page_gets_a_ticket_that_only_its_hash_is_stored_of(cloud: Cloud, together: Together) -> None:
    customer, _ = together()

    response = customer.post(f"{customer.thing}/live")

    reply = response.json()
    assert response.status == 200
    assert {name: reply[name] for name in ("url", "expiresInSeconds", "protocol")} == {
        "url": f"ws://{cloud.domain}/live",
        "expiresInSeconds": 30,
        "protocol": "linkgate.v1",
    }
    table = json.dumps(cloud.table())
    assert reply["ticket"] not in table
    assert ticket_hash(reply["ticket"]) in table


def test_a_ticket_opens_one_connection_and_the_protocol_is_answered(cloud: Cloud, together: Together) -> None:
    customer, _ = together()
    given = ticket(customer)

    first = LivePage(cloud).shake_hands(given)
    second = LivePage(cloud).shake_hands(given)

    assert (first.status, first.header("sec-websocket-protocol")) == (101, "linkgate.v1")
    assert second.status == 401


def test_a_ticket_ends_after_thirty_seconds(cloud: Cloud, together: Together) -> None:
    customer, _ = together()
    early, late = ticket(customer), ticket(customer)

    cloud.clock.advance(timedelta(seconds=29))
    in_time = LivePage(cloud).shake_hands(early).status
    cloud.clock.advance(timedelta(seconds=1))

    assert (in_time, LivePage(cloud).shake_hands(late).status) == (101, 401)


@pytest.mark.parametrize("given", ["", "x", "A" * 22, "é" * 22, "../" * 8])
def test_what_is_no_ticket_opens_nothing(given: str, cloud: Cloud) -> None:
    assert LivePage(cloud).shake_hands(given).status == 401


def test_another_sites_page_opens_nothing(cloud: Cloud, together: Together) -> None:
    customer, _ = together()

    assert LivePage(cloud).shake_hands(ticket(customer), origin="https://evil.example").status == 403
    assert LivePage(cloud).shake_hands(ticket(customer), origin="").status == 403


def test_a_minute_has_five_tickets_for_a_visit(together: Together) -> None:
    customer, adviser = together()

    answers = [customer.post(f"{customer.thing}/live").status for _ in range(11)]  # a minute may end meanwhile

    assert answers[:5] == [200] * 5
    assert 429 in answers
    assert ticket(adviser)


@pytest.mark.parametrize("make", [process_link, resource_link, survey_link])
def test_links_without_a_channel_have_no_tickets(make: Callable[[Cloud], str], cloud: Cloud) -> None:
    visitor = Visitor(cloud)
    visitor.see(make(cloud))

    assert visitor.post(f"{visitor.thing}/live").status == 404


def test_a_session_has_a_channel(cloud: Cloud) -> None:
    visitor = Visitor(cloud)
    visitor.see(session_link(cloud))

    assert roles(joined(visitor).frames[0]) == [("", "here")]


def test_without_a_visit_there_is_no_ticket(cloud: Cloud, together: Together) -> None:
    customer, _ = together()

    assert Visitor(cloud, rid=customer.rid).post(f"{customer.thing}/live").status == 401


def test_each_sees_the_other_come_and_go_away(together: Together) -> None:
    customer, adviser = together()
    first = joined(customer)
    (alone,) = first.take()

    second = joined(adviser)

    assert (alone["t"], alone["k"], alone["of"], roles(alone)) == ("state", 1, 1, [("", "here")])
    assert roles(second.take()[0]) == [("", "here"), ("adviser", "here")]
    (told,) = first.take()
    assert (told["t"], roles(told)) == ("people", [("", "here"), ("adviser", "here")])
    second.lose()
    assert roles(first.take()[-1]) == [("", "here"), ("adviser", "away")]


def test_names_in_a_room_say_nothing_of_a_visit(cloud: Cloud, together: Together) -> None:
    customer, _ = together()
    page = joined(customer)

    me = page.frames[0]["me"]
    again = joined(customer).frames[0]["me"]

    assert me == again
    assert me not in json.dumps(cloud.table())


def test_who_leaves_is_gone_and_their_socket_closed(together: Together) -> None:
    customer, adviser = together()
    first, second = joined(customer), joined(adviser)
    first.take()

    second.say("leave")

    assert (second.frames[-1]["t"], second.frames[-1]["why"], second.code) == ("bye", "left", 1000)
    assert [roles(frame) for frame in first.take()] == [[("", "here")]]


def test_a_sign_of_life_keeps_a_browser_there_for_three_minutes(cloud: Cloud, together: Together) -> None:
    customer, adviser = together()
    first, second = joined(customer), joined(adviser)
    cloud.clock.advance(timedelta(seconds=150))
    (answer,) = second.say("beat")
    assert (answer["t"], len(answer["people"])) == ("pulse", 2)
    cloud.clock.advance(timedelta(seconds=31))

    assert roles(second.say("beat")[0]) == [("adviser", "here")]
    assert roles(first.say("beat")[0]) == [("", "here"), ("adviser", "here")]


def test_a_newer_connection_of_a_browser_takes_over(together: Together) -> None:
    customer, adviser = together()
    old, other = joined(customer), joined(adviser)

    new = joined(customer)

    assert (old.frames[-1]["why"], old.code) == ("elsewhere", 1000)
    assert new.code is None
    assert roles(other.frames[-1]) == [("", "here"), ("adviser", "here")]


def test_what_an_older_connection_sends_is_refused(cloud: Cloud, together: Together) -> None:
    customer, _ = together()
    old = joined(customer)
    new = LivePage(cloud)
    new.shake_hands(ticket(customer))

    old.say("beat")

    assert (old.frames[-1]["t"], old.frames[-1]["why"], old.code) == ("bye", "visit-ended", 1000)
    assert new.say("hello")[0]["t"] == "state"


def test_a_room_has_twelve_browsers(cloud: Cloud) -> None:
    url = session_link(cloud)
    deps = wiring.deps()
    visitor = Visitor(cloud)
    visitor.see(url)
    joined(visitor)
    (mine,) = deps.presences.of(visitor.rid or "")
    for number in range(11):
        other = replace(mine, visit=f"visit{number}", connection=f"c{number}")
        deps.presences.connect(Connection(f"c{number}", other.rid, other.room, other.visit, "", deps.now()), other)
    late = Visitor(cloud)
    late.see(url)

    assert LivePage(cloud).shake_hands(ticket(late)).status == 429
    assert LivePage(cloud).shake_hands(ticket(visitor)).status == 101  # who is in may come back


def test_a_revoked_role_is_silent_at_once_and_closed_soon(cloud: Cloud, together: Together) -> None:
    customer, adviser = together()
    first, second = joined(customer), joined(adviser)
    first.take()
    deps = wiring.deps()
    link = deps.links.get(adviser.rid or "")
    assert link
    deps.administration.revoke(link.tenant, link.rid, "a" * 32, deps.now())

    before = len(second.frames)
    first.say("hello")
    assert len(second.frames) == before
    cloud.settle()

    assert (second.frames[-1]["t"], second.frames[-1]["why"], second.code) == ("bye", "revoked", 1000)
    assert roles(first.frames[-1]) == [("", "here")]
    assert first.code is None
    assert LivePage(cloud).shake_hands("A" * 22).status == 401
    assert adviser.post(f"{adviser.thing}/live").status == 410


def test_of_three_the_revoked_one_is_told_nothing_more_and_the_others_go_on(cloud: Cloud) -> None:
    made = GENERATE.make(cloud, {**GENERATE.body, "coBrowsingRoles": ["adviser", "notary"], "serializedModel": {}})
    pages, rids = {}, {}
    for role, url in {"": made.json()["link"], **made.json()["coBrowsing"]}.items():
        visitor = Visitor(cloud)
        visitor.see(url)
        pages[role], rids[role] = joined(visitor), visitor.rid or ""
    customer, adviser, notary = pages.values()
    deps = wiring.deps()
    deps.administration.revoke(demo.DEMO.id, rids["notary"], "a" * 32, deps.now())
    before = len(notary.frames)

    customer.say("set", set=[{"f": "/fullName", "t": ["Ada"], "base": 0}])
    adviser.say("typing", f="/dateOfBirth", x=["19"])
    assert len(notary.frames) == before
    refused = notary.say("set", set=[{"f": "/dateOfBirth", "t": ["1990-05-01"], "base": 0}])
    cloud.settle()

    assert [frame["t"] for frame in refused] == ["bye"]
    assert notary.code == 1000
    assert [row["f"] for frame in adviser.frames if frame["t"] == "set" for row in frame["fields"]] == ["/fullName"]
    assert roles(customer.frames[-1]) == [("", "here"), ("adviser", "here")]
    assert (customer.code, adviser.code) == (None, None)


def test_cancelling_closes_every_socket(cloud: Cloud, together: Together) -> None:
    customer, adviser = together()
    first, second = joined(customer), joined(adviser)

    cancel = {
        **{name: GENERATE.body[name] for name in ("apiVersion", "apiKey", "customerId")},
        "rid": customer.rid,
    }
    assert cloud.post("/player/api/cancel-request", cancel).status == 200
    refused = first.say("beat")
    cloud.settle()

    assert [frame["t"] for frame in refused] == ["bye"]
    assert (first.code, second.code) == (1000, 1000)
    assert second.frames[-1]["why"] == "revoked"
    assert not [item for item in cloud.table() if item["pk"].startswith(("room#", "conn#"))]


def test_a_submission_closes_every_socket(cloud: Cloud, together: Together) -> None:
    customer, adviser = together()
    first, second = joined(customer), joined(adviser)
    program = Visitor(cloud, "application/json", cookies=customer.cookies, rid=customer.rid)

    sent = program.post(f"{customer.thing}/submit", {"data": {"fullName": "Ada Lovelace", "dateOfBirth": "1990-05-01"}})
    cloud.settle()

    assert sent.status == 201, sent.text
    assert [page.frames[-1]["why"] for page in (first, second)] == ["submitted", "submitted"]


def test_an_idle_socket_is_closed_after_ten_minutes_and_any_after_two_hours(cloud: Cloud, together: Together) -> None:
    customer, adviser = together()
    idle, busy = joined(customer), joined(adviser)

    for _ in range(13):
        cloud.clock.advance(timedelta(minutes=9.5))
        busy.say("beat")

    assert (idle.code, busy.code) == (1001, 1001)


def test_sockets_can_be_seen_and_cut(cloud: Cloud, together: Together) -> None:
    customer, _ = together()
    page = joined(customer)

    (shown,) = cloud.get("/_local/sockets").json()
    cut = cloud.request("DELETE", "/_local/sockets").json()

    assert (shown["id"], cut, page.code) == (page.id, {"cut": 1}, 1006)
    assert cloud.get("/_local/sockets").json() == []
    assert roles(joined(customer).frames[0]) == [("", "here")]


def test_a_push_to_a_browser_that_is_gone_shows_it_as_away(cloud: Cloud, together: Together) -> None:
    customer, adviser = together()
    first, second = joined(customer), joined(adviser)
    cloud.post("/_local/faults", {"service": "sockets", "error": "gone", "times": 1})

    second.say("leave")  # its goodbye meets the fault
    second = joined(adviser)
    cloud.post("/_local/faults", {"service": "sockets", "error": "gone", "times": 2})
    second.say("hello")

    assert roles(second.say("beat")[0]) == [("", "away"), ("adviser", "here")]
    assert first.code is None


HOSTILE = [
    "",
    "{",
    "null",
    "[]",
    '"hello"',
    "1e999",
    '{"t": null}',
    '{"t": "$connect"}',
    '{"t": "constructor"}',
    '{"t": ["hello"]}',
    '{"t": "hello", "since": "now"}',
    '{"t": "hello", "since": -1}',
    '{"t": "beat", "id": {}}',
    '{"t": "beat", "id": "' + "x" * 41 + '"}',
    "[" * 20_000,
    '{"t":"hello","x":' + "[" * 9 + "]" * 9 + "}",
    '{"t":"hello","x":"' + "x" * 24_600 + '"}',
    '{"t":"\\ud800"}',
    b"\x00\xff",
]


@pytest.mark.parametrize("content", HOSTILE, ids=range(len(HOSTILE)))
def test_a_message_without_its_form_is_refused_and_not_repeated(content: str | bytes, together: Together) -> None:
    customer, _ = together()
    page = joined(customer)

    (answer,) = page.say_raw(content)

    assert answer["t"] == "no"
    assert answer["code"] in {"invalid", "malformed", "too-large"}
    assert page.say("beat")[0]["t"] == "pulse"


def test_further_members_are_ignored(together: Together) -> None:
    customer, _ = together()

    assert joined(customer).say("beat", extra={"a": 1}, rid="other")[0]["t"] == "pulse"


def test_who_sends_nonsense_again_and_again_is_put_out(together: Together) -> None:
    customer, _ = together()
    page = joined(customer)

    for _ in range(21):
        page.say_raw("{")

    assert (page.frames[-1]["why"], page.code) == ("abuse", 1000)


@pytest.fixture
def lines() -> Iterator[list[str]]:
    """Yield every log line, as it is written."""
    written: list[str] = []

    class Kept(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            written.append(LogLines().format(record))

    logger, kept = wiring.logger(), Kept()
    quiet = logger.level
    logger.addHandler(kept)
    logger.setLevel("INFO")
    yield written
    logger.setLevel(quiet)
    logger.handlers.remove(kept)


def test_log_lines_name_the_type_of_a_message_and_hold_no_ticket_and_no_text(
    cloud: Cloud, together: Together, lines: list[str]
) -> None:
    customer, _ = together()
    given = ticket(customer)
    lines.clear()

    page = LivePage(cloud)
    page.shake_hands(given)
    page.say("hello", x="do not log this")
    page.lose()

    told = [json.loads(line) for line in lines]
    assert [(line["route"], line.get("t"), line["status"]) for line in told] == [
        ("connect", None, 200),
        ("message", "hello", 200),
        ("disconnect", None, 200),
    ]
    assert (told[0]["rid"], told[1]["rid"]) == (customer.rid, customer.rid)
    assert given not in repr(lines)
    assert "do not log this" not in repr(lines)
