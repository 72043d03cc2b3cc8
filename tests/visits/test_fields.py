"""Drafts are kept field by field: nothing is overwritten unseen, and nothing is called saved before it is."""

from __future__ import annotations

import dataclasses
import html
import json
import re
from datetime import timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import boto3
import pytest

from linkgate import wiring
from linkgate.ports.links import Body, NotChanged
from linkgate.ports.visits import FieldChanged
from linkgate.tokens import token
from tests.support.vendor_calls import GENERATE
from tests.support.visitor import (
    HTML,
    JSON,
    Visitor,
    link_in,
    link_item,
    parts,
    process_link,
    resource_link,
    sent_process_link,
    survey_link,
    words,
)

if TYPE_CHECKING:
    from datetime import datetime

    from linkgate.model.link import Link
    from tests.support.cloud import Cloud

CONFIRMED = {"confirmed": "true"}


def stored_link(url: str) -> Link:
    link = wiring.deps().links.get(parts(url)[0])
    assert link
    return link


def write(link: Link, value: object, base: int, pointer: str = "/fullName") -> int:
    deps = wiring.deps()
    return deps.fields.write(link, pointer, value, base, deps.now()).version


def change(cloud: Cloud, rid: str, name: str) -> None:
    """Give a link an attribute that ends it."""
    boto3.client("dynamodb").update_item(
        TableName=cloud.environment()["TABLE_NAME"],
        Key={"pk": {"S": rid}, "sk": {"S": "link"}},
        UpdateExpression="SET #name = :value",
        ExpressionAttributeNames={"#name": name},
        ExpressionAttributeValues={":value": {"S": "x"} if name == "renewed_as" else {"N": "1"}},
    )


def opened(cloud: Cloud, url: str, accept: str = JSON) -> Visitor:
    visitor = Visitor(cloud, accept)
    assert visitor.open(url).status in {200, 303}
    return visitor


def save(visitor: Visitor, *sets: tuple[str, object, int]) -> dict[str, Any]:
    entries = [{"f": pointer, "v": value, "base": base} for pointer, value, base in sets]
    reply = visitor.post(f"{visitor.thing}/fields", {"set": entries})
    assert reply.status == 200, reply.text
    answer: dict[str, Any] = reply.json()
    return answer


def draft(visitor: Visitor) -> object:
    return visitor.get(visitor.thing).json().get("draft")


def seen_on(page: str) -> str:
    found = re.search(r'name="seen" value="([^"]*)"', page)
    assert found
    return html.unescape(found[1])


# The rule of each conditional write, past the use case.


def test_a_field_is_written_over_the_version_that_was_seen_and_no_other(cloud: Cloud) -> None:
    link = stored_link(process_link(cloud))

    assert write(link, "Ana", 0) == 1
    assert write(link, "Eva", 1) == 2
    for base in (0, 1, 3):
        with pytest.raises(FieldChanged) as changed:
            write(link, "Zoe", base)
        assert changed.value.stored
        assert (changed.value.stored.value, changed.value.stored.version) == ("Eva", 2)


def test_a_field_that_was_never_written_has_no_version_but_0(cloud: Cloud) -> None:
    link = stored_link(process_link(cloud))

    with pytest.raises(FieldChanged) as changed:
        write(link, "Ana", 1)

    assert changed.value.stored is None


@pytest.mark.parametrize("value", ["Ana", "", "\u00e9\u202e\n", 7, 1.5, True, None, ["a", "b"], {"a": {"b": None}}])
def test_a_repeat_of_ones_own_write_succeeds_and_keeps_the_value(cloud: Cloud, value: object) -> None:
    link = stored_link(process_link(cloud))
    first = write(link, value, 0)

    assert write(link, value, 0) > first
    assert wiring.deps().fields.of(link.master_rid)["/fullName"].value == value


