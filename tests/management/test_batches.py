"""Batches create many links in one call. Entries are independent, and a repeat creates nothing twice."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from linkgate.usecases.history.link_facts import FAILED
from local.demo import CAMPAIGN, OCULAR_CODE, PROCESS
from tests.management.conftest import UID

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.management.conftest import Manager

SURVEY = {"kind": "survey", "campaign": CAMPAIGN, "contact": "ada@example.com"}


def batch(manager: Manager, *entries: Mapping[str, object], idempotency_key: str | None = None) -> list[dict[str, Any]]:
    headers = {} if idempotency_key is None else {"Idempotency-Key": idempotency_key}
    response = manager.cloud.post("/links/batch", {"links": list(entries)}, manager.headers(headers))
    assert response.status == 200, response.body
    results: list[dict[str, Any]] = response.json()["results"]
    return results


def test_every_kind_of_link_is_made_and_opens(manager: Manager) -> None:
    made = manager.make(
        SURVEY,
        {"kind": "process", "process": PROCESS, "data": {"fullName": "Ada"}, "notify": False},
        {"kind": "resource", "resourceType": "Invoice", "resourceUid": UID, "email": "ada@example.com"},
        {"kind": "session", "name": "Ada", "cellphone": "+447700900001", "category": OCULAR_CODE},
    )

    assert [result["index"] for result in made] == [0, 1, 2, 3]
    kinds = [manager.get(f"/links/{result['rid']}")["kind"] for result in made]
    assert kinds == ["survey", "process", "resource", "session"]
    for result in made:
        manager.open(result["link"])


def test_one_bad_entry_does_not_stop_the_rest(manager: Manager) -> None:
    results = batch(
        manager,
        SURVEY,
        {"kind": "letter"},
        {"kind": "survey", "campaign": "No Such Campaign", "contact": "nobody"},
        {"kind": "survey"},
        {"kind": "process", "process": "nothing"},
        {"kind": "resource", "resourceType": "Invoice", "resourceUid": UID, "contactId": 99},
        {"kind": "resource", "resourceType": "Invoice", "resourceUid": UID, "contactId": 1, "hours": 10_000},
        SURVEY,
    )

    assert [result["status"] for result in results] == [201, 400, 400, 400, 404, 400, 400, 201]
    fields = [[fault["field"] for fault in (result["problem"] or {}).get("fields", [])] for result in results]
    assert fields[1:7] == [["kind"], ["contact", "campaign"], ["campaign", "contact"], [], ["contactId"], ["hours"]]


def test_messages_of_a_batch_go_out_in_the_background_once(manager: Manager) -> None:
    batch(manager, *([SURVEY] * 5))
    assert manager.cloud.get("/_local/outbox").json() == []

    manager.cloud.settle()
    manager.cloud.post("/_local/clock", {"advance_seconds": 3600})
    manager.cloud.settle()

    sent = manager.cloud.get("/_local/outbox").json()
    assert len({message["rid"] for message in sent}) == len(sent) == 5


def test_a_message_of_a_batch_brings_a_link_that_opens(manager: Manager) -> None:
    batch(manager, SURVEY)
    manager.cloud.settle()

    (message,) = manager.cloud.get("/_local/outbox").json()
    url = next(word for word in message["text"].split() if "/l/" in word)

    manager.open(url)


def test_a_repeat_gives_the_same_links_and_sends_nothing(manager: Manager) -> None:
    first = batch(manager, SURVEY, {**SURVEY, "contact": "bob@example.com"}, idempotency_key="run-1")
    manager.cloud.settle()

    again = batch(manager, SURVEY, {**SURVEY, "contact": "bob@example.com"}, idempotency_key="run-1")
    manager.cloud.settle()

    assert again == first
    assert len(manager.cloud.get("/_local/outbox").json()) == 2


def test_an_entrys_own_key_stands_for_it_wherever_it_is(manager: Manager) -> None:
    (first,) = batch(manager, {**SURVEY, "idempotencyKey": "row-7"})

    _, moved, other = batch(
        manager, SURVEY, {**SURVEY, "idempotencyKey": "row-7"}, {**SURVEY, "idempotencyKey": "row-8"}
    )

    assert (moved["rid"], moved["link"]) == (first["rid"], first["link"])
    assert other["rid"] != first["rid"]


def test_a_key_used_for_something_else_is_refused_for_that_entry(manager: Manager) -> None:
    batch(manager, {**SURVEY, "idempotencyKey": "row-7"})

    wrong, right = batch(manager, {**SURVEY, "contact": "bob@example.com", "idempotencyKey": "row-7"}, SURVEY)

    assert (wrong["status"], right["status"]) == (422, 201)


def test_the_same_key_of_another_tenant_is_another_link(manager: Manager, other: Manager) -> None:
    (mine,) = batch(manager, {**SURVEY, "idempotencyKey": "row-7"})
    (theirs,) = batch(other, {**SURVEY, "idempotencyKey": "row-7"})

    assert mine["rid"] != theirs["rid"]


@pytest.mark.parametrize(
    ("content", "field"),
    [
        ({}, "links"),
        ({"links": "all"}, "links"),
        ({"links": [SURVEY] * 101}, "links"),
    ],
)
def test_what_concerns_all_entries_is_told_at_once(manager: Manager, content: object, field: str) -> None:
    assert manager.post("/links/batch", content, 400)["fields"][0]["field"] == field


@pytest.mark.parametrize(
    "entry",
    [
        7,
        None,
        [],
        {"kind": 1},
        {"kind": ["survey"]},
        {**SURVEY, "miscData": {"a": 1}},
        {**SURVEY, "miscData": {str(n): "x" for n in range(11)}},
        {**SURVEY, "contact": "x" * 251},
        {**SURVEY, "idempotencyKey": ""},
        {**SURVEY, "idempotencyKey": "ü"},
        {"kind": "process", "process": PROCESS, "data": []},
        {"kind": "process", "process": PROCESS, "notify": "yes"},
        {"kind": "process", "process": PROCESS, "data": {}},
        {"kind": "resource", "resourceType": "Invoice", "resourceUid": "nope", "contactId": 1},
        {"kind": "resource", "resourceType": "Invoice", "resourceUid": UID},
        {"kind": "resource", "resourceType": "Invoice", "resourceUid": UID, "contactId": 1, "channels": ["fax"]},
        {"kind": "resource", "resourceType": "Invoice", "resourceUid": UID, "contactId": 1, "channels": "email"},
        {"kind": "resource", "resourceType": "Invoice", "resourceUid": UID, "contactId": 1, "channels": [None]},
        {"kind": "resource", "resourceType": "Invoice", "resourceUid": UID, "contactId": 2**31},
        {"kind": "session", "name": "A", "cellphone": "0"},
    ],
)
def test_an_entry_that_is_wrong_is_told_and_makes_nothing(manager: Manager, entry: object) -> None:
    manager.get("/links/none", 404)  # the first call of a day notes that the key is used
    before = manager.cloud.table()

    (result,) = manager.post("/links/batch", {"links": [entry]})["results"]

    assert result["status"] == 400
    assert result["link"] is None
    assert manager.cloud.table() == before


def test_no_secret_of_a_batch_is_kept(manager: Manager) -> None:
    (made,) = batch(manager, {**SURVEY, "idempotencyKey": "row-7"})
    manager.cloud.settle()
    secret = made["link"].partition("#")[2]

    assert secret not in str(manager.cloud.table())
    assert secret not in str(manager.cloud.get("/_local/events").json())


@pytest.mark.parametrize("end", ["revoked", "expired"])
def test_a_message_that_is_given_up_before_its_first_try_is_told_like_any_other(manager: Manager, end: str) -> None:
    rid = manager.share(channels=["email"], hours=1)
    if end == "revoked":
        manager.post(f"/links/{rid}/revoke")
    else:
        manager.cloud.clock.advance(timedelta(minutes=58))
    manager.cloud.settle()

    events = manager.get(f"/links/{rid}/events")["events"]
    told = [(event["data"]["reason"], event["data"]["attempt"]) for event in events if event["type"] == FAILED]
    assert told == [("link_closed" if end == "revoked" else "expired", 0)]
    assert [event["detail-type"] for event in manager.cloud.aws.events()].count(FAILED) == 1
    assert manager.cloud.outbox.messages() == []
