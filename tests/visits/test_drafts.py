"""Drafts are kept, can be continued elsewhere, and are never submitted by themselves."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from linkgate import wiring
from tests.support.visitor import (
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
    from tests.support.cloud import Cloud


def bodies(cloud: Cloud, url: str) -> list[str]:
    return [item["sk"] for item in cloud.table() if item["pk"] == parts(url)[0] and item["sk"].startswith("body#")]


def test_a_draft_is_resumed_on_another_device(cloud: Cloud) -> None:
    url, phone, desk = process_link(cloud, {"fullName": "Ana"}), Visitor(cloud), Visitor(cloud)
    phone.see(url)

    saved = phone.post(f"{phone.thing}/draft", {"rid": parts(url)[0], "/fullName": "Ana María", "/dateOfBirth": "199"})

    assert (saved.status, saved.header("location")) == (303, f"{phone.thing}?saved")
    assert "Saved" in words(phone.get(f"{phone.thing}?saved"))
    page = desk.see(url).text
    assert 'value="Ana María"' in page
    assert 'value="199"' in page


def test_one_query_finds_the_answers_of_a_draft_and_only_the_data_that_is_asked_for(cloud: Cloud) -> None:
    url, person, deps = process_link(cloud, {"fullName": "Ana"}), Visitor(cloud), wiring.deps()
    person.see(url)
    person.post(f"{person.thing}/draft", {"rid": parts(url)[0], "/fullName": "Ana María"})
    rid = parts(url)[0]
    link = deps.links.get(rid)
    assert link
    assert link.body_name

    fields, found = deps.fields.with_bodies(rid, [link.body_name, "missing"])

    assert found == deps.links.bodies(rid, [link.body_name]) == {link.body_name: {"fullName": "Ana"}}
    assert fields == deps.fields.of(rid)
    assert fields["/fullName"].value == "Ana María"
    assert deps.fields.with_bodies(rid, [])[1] == {}


def test_a_program_saves_with_204(cloud: Cloud) -> None:
    url, program = process_link(cloud), Visitor(cloud, JSON)
    program.see(url)

    saved = program.post(f"{program.thing}/draft", {"data": {"fullName": "Ana"}})

    assert (saved.status, saved.body) == (204, b"")
    assert program.get(program.thing).json()["draft"] == {"fullName": "Ana"}


def test_what_was_cleared_stays_clear(cloud: Cloud) -> None:
    url, person = process_link(cloud, {"fullName": "Ana"}), Visitor(cloud)
    person.see(url)
    person.post(f"{person.thing}/draft", {"rid": parts(url)[0], "/fullName": ""})

    assert 'value="Ana"' not in person.get(person.thing).text


def test_saving_often_leaves_one_draft(cloud: Cloud) -> None:
    url, program = process_link(cloud), Visitor(cloud, JSON)
    program.see(url)
    for number in range(5):
        program.post(f"{program.thing}/draft", {"data": {"fullName": str(number)}})

    assert len([item for item in cloud.table() if item["pk"] == parts(url)[0] and item["sk"].startswith("field#")]) == 1
    assert program.get(program.thing).json()["draft"] == {"fullName": "4"}


def test_saving_keeps_the_visit_alive_and_submits_nothing(cloud: Cloud) -> None:
    url, program = process_link(cloud), Visitor(cloud, JSON)
    program.see(url)
    for _ in range(4):
        cloud.clock.advance(timedelta(minutes=14))
        assert program.post(f"{program.thing}/draft", {"data": {}}).status == 204

    assert program.get(program.thing).status == 200
    assert link_item(cloud, url)["views"] == 1
    assert "submission" not in link_item(cloud, url)


@pytest.mark.parametrize("data", [None, [], "x", 1])
def test_a_draft_is_an_object(cloud: Cloud, data: object) -> None:
    url, program = process_link(cloud), Visitor(cloud, JSON)
    program.see(url)

    assert program.post(f"{program.thing}/draft", {"data": data}).status == 422
    assert "draft" not in program.get(program.thing).json()


def test_nothing_is_kept_after_the_form_was_sent_in(cloud: Cloud) -> None:
    url, program = process_link(cloud), Visitor(cloud, JSON)
    program.see(url)
    program.post(f"{program.thing}/submit", {"data": {"fullName": "Ana"}})

    assert program.post(f"{program.thing}/draft", {"data": {"fullName": "Eva"}}).status == 409
    assert not [item for item in cloud.table() if item["pk"] == parts(url)[0] and item["sk"].startswith("field#")]


def test_a_document_has_no_draft(cloud: Cloud) -> None:
    program = Visitor(cloud, JSON)
    program.see(resource_link(cloud))

    assert program.post(f"{program.thing}/draft", {"data": {}}).status == 404


def test_a_score_chosen_in_the_message_is_preselected_and_recorded_only_when_sent_in(cloud: Cloud) -> None:
    url, person = survey_link(cloud), Visitor(cloud)
    rid, secret = parts(url)

    opened = person.post(f"/l/{rid}", {"secret": f"{secret}&score=4"})
    person.rid = rid
    page = person.get(opened.header("location")).text

    assert opened.header("location") == f"{person.thing}?score=4"
    assert 'value="4" checked' in page
    assert page.count(" checked") == 1
    assert bodies(cloud, url) == [f"body#{link_item(cloud, url)['body']}"]


@pytest.mark.parametrize("score", ["6", "99", "x", "<b>", ""])
def test_a_score_that_no_scale_has_preselects_nothing(cloud: Cloud, score: str) -> None:
    url, person = survey_link(cloud), Visitor(cloud)
    person.open(url)

    page = person.get(f"{person.thing}?score={score}").text

    assert " checked" not in page.replace('value="" checked', "")
    assert "<b>" not in page