def test_a_field_lives_as_long_as_its_link(cloud: Cloud) -> None:
    url = process_link(cloud)
    write(stored_link(url), "Ana", 0)

    (item,) = [item for item in cloud.table() if item["sk"].startswith("field#") and item["pk"] == parts(url)[0]]

    assert item["ttl"] == link_item(cloud, url)["ttl"]


@pytest.mark.parametrize("end", ["revoked_at", "submitted_at", "locked_at", "renewed_as"])
def test_a_visit_is_prolonged_only_while_its_link_lives(cloud: Cloud, end: str) -> None:
    url = process_link(cloud)
    opened(cloud, url)
    link, deps = stored_link(url), wiring.deps()
    (visit,) = link.visits
    deps.visits.prolong(link.rid, visit, deps.now())
    change(cloud, link.rid, end)

    with pytest.raises(NotChanged):
        deps.visits.prolong(link.rid, visit, deps.now())


def test_a_visit_that_has_ended_or_never_was_is_not_prolonged(cloud: Cloud) -> None:
    url = process_link(cloud)
    opened(cloud, url)
    link, deps = stored_link(url), wiring.deps()
    (visit,) = link.visits

    with pytest.raises(NotChanged):
        deps.visits.prolong(link.rid, "another", deps.now())
    with pytest.raises(NotChanged):
        deps.visits.prolong(link.rid, visit, link.visits[visit])
    with pytest.raises(NotChanged):
        deps.visits.prolong(link.rid, visit, link.expires_at)


def submission_of(link: Link, moment: datetime) -> None:
    """Write a submission as the use case does, whatever it would have refused before."""
    (visit,) = link.visits
    deps = wiring.deps()
    deps.visits.submit([link], visit, Body(token(deps.random(16)), {}), token(deps.random(16)), moment)


def opened_before_the_end(cloud: Cloud, before: timedelta) -> Link:
    """Return a link that was opened so long before it expires."""
    url = process_link(cloud)
    cloud.clock.advance(stored_link(url).expires_at - wiring.deps().now() - before)
    opened(cloud, url)
    return stored_link(url)


@pytest.mark.parametrize("end", ["revoked_at", "submitted_at", "locked_at", "renewed_as"])
def test_nothing_is_submitted_on_a_link_that_has_ended(cloud: Cloud, end: str) -> None:
    url = process_link(cloud)
    opened(cloud, url)
    link = stored_link(url)
    change(cloud, link.rid, end)

    with pytest.raises(NotChanged):
        submission_of(link, wiring.deps().now())


def test_a_form_is_submitted_after_its_link_only_if_the_visit_was_alive_then(cloud: Cloud) -> None:
    during = opened_before_the_end(cloud, timedelta(minutes=5))
    submission_of(during, during.expires_at + timedelta(hours=3))

    before = opened_before_the_end(cloud, timedelta(minutes=31))
    with pytest.raises(NotChanged):
        submission_of(before, before.expires_at + timedelta(minutes=1))


def test_a_form_is_submitted_for_four_hours_after_its_link_and_no_longer(cloud: Cloud) -> None:
    link = opened_before_the_end(cloud, timedelta(minutes=5))

    with pytest.raises(NotChanged):
        submission_of(link, link.expires_at + timedelta(hours=4))


def test_a_form_is_submitted_for_four_hours_after_its_visit_and_no_longer(cloud: Cloud) -> None:
    url = process_link(cloud)
    opened(cloud, url)
    link = stored_link(url)
    (end,) = link.visits.values()

    with pytest.raises(NotChanged):
        submission_of(link, end + timedelta(hours=4))
    submission_of(link, end + timedelta(hours=4) - timedelta(milliseconds=1))


def test_a_link_whose_end_was_moved_is_judged_by_its_new_end(cloud: Cloud) -> None:
    link = opened_before_the_end(cloud, timedelta(minutes=5))
    seen = dataclasses.replace(link, expires_at=link.expires_at - timedelta(minutes=1))

    with pytest.raises(NotChanged):
        submission_of(seen, link.expires_at + timedelta(minutes=1))


