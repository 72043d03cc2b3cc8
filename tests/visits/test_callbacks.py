"""A session's page tells the truth about its desk, and its customer may ask to be called back, once."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from linkgate import wiring
from linkgate.model.callback import Callback
from linkgate.model.hours import Hours
from linkgate.model.policy import SUBMIT_GRACE, VISIT_LIFE
from linkgate.model.tenant import Category
from linkgate.ports.links import NotChanged
from linkgate.ports.visits import SecretProof
from linkgate.store.tenants import DynamoTenants
from linkgate.tokens import secret_hash
from linkgate.usecases.visits.visit import Visit
from local import demo
from tests.support.vendor_calls import SESSION
from tests.support.visitor import JSON, Visitor, parts, process_link, session_link, words
from tests.visits.test_handover import BEARER

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.support.cloud import Cloud

NEVER = Hours("Europe/Madrid", {"mon": ()})
ALWAYS = Hours("Europe/Madrid", dict.fromkeys(("mon", "tue", "wed", "thu", "fri", "sat", "sun"), ("00:00-24:00",)))
TYPED = {
    "name": "Abraham S.",
    "phone": "+34 612 345 678",
    "preferredTime": "mañana",
    "note": "Es <b>urgente</b>",
    "confirmed": "true",
}


def category(cloud: Cloud, **fields: Any) -> str:
    """Make a category, and return a link to it."""
    tenants = wiring.deps().tenants
    assert isinstance(tenants, DynamoTenants)
    tenants.put_definition(demo.DEMO.id, Category("desk", "Customer service", **fields))
    return SESSION.url(SESSION.make(cloud, {**SESSION.body, "categoryCode": "desk"}))


def asked(cloud: Cloud) -> tuple[Visitor, str]:
    """Return a person who asked to be called back, and the link's rid."""
    url, person = session_link(cloud), Visitor(cloud)
    person.see(url)
    assert person.post(f"{person.thing}/callback", TYPED).status == 303
    return person, parts(url)[0]


def facts(cloud: Cloud, rid: str) -> list[dict[str, Any]]:
    cloud.settle()
    found: list[dict[str, Any]] = cloud.get(f"/links/{rid}/events", **BEARER).json()["events"]
    return [fact for fact in found if fact["type"].startswith("session.")]


def test_the_page_claims_no_agent(cloud: Cloud) -> None:
    page = words(Visitor(cloud).see(session_link(cloud)))

    assert "You are not connected to anybody right now." in page
    assert "waiting room" not in page
    assert "your agent" not in page
    assert "Subject" in page


def test_a_closed_desk_tells_when_it_opens(cloud: Cloud) -> None:
    hours = replace(ALWAYS, closed=frozenset({cloud.clock.now().date() + timedelta(days=n) for n in (-1, 0, 1)}))
    url = category(cloud, hours=hours)

    page = Visitor(cloud).see(url)
    told = Visitor(cloud, JSON).see(url).json()["session"]

    opens = hours.opens_next(cloud.clock.now())
    assert opens
    assert f'We are closed right now. We open again on <time datetime="{opens.isoformat()}">' in page.text
    assert told["desk"] == "closed"
    assert told["opensAtUtc"].startswith((cloud.clock.now().date() + timedelta(days=1)).isoformat())
    assert told["opensAtUtc"].endswith("Z")
    assert "You are not connected" not in page.text


@pytest.mark.parametrize(("hours", "said"), [(ALWAYS, "You are not connected"), (NEVER, "We are closed right now.")])
def test_the_page_shows_the_opening_hours(cloud: Cloud, hours: Hours, said: str) -> None:
    page = Visitor(cloud).see(category(cloud, hours=hours)).text

    assert said in page
    assert "Times are those of Europe/Madrid." in page
    assert ('<th scope="row">Monday</th><td>00:00-24:00</td>' in page) is (hours is ALWAYS)
    assert ('<th scope="row">Monday</th><td>Closed</td>' in page) is (hours is NEVER)


def test_a_category_without_callbacks_offers_none(cloud: Cloud) -> None:
    person, program = Visitor(cloud), Visitor(cloud, JSON)
    url = category(cloud, callbacks=False)

    assert "/callback" not in person.see(url).text
    assert program.see(url).json()["session"] == {"desk": "nobody", "mayAskCallback": False}
    assert program.post(f"{program.thing}/callback", {}).status == 404


