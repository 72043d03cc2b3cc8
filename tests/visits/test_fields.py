"""Drafts are kept field by field: nothing is overwritten unseen, and nothing is called saved before it is."""

from __future__ import annotations

import html
import json
import re
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import boto3
import pytest

from linkgate import wiring
from linkgate.model.tenant import Process
from linkgate.ports.links import NotChanged
from linkgate.ports.visits import FieldChanged
from linkgate.store.tenants import DynamoTenants
from local import demo
from tests.support.vendor_calls import GENERATE
from tests.support.visitor import (
    HTML,
    JSON,
    Visitor,
    link_item,
    parts,
    process_link,
    resource_link,
    survey_link,
    words,
)

if TYPE_CHECKING:
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


def bare_link(cloud: Cloud, schema: dict[str, object]) -> str:
    deps = wiring.deps()
    assert isinstance(deps.tenants, DynamoTenants)
    deps.tenants.put_definition(demo.DEMO.id, Process("bare", "Bare", schema=schema))
    return process_link(cloud, {"iban": "1"}, processId="bare")


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


@pytest.mark.parametrize("end", ["revoked_at", "submitted_at", "locked_at", "renewed_as"])
def test_a_draft_is_noted_only_while_its_link_stands(cloud: Cloud, end: str) -> None:
    url = process_link(cloud)
    opened(cloud, url)
    link, deps = stored_link(url), wiring.deps()
    (visit,) = link.visits
    change(cloud, link.rid, end)

    with pytest.raises(NotChanged):
        deps.visits.note_draft(link.rid, visit, deps.now())


def test_a_draft_is_noted_once_in_five_minutes_and_only_in_a_visit(cloud: Cloud) -> None:
    url = process_link(cloud)
    opened(cloud, url)
    link, deps = stored_link(url), wiring.deps()
    (visit,) = link.visits
    now = deps.now()
    deps.visits.note_draft(link.rid, visit, now)

    with pytest.raises(NotChanged):
        deps.visits.note_draft(link.rid, visit, now + timedelta(minutes=5) - timedelta(milliseconds=1))
    deps.visits.note_draft(link.rid, visit, now + timedelta(minutes=5))
    with pytest.raises(NotChanged):
        deps.visits.note_draft(link.rid, "another", now + timedelta(minutes=15))
    assert stored_link(url).draft_at == now + timedelta(minutes=5)


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


def test_a_form_that_only_shows_values_takes_no_answers(cloud: Cloud) -> None:
    program = opened(cloud, bare_link(cloud, {"properties": {"iban": {"type": "string", "readOnly": True}}}))

    for pointer in ("/iban", "/made_up"):
        reply = program.post(f"{program.thing}/fields", {"set": [{"f": pointer, "v": "x", "base": 0}]})
        assert (reply.status, [fault["field"] for fault in reply.json()["fields"]]) == (422, [pointer])


def test_a_form_that_declares_nothing_takes_few_answers(cloud: Cloud) -> None:
    program = opened(cloud, bare_link(cloud, {}))
    statuses = [
        program.post(
            f"{program.thing}/fields", {"set": [{"f": f"/{part}-{n}", "v": n, "base": 0} for n in range(50)]}
        ).status
        for part in range(5)
    ]

    assert statuses == [200, 200, 200, 200, 422]


def test_answers_that_were_not_sent_go_with_the_submission(cloud: Cloud) -> None:
    url = process_link(cloud)
    program = opened(cloud, url)
    save(program, ("/fullName", "Ana", 0), ("/dateOfBirth", "2000-01-01", 0))

    assert program.post(f"{program.thing}/submit", {"data": {"fullName": "Ada"}}).status == 201
    cloud.settle()

    assert set(wiring.deps().fields.of(parts(url)[0])) == {"/fullName"}


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


def test_a_pages_texts_are_typed_by_the_schema(cloud: Cloud) -> None:
    program = opened(cloud, process_link(cloud))
    reply = program.post(f"{program.thing}/fields", {"set": [{"f": "/acceptTerms", "t": ["true"], "base": 0}]})

    assert json.loads(reply.text)["fields"][0]["ok"] is True
    assert draft(program) == {"acceptTerms": True}