# Programs and scripts.


def test_answers_are_saved_one_by_one_and_come_back(cloud: Cloud) -> None:
    program = opened(cloud, process_link(cloud))

    saved = save(program, ("/fullName", "Ana", 0), ("/dateOfBirth", "2000-01-01", 0))

    assert [(row["f"], row["ok"], row["n"]) for row in saved["fields"]] == [
        ("/fullName", True, 1),
        ("/dateOfBirth", True, 1),
    ]
    assert draft(program) == {"fullName": "Ana", "dateOfBirth": "2000-01-01"}
    fields = program.get(f"{program.thing}/fields").json()["fields"]
    assert {row["f"]: (row["n"], row["v"], row["t"]) for row in fields} == {
        "/fullName": (1, "Ana", ["Ana"]),
        "/dateOfBirth": (1, "2000-01-01", ["2000-01-01"]),
    }


def test_two_devices_keep_both_their_answers(cloud: Cloud) -> None:
    url = process_link(cloud)
    phone, desk = opened(cloud, url), opened(cloud, url)

    save(phone, ("/fullName", "Ana", 0))
    save(desk, ("/dateOfBirth", "2000-01-01", 0))

    assert draft(phone) == draft(desk) == {"fullName": "Ana", "dateOfBirth": "2000-01-01"}


def test_the_second_writer_of_a_field_is_shown_the_first_ones_answer(cloud: Cloud) -> None:
    url = process_link(cloud)
    phone, desk = opened(cloud, url), opened(cloud, url)
    save(phone, ("/fullName", "From phone", 0))

    (row,) = save(desk, ("/fullName", "From desk", 0))["fields"]

    assert row == {"f": "/fullName", "ok": False, "n": 1, "v": "From phone", "t": ["From phone"]}
    assert draft(desk) == {"fullName": "From phone"}


def test_roles_of_one_form_write_side_by_side(cloud: Cloud) -> None:
    reply = GENERATE.make(cloud, {**GENERATE.body, "coBrowsingRoles": ["adviser"], "serializedModel": {}}).json()
    customer, adviser = opened(cloud, reply["link"]), opened(cloud, reply["coBrowsing"]["adviser"])

    save(customer, ("/fullName", "Ana", 0))
    save(adviser, ("/dateOfBirth", "2000-01-01", 0))

    assert draft(customer) == draft(adviser) == {"fullName": "Ana", "dateOfBirth": "2000-01-01"}


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"set": {}},
        {"set": ["x"]},
        {"set": [{}]},
        {"set": [{"f": 1, "v": "x", "base": 0}]},
        {"set": [{"f": "/fullName", "base": 0}]},
        {"set": [{"f": "/fullName", "v": "x", "t": ["x"], "base": 0}]},
        {"set": [{"f": "/fullName", "v": "x", "base": -1}]},
        {"set": [{"f": "/fullName", "v": "x", "base": True}]},
        {"set": [{"f": "/fullName", "v": "x", "base": 1e300}]},
        {"set": [{"f": "/fullName", "t": [1], "base": 0}]},
        {"set": [{"f": "/nothing", "v": "x", "base": 0}]},
        {"set": [{"f": "fullName", "v": "x", "base": 0}]},
        {"set": [{"f": "", "v": "x", "base": 0}]},
        {"set": [{"f": "/fullName", "v": "x" * 17_000, "base": 0}]},
        {"set": [{"f": "/fullName", "v": "x", "base": 0}] * 60},
    ],
)
def test_what_no_field_can_take_is_refused_before_anything_is_written(cloud: Cloud, body: dict[str, Any]) -> None:
    url = process_link(cloud)
    program = opened(cloud, url)

    reply = program.post(f"{program.thing}/fields", body)

    assert reply.status == 422
    assert reply.json()["fields"]
    assert draft(program) is None


def test_only_forms_have_fields(cloud: Cloud) -> None:
    program = opened(cloud, resource_link(cloud))

    assert program.post(f"{program.thing}/fields", {"set": []}).status == 404