def test_a_person_asks_without_javascript_and_sees_what_was_stored(cloud: Cloud) -> None:
    person, _ = asked(cloud)

    page = words(person.get(person.thing))

    assert "Example Bank has your request of" in page
    assert all(text in page for text in ("Abraham S.", "+34612345678", "mañana", "Es <b>urgente</b>"))
    assert "/callback" not in person.get(person.thing).text


def test_the_form_shows_what_is_on_file_and_keeps_what_was_typed(cloud: Cloud) -> None:
    person = Visitor(cloud)
    page = person.see(session_link(cloud)).text

    refused = person.post(f"{person.thing}/callback", {**TYPED, "phone": "12", "name": " ", "note": "x" * 501})

    assert 'value="Abraham"' in page
    assert 'value="+584141315854"' in page
    assert refused.status == 422
    assert 'value="12"' in refused.text
    said = words(refused)
    assert "Enter a phone number with its country code" in said
    assert "Enter at most 500 characters." in said
    assert "Fill in this field." in said


def test_a_robot_that_presses_every_button_asks_for_nothing(cloud: Cloud) -> None:
    person = Visitor(cloud)
    page = person.see(session_link(cloud)).text
    shown = dict(re.findall(r'<input type="(?:text|tel)"[^>]* name="(\w+)" value="([^"]*)"', page))

    pressed = person.post(f"{person.thing}/callback", shown)

    assert pressed.status == 422
    assert "Tick this box to continue." in words(pressed)
    assert 'action="' in person.get(person.thing).text


def test_a_program_asks_with_what_is_on_file(cloud: Cloud) -> None:
    url, program = session_link(cloud), Visitor(cloud, JSON)
    before = program.see(url).json()["session"]

    made = program.post(f"{program.thing}/callback", {"note": "Soon"})
    again = program.post(f"{program.thing}/callback", {"note": "Soon"})
    other = program.post(f"{program.thing}/callback", {"note": "Later"})
    after = program.get(program.thing).json()["session"]

    assert before == {"desk": "nobody", "mayAskCallback": True}
    assert made.status == again.status == 201
    assert made.json()["status"] == "callback_requested"
    assert other.status == 409
    assert other.json()["type"] == "urn:linkgate:callback-asked"
    assert after == {"desk": "nobody", "mayAskCallback": False, "callbackAskedAtUtc": made.json()["askedAtUtc"]}


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"name": 5.5}, "name"),
        ({"name": ""}, "name"),
        ({"name": "x" * 101}, "name"),
        ({"phone": "0"}, "phone"),
        ({"phone": ["+447700900123"]}, "phone"),
        ({"preferredTime": "x" * 101}, "preferredTime"),
        ({"note": "x" * 501}, "note"),
    ],
)
def test_bad_input_names_its_field(cloud: Cloud, sent: Mapping[str, object], field: str) -> None:
    program = Visitor(cloud, JSON)
    program.see(session_link(cloud))

    refused = program.post(f"{program.thing}/callback", sent)

    assert refused.status == 422
    assert [each["field"] for each in refused.json()["fields"]] == [field]


def test_a_second_different_request_of_a_person_says_that_the_first_stands(cloud: Cloud) -> None:
    person, _ = asked(cloud)

    second = person.post(f"{person.thing}/callback", {**TYPED, "note": "something else"})

    assert second.status == 409
    assert "You have already asked to be called back" in words(second)
    assert f'href="{person.thing}"' in second.text
    assert "something else" not in person.get(person.thing).text


def test_a_request_after_the_visit_is_stored_and_shows_nothing_stored(cloud: Cloud) -> None:
    url, person = session_link(cloud), Visitor(cloud)
    person.see(url)
    cloud.clock.advance(timedelta(minutes=20))

    late = person.post(f"{person.thing}/callback", TYPED)

    assert late.status == 200
    assert "Your request has been sent" in words(late)
    assert "612345678" not in late.text


def test_nobody_else_asks(cloud: Cloud) -> None:
    url = session_link(cloud)
    stranger, form = Visitor(cloud, JSON), Visitor(cloud, JSON)
    form.see(process_link(cloud))

    assert stranger.post(f"/v/{parts(url)[0]}/callback", {}).status == 401
    assert form.post(f"{form.thing}/callback", {}).status == 404
    assert form.post(f"{form.thing}/callback", {}, Sec_Fetch_Site="cross-site").status == 403


@pytest.mark.parametrize(("end", "status"), [("revoke", 410), ("expire", 401)])
def test_a_link_that_has_ended_takes_no_request(cloud: Cloud, end: str, status: int) -> None:
    url, program = session_link(cloud), Visitor(cloud, JSON)
    program.see(url)
    if end == "revoke":
        cloud.post(f"/links/{parts(url)[0]}/revoke", {}, BEARER)
    else:
        cloud.clock.advance(timedelta(days=400))
    ended = program.post(f"{program.thing}/callback", {})

    assert ended.status == status


def test_the_fact_has_no_word_of_the_customer(cloud: Cloud) -> None:
    _, rid = asked(cloud)

    (fact,) = facts(cloud, rid)
    told = json.dumps(cloud.get("/_local/events").json(), ensure_ascii=False)

    assert fact["type"] == "session.callback_requested"
    assert fact["data"] == {}
    assert "session.callback_requested" in told
    assert not [word for word in ("612345678", "urgente", "mañana", "Abraham S.") if word in told]


def test_the_owner_reads_the_request_and_erases_it_by_the_corrected_number(cloud: Cloud) -> None:
    person, rid = asked(cloud)
    cloud.settle()

    read = cloud.get(f"/links/{rid}", **BEARER).json()["callback"]
    erased = cloud.post("/recipients/erase", {"recipient": "+34612345678"}, BEARER)

    assert (read["name"], read["phone"], read["preferredTime"]) == ("Abraham S.", "+34612345678", "mañana")
    assert read["note"] == "Es <b>urgente</b>"
    assert read["takenAtUtc"] is None
    assert erased.status == 200, erased.text
    assert erased.json()["links"] >= 1
    assert cloud.get(f"/links/{rid}", **BEARER).json()["callback"] is None
    assert "612345678" not in json.dumps([item for item in cloud.table() if item["pk"] == {"S": rid}])
    assert person.get(person.thing).status == 410


def test_the_request_stays_as_long_as_its_link(cloud: Cloud) -> None:
    _, rid = asked(cloud)

    (item,) = [item for item in cloud.table() if "callback" in json.dumps(item) and rid in json.dumps(item["pk"])]

    assert item["sk"] in ("link", {"S": "link"})


@pytest.mark.parametrize("broken", ["another visit", "a visit of hours ago", "an expired link", "a revoked link"])
def test_each_condition_of_the_write_holds(cloud: Cloud, broken: str) -> None:
    url = session_link(cloud)
    (rid, secret), deps = parts(url), wiring.deps()
    link = deps.links.get(rid)
    assert link
    started = deps.now()
    now = {
        "a visit of hours ago": started + SUBMIT_GRACE + VISIT_LIFE,
        "an expired link": link.expires_at,
    }.get(broken, started)
    opened_at = started if broken != "an expired link" else link.expires_at - timedelta(minutes=1)
    deps.visits.open(rid, SecretProof(secret_hash(rid, secret), (link.portal,)), "visit", opened_at)
    if broken == "a revoked link":
        deps.administration.revoke(link.tenant, rid, "by", now)

    visit = "other" if broken == "another visit" else "visit"
    callback = Callback(asked_at=now, name="A", phone="+1")

    with pytest.raises(NotChanged):
        deps.visits.ask_callback(rid, visit, callback, now)


def test_a_request_that_waits_is_not_overwritten(cloud: Cloud) -> None:
    person, rid = asked(cloud)
    deps = wiring.deps()
    other = Callback(asked_at=deps.now(), name="B", phone="+2")

    with pytest.raises(NotChanged) as refused:
        deps.visits.ask_callback(rid, visit_in(person, rid), other, deps.now())

    assert refused.value.stored
    assert refused.value.stored.callback
    assert refused.value.stored.callback.name == "Abraham S."


def visit_in(person: Visitor, rid: str) -> str:
    """Return the hash of the visit that the person's cookie holds."""
    (cookie,) = [value for name, value in person.cookies.items() if name.endswith(rid)]
    return Visit(rid, cookie.partition(".")[0]).hash