def test_a_survey_has_a_draft_too(cloud: Cloud) -> None:
    url = survey_link(cloud)
    program = opened(cloud, url)

    save(program, ("/comment", "Very good", 0))

    assert "Very good" in opened(cloud, url, HTML).get(f"/v/{parts(url)[0]}").text


def test_a_programs_whole_draft_changes_what_differs_and_no_more(cloud: Cloud) -> None:
    program = opened(cloud, process_link(cloud))
    assert program.post(f"{program.thing}/draft", {"data": {"fullName": "Ana", "dateOfBirth": "x"}}).status == 204
    assert program.post(f"{program.thing}/draft", {"data": {"fullName": "Ana"}}).status == 204

    fields = {row["f"]: row["n"] for row in program.get(f"{program.thing}/fields").json()["fields"]}

    assert fields == {"/fullName": 1, "/dateOfBirth": 2}
    assert draft(program) == {"fullName": "Ana"}


# People without a script.


def test_a_page_saves_only_what_its_reader_changed(cloud: Cloud) -> None:
    url = process_link(cloud)
    desk, phone = opened(cloud, url, HTML), opened(cloud, url)
    page = desk.get(desk.thing).text
    save(phone, ("/fullName", "Ana", 0))

    sent = {"rid": parts(url)[0], "seen": seen_on(page), "/fullName": "", "/dateOfBirth": "2000-01-01"}
    saved = desk.post(f"{desk.thing}/draft", sent)

    assert saved.status == 303
    assert draft(phone) == {"fullName": "Ana", "dateOfBirth": "2000-01-01"}


def test_a_page_shows_what_somebody_else_wrote_and_lets_its_reader_decide(cloud: Cloud) -> None:
    url = process_link(cloud)
    desk, phone = opened(cloud, url, HTML), opened(cloud, url)
    page = desk.get(desk.thing).text
    save(phone, ("/fullName", "From phone", 0))
    sent = {"rid": parts(url)[0], "seen": seen_on(page), "/fullName": "From desk"}

    refused = desk.post(f"{desk.thing}/draft", sent)
    again = desk.post(f"{desk.thing}/draft", {**sent, "seen": seen_on(refused.text)})

    assert "Somebody else changed this answer" in words(refused)
    assert 'value="From desk"' in refused.text
    assert again.status == 303
    assert draft(phone) == {"fullName": "From desk"}


def test_a_form_is_not_sent_over_an_answer_that_its_sender_has_not_seen(cloud: Cloud) -> None:
    url = process_link(cloud)
    desk, phone = opened(cloud, url, HTML), opened(cloud, url)
    page = desk.get(desk.thing).text
    save(phone, ("/dateOfBirth", "2000-01-01", 0))
    sent = {"rid": parts(url)[0], "seen": seen_on(page), "/fullName": "Ana", "/dateOfBirth": "", **CONFIRMED}

    refused = desk.post(f"{desk.thing}/submit", sent)
    again = desk.post(f"{desk.thing}/submit", {**sent, "seen": seen_on(refused.text)})

    assert refused.status == 422
    assert "submission" in link_item(cloud, url)
    assert again.status == 303


@pytest.mark.parametrize("seen", ["", "x", "[]", "{}", '{"/fullName":1}', '{"/fullName":[1]}', "[" * 50_000, "1e999"])
def test_a_page_that_says_nothing_useful_of_what_it_showed_is_taken_as_it_is(cloud: Cloud, seen: str) -> None:
    url = process_link(cloud)
    person = opened(cloud, url, HTML)

    saved = person.post(f"{person.thing}/draft", {"rid": parts(url)[0], "seen": seen, "/fullName": "Ana"})

    assert saved.status == 303
    assert draft(opened(cloud, url)) == {"fullName": "Ana"}


# After the visit, and after the link.


def test_after_the_visit_answers_are_taken_and_none_is_shown(cloud: Cloud) -> None:
    url = process_link(cloud, {"fullName": "Prefilled Ana"})
    mine, theirs = opened(cloud, url), opened(cloud, url)
    save(theirs, ("/fullName", "Eva", 0))
    cloud.clock.advance(timedelta(minutes=16))

    conflict = save(mine, ("/fullName", "Zoe", 0))
    saved = save(mine, ("/dateOfBirth", "2000-01-01", 0))

    assert conflict["fields"] == [{"f": "/fullName", "ok": False}]
    assert conflict["over"] is True
    assert saved["fields"][0]["ok"] is True
    assert mine.get(mine.thing).status == 401
    assert mine.get(f"{mine.thing}/fields").status == 401
    assert draft(opened(cloud, url)) == {"fullName": "Eva", "dateOfBirth": "2000-01-01"}


def test_nothing_revives_a_visit_that_is_over(cloud: Cloud) -> None:
    url = process_link(cloud, {"fullName": "Prefilled Ana"})
    person = opened(cloud, url, HTML)
    cloud.clock.advance(timedelta(minutes=16))
    ends = dict(stored_link(url).visits)

    refused = person.post(f"{person.thing}/submit", {"rid": parts(url)[0], "/dateOfBirth": "x", **CONFIRMED})
    sent = person.post(f"{person.thing}/submit", {"rid": parts(url)[0], "/fullName": "Eva", **CONFIRMED})

    assert refused.status == 422
    assert "Prefilled" not in refused.text
    assert sent.status == 200
    assert "Thank you" in words(sent)
    assert "Prefilled" not in sent.text
    assert stored_link(url).visits == ends
    assert person.get(person.thing).status == 401


def test_after_four_hours_nothing_is_taken_any_more(cloud: Cloud) -> None:
    program = opened(cloud, process_link(cloud))
    cloud.clock.advance(timedelta(hours=4, minutes=15, seconds=1))

    assert program.post(f"{program.thing}/fields", {"set": []}).status == 401


def expire_during_visit(cloud: Cloud, url: str) -> Visitor:
    """Open a link five minutes before it ends, and let it end."""
    link = stored_link(url)
    cloud.clock.advance(link.expires_at - wiring.deps().now() - timedelta(minutes=5))
    program = opened(cloud, url)
    cloud.clock.advance(timedelta(minutes=6))
    return program


def test_a_link_that_expires_while_its_form_is_filled_in_takes_it_all_the_same(cloud: Cloud) -> None:
    url = process_link(cloud)
    program = expire_during_visit(cloud, url)

    saved = save(program, ("/fullName", "Ana", 0))
    sent = program.post(f"{program.thing}/submit", {"data": {"fullName": "Ana"}})

    assert saved["fields"][0]["ok"] is True
    assert sent.status == 201


def test_a_link_that_expired_after_its_visit_takes_nothing(cloud: Cloud) -> None:
    url = process_link(cloud)
    link = stored_link(url)
    cloud.clock.advance(link.expires_at - wiring.deps().now() - timedelta(hours=1))
    program = opened(cloud, url)
    cloud.clock.advance(timedelta(hours=1, seconds=1))

    assert program.post(f"{program.thing}/fields", {"set": []}).status == 410
    assert program.post(f"{program.thing}/submit", {"data": {"fullName": "Ana"}}).status == 410


def sent_link_that_expires(cloud: Cloud, accept: str) -> tuple[str, Visitor]:
    """Return a link that was sent by e-mail, and a browser that opened it five minutes before it expired."""
    url = sent_process_link(cloud, {"metadata": {"email": "ada@example.com"}})
    cloud.clock.advance(stored_link(url).expires_at - wiring.deps().now() - timedelta(minutes=5))
    return url, opened(cloud, url, accept)


def test_a_visitor_whose_link_expired_is_sent_a_new_one_with_the_draft(cloud: Cloud) -> None:
    url, person = sent_link_that_expires(cloud, HTML)
    program = Visitor(cloud, JSON, cookies=person.cookies, rid=person.rid)
    save(program, ("/fullName", "Eva", 0))
    cloud.clock.advance(timedelta(minutes=6))
    cloud.outbox.clear()

    page = person.get(person.thing)
    renewed = person.post(f"/l/{parts(url)[0]}/renew", {})

    assert page.status == 410
    assert f'action="/l/{parts(url)[0]}/renew"' in page.text
    assert "Send me a new link" in words(page)
    assert renewed.status == 202
    assert draft(opened(cloud, link_in(cloud))) == {"fullName": "Eva"}


def test_nobody_else_is_sent_a_new_one(cloud: Cloud) -> None:
    url, person = sent_link_that_expires(cloud, JSON)
    other, _ = sent_link_that_expires(cloud, JSON)
    cloud.clock.advance(timedelta(minutes=6))
    cloud.outbox.clear()

    assert Visitor(cloud, JSON).post(f"/l/{parts(url)[0]}/renew", {}).status == 404
    assert person.post(f"/l/{parts(other)[0]}/renew", {}).status == 404
    cloud.clock.advance(timedelta(hours=4, minutes=15))
    assert person.post(f"/l/{parts(url)[0]}/renew", {}).status == 404
    assert cloud.get("/_local/outbox").json() == []


@pytest.mark.parametrize("path", ["fields", "draft", "submit"])
def test_a_withdrawn_link_says_so_at_once(cloud: Cloud, path: str) -> None:
    url = process_link(cloud)
    program = opened(cloud, url)
    link, deps = stored_link(url), wiring.deps()
    deps.administration.revoke(link.tenant, link.rid, "x", deps.now())

    reply = program.post(f"{program.thing}/{path}", {"set": [], "data": {}})

    assert (reply.status, reply.json()["type"]) == (410, "urn:linkgate:revoked")


def test_saving_costs_the_timeline_an_entry_in_five_minutes_at_most(cloud: Cloud) -> None:
    url = process_link(cloud)
    program = opened(cloud, url)
    ends = {*stored_link(url).visits.values()}
    for number in range(20):
        cloud.clock.advance(timedelta(minutes=1))
        save(program, ("/fullName", f"Ana {number}", number))
        ends |= {*stored_link(url).visits.values()}

    moments = sorted(ends)
    assert len(moments) > 2
    assert all(later - earlier >= timedelta(minutes=5) for earlier, later in pairwise(moments))


# Dead ends name their tenant and lead on.


def test_a_visit_that_is_over_leads_back_to_the_link(cloud: Cloud) -> None:
    url = process_link(cloud)
    person = opened(cloud, url, HTML)
    cloud.clock.advance(timedelta(minutes=16))

    page = person.get(person.thing)

    assert page.status == 401
    assert "Example Bank" in words(page)
    assert f'href="/l/{parts(url)[0]}"' in page.text


def test_a_fault_on_our_side_offers_to_send_the_same_again(cloud: Cloud) -> None:
    url = process_link(cloud)
    person = opened(cloud, url, HTML)
    cloud.post("/_local/faults", {"service": "dynamodb", "error": "throttle", "times": 3})

    page = person.post(f"{person.thing}/submit", {"rid": parts(url)[0], "/fullName": 'Ana "<b>', **CONFIRMED})

    assert page.status == 503
    assert "Example Bank" in words(page)
    assert 'name="/fullName" value="Ana &#34;&lt;b&gt;"' in page.text
    assert f'action="/v/{parts(url)[0]}/submit"' in page.text


def test_a_pages_texts_are_typed_by_the_schema(cloud: Cloud) -> None:
    program = opened(cloud, process_link(cloud))
    reply = program.post(f"{program.thing}/fields", {"set": [{"f": "/acceptTerms", "t": ["true"], "base": 0}]})

    assert json.loads(reply.text)["fields"][0]["ok"] is True
    assert draft(program) == {"acceptTerms": True}
