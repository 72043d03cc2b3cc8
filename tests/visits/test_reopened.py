"""A form that was sent too early is opened again: what was sent is its draft, and stays on record."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

import pytest

from linkgate import wiring
from linkgate.model.tenant import Process
from linkgate.ports.links import NotChanged
from linkgate.ports.visits import FieldChanged
from linkgate.store.tenants import DynamoTenants
from linkgate.tokens import token
from linkgate.usecases.authentication import Caller
from linkgate.usecases.changes import Change
from linkgate.usecases.history.link_history import record_changes
from linkgate.usecases.visits.reopening import ReopenLink, reopen_link
from local import demo
from tests.support.form_posts import sent_by
from tests.support.visitor import (
    JSON,
    Visitor,
    link_in,
    outbox,
    parts,
    process_link,
    sent_process_link,
    survey_link,
    words,
)
from tests.visits.test_cobrowsing_rights import PIN, RATE, made, write
from tests.visits.test_fields import save
from tests.visits.test_groups import JOBS
from tests.visits.test_refusals import submitted
from tests.visits.test_replaced import BY, KEY, MODEL, NO_DERIVATION, events, stored
from tests.visits.test_signatures import AGAIN, STROKES
from tests.visits.test_signatures import SCHEMA as SIGNED
from tests.visits.test_uploads import SCHEMA as PAPERS
from tests.visits.test_uploads import ask, kept, sent_file

if TYPE_CHECKING:
    from collections.abc import Mapping

    from linkgate.model.link import Link
    from tests.support.cloud import Cloud

CALLER = Caller(demo.DEMO, KEY, NO_DERIVATION, "sam")
MANAGER = {"Authorization": f"Bearer {demo.MANAGE_KEY}"}
TEXT = {"type": "string"}
FORM: dict[str, Any] = {
    "type": "object",
    "properties": {
        "name": {**TEXT, "title": "Name"},
        "address": {"type": "object", "title": "Address", "properties": {"town": {**TEXT, "title": "Town"}}},
        "note": {**TEXT, "title": "Note"},
        "account": {**TEXT, "title": "Account", "readOnly": True},
    },
}


def reopen(cloud: Cloud, rid: str, status: int = 200, **body: object) -> Any:
    reply = cloud.post(f"/links/{rid}/reopen", body, MANAGER)
    assert reply.status == status, reply.text
    return reply.json()


def define(name: str, schema: Mapping[str, Any]) -> None:
    tenants = wiring.deps().tenants
    assert isinstance(tenants, DynamoTenants)
    tenants.put_definition(demo.DEMO.id, Process(name, name.title(), schema=schema))


def send(visitor: Visitor, data: Mapping[str, object]) -> None:
    reply = visitor.post(f"{visitor.thing}/submit", {"data": data})
    assert reply.status == 201, reply.text


def opened(cloud: Cloud, url: str) -> Visitor:
    visitor = Visitor(cloud, JSON)
    assert visitor.open(url).status == 200
    return visitor


def draft(visitor: Visitor) -> Any:
    return visitor.get(visitor.thing).json()["draft"]


def recorded(cloud: Cloud, rid: str) -> Any:
    return cloud.get(f"/links/{rid}/submission", authorization=MANAGER["Authorization"]).json()["data"]


def test_what_was_sent_is_the_draft_of_a_new_link_and_stays_on_record(cloud: Cloud) -> None:
    url = sent_process_link(cloud, MODEL)
    send(opened(cloud, url), {"fullName": "Ana Maria"})
    cloud.settle()
    cloud.outbox.clear()

    first = parts(url)[0]
    made_again = reopen(cloud, first, reason="wrong button")

    assert (made_again["masterRid"], made_again["link"], made_again["status"]) == (first, None, "Active")
    (message,) = outbox(cloud)
    assert message["to"] == "ana@example.com"
    visitor = opened(cloud, link_in(cloud))
    assert draft(visitor) == {"fullName": "Ana Maria"}
    send(visitor, {"fullName": "Ana María"})
    assert recorded(cloud, first) == {"fullName": "Ana Maria"}
    assert recorded(cloud, made_again["rid"]) == {"fullName": "Ana María"}
    cloud.settle()
    old, new = events(cloud, first), events(cloud, made_again["rid"])
    assert (old["link.reopened"]["renewedAs"], old["link.reopened"]["reason"]) == (made_again["rid"], "wrong button")
    assert len(old["link.reopened"]["by"]) == 32
    assert not {"link.renewed", "link.replaced", "link.revoked"} & old.keys()
    assert new["link.created"]["reopens"] == first
    assert "link.submitted" in new


def test_who_comes_by_the_first_link_is_told_to_use_the_newest_message(cloud: Cloud) -> None:
    url = sent_process_link(cloud, MODEL)
    send(opened(cloud, url), {"fullName": "Ana"})
    assert "You do not need to do anything else." in words(Visitor(cloud).open(url))

    reopen(cloud, parts(url)[0])

    told = words(Visitor(cloud).open(url))
    assert "opened again since. To change it, use the link in the newest message from Example Bank." in told
    assert "do anything else" not in told


def test_a_repeat_returns_the_new_link_and_sends_nothing(cloud: Cloud) -> None:
    url = sent_process_link(cloud, MODEL)
    send(opened(cloud, url), {"fullName": "Ana"})
    first = reopen(cloud, parts(url)[0])
    cloud.outbox.clear()

    assert reopen(cloud, parts(url)[0])["rid"] == first["rid"]

    assert outbox(cloud) == []


def test_a_form_is_opened_again_as_often_as_it_is_sent(cloud: Cloud) -> None:
    master = parts(submitted(cloud))[0]

    second = reopen(cloud, master, channels=[])
    send(opened(cloud, second["link"]), {"fullName": "Ben"})
    third = reopen(cloud, master, channels=[])
    send(opened(cloud, third["link"]), {"fullName": "Cleo"})

    assert [recorded(cloud, rid)["fullName"] for rid in (master, second["rid"], third["rid"])] == ["Ana", "Ben", "Cleo"]
    assert {second["masterRid"], third["masterRid"]} == {master}


@pytest.mark.parametrize(
    ("saved", "sent"),
    [
        ({}, {"name": "Ada", "address": {"town": "Bath"}}),
        ({"/name": "Ada", "/address/town": "Bath"}, {"name": "Ada", "address": {"town": "Ely"}}),
        ({"/name": "Ada", "/note": "later emptied"}, {"name": "Ada"}),
        ({}, {"address": {"town": "Bath"}, "note": ""}),
    ],
)
@pytest.mark.parametrize("settled", [True, False])
def test_the_draft_is_what_was_sent_whatever_was_saved_before(
    cloud: Cloud, saved: dict[str, object], sent: dict[str, object], *, settled: bool
) -> None:
    define("plain", FORM)
    prefilled = {"name": "Prefilled", "note": "from us", "account": "12"}
    visitor = opened(cloud, process_link(cloud, prefilled, processId="plain"))
    for pointer, value in saved.items():
        save(visitor, (pointer, value, 0))
    send(visitor, sent)
    if settled:
        cloud.settle()

    again = opened(cloud, reopen(cloud, visitor.rid or "", channels=[])["link"])

    page = again.get(again.thing).json()
    assert [page["draft"].get(name) for name in ("name", "note")] == [sent.get(name) for name in ("name", "note")]
    assert page["draft"].get("address") == sent.get("address")
    assert page["data"]["account"] == "12"
    cloud.settle()
    assert again.get(again.thing).json()["draft"] == page["draft"]


@pytest.mark.parametrize("entries", [1, 2, 3])
def test_the_entries_of_a_group_are_those_that_were_sent(cloud: Cloud, entries: int) -> None:
    define("jobs", JOBS)
    visitor = opened(cloud, process_link(cloud, {}, processId="jobs"))
    (added,) = visitor.post(f"{visitor.thing}/fields", {"add": "/jobs"}).json()["groups"]
    save(visitor, ("/jobs/0/employer", "Baker", 0), (f"/jobs/{added['keys'][1]}/employer", "Miller", 0))
    sent = [{"employer": name} for name in ("Smith", "Miller", "Cook")[:entries]]
    send(visitor, {"name": "Ada", "jobs": sent})
    cloud.settle()

    again = opened(cloud, reopen(cloud, visitor.rid or "", channels=[])["link"])
    page = Visitor(cloud, cookies=again.cookies, rid=again.rid)
    shown = page.get(page.thing).text

    assert [shown.count(f'value="{name}"') for name in ("Smith", "Miller", "Cook", "Baker")] == [
        *(int(place < entries) for place in range(3)),
        0,
    ]
    reply = page.post(f"{page.thing}/submit", {**sent_by(shown), "confirmed": "true"})
    assert reply.status == 303, words(reply)
    assert recorded(cloud, again.rid or "") == {"name": "Ada", "jobs": sent}


def test_a_signature_holds_until_something_else_is_changed(cloud: Cloud) -> None:
    define("signed", SIGNED)
    visitor = opened(cloud, process_link(cloud, {}, processId="signed"))
    send(visitor, {"name": "Ada", "sign": STROKES})
    unchanged = opened(cloud, reopen(cloud, visitor.rid or "", channels=[])["link"])
    person = Visitor(cloud, cookies=unchanged.cookies, rid=unchanged.rid)
    review = person.get(f"{person.thing}?s=review").text
    assert 'd="M10 100L200 50M30 30L40 40"' in review
    assert AGAIN not in review

    assert person.post(f"{person.thing}/submit", sent_by(review)).status == 303

    assert recorded(cloud, unchanged.rid or "") == recorded(cloud, visitor.rid or "")
    changed = opened(cloud, reopen(cloud, visitor.rid or "", channels=[])["link"])
    save(changed, ("/name", "Eve", wiring.deps().fields.of(visitor.rid or "")["/name"].version))
    person = Visitor(cloud, cookies=changed.cookies, rid=changed.rid)
    review = person.get(f"{person.thing}?s=review").text
    assert AGAIN in review
    assert person.post(f"{person.thing}/submit", sent_by(review)).status == 422
    refused = changed.post(f"{changed.thing}/submit", {"data": recorded(cloud, visitor.rid or "") | {"name": "Eve"}})
    assert refused.status == 422


def test_a_file_stays_with_the_first_record_even_if_it_is_taken_out_of_the_second(cloud: Cloud) -> None:
    define("papers", PAPERS)
    visitor = opened(cloud, process_link(cloud, {}, processId="papers"))
    first = sent_file(cloud, visitor)
    cloud.settle()
    send(visitor, {"payslip": first})
    again = opened(cloud, reopen(cloud, visitor.rid or "", channels=[])["link"])
    assert draft(again) == {"payslip": first}
    second = str(ask(again).json()["id"])

    for file in (first, second):
        assert again.post(f"{again.thing}/files/{file}", {"as": "remove"}).status == 204

    assert set(kept(again)) == {first}


@pytest.mark.parametrize("drafted", [True, False])
def test_private_answers_of_a_role_stay_private(cloud: Cloud, *, drafted: bool) -> None:
    room = made(cloud)
    customer, agent = room.visitor(cloud, "customer"), room.visitor(cloud, "agent")
    assert write(agent, "/rate", RATE)["ok"]
    if drafted:
        assert write(agent, "/pin", PIN)["ok"]
        send(customer, {"name": "Ada"})
    else:
        send(agent, {"name": "Ada", "rate": RATE, "pin": PIN})
    cloud.settle()

    again = opened(cloud, reopen(cloud, customer.rid or "", channels=[])["link"])

    person = Visitor(cloud, cookies=again.cookies, rid=again.rid)
    seen_open = [again.get(again.thing), again.get(f"{again.thing}/fields"), person.get(person.thing)]
    send(again, {"name": "Ada L."})
    seen_sent = [again.get(again.thing), person.get(person.thing)]
    assert "Ada L." in words(seen_sent[1])
    assert not [reply.text for reply in (*seen_open, *seen_sent) if PIN in reply.text]
    sent = cloud.get(f"/links/{again.rid}/submission", authorization=MANAGER["Authorization"]).json()
    assert sent["data"] == {"name": "Ada L.", "pin": PIN, "rate": RATE}
    assert sent["filledBy"]["/pin"] == "agent"
    assert agent.post(f"{agent.thing}/fields", {"set": [{"f": "/pin", "v": "x", "base": 1}]}).status in {401, 409}


def test_a_survey_is_opened_again_and_results_name_both(cloud: Cloud) -> None:
    first = opened(cloud, survey_link(cloud))
    send(first, {"rating": 1})
    cloud.settle()
    reopen(cloud, first.rid or "")
    again = opened(cloud, link_in(cloud))
    assert draft(again) == {"rating": 1}
    send(again, {"rating": 5})

    page = cloud.get("/campaigns/My%20Survey%20Campaign/results", authorization=MANAGER["Authorization"]).json()

    assert [(each["rid"], each["reopenedAs"], each["answers"]) for each in page["results"]] == [
        (again.rid, None, {"rating": 5}),
        (first.rid, again.rid, {"rating": 1}),
    ]


@pytest.mark.parametrize("end", ["revoke", "erase", "open", "role"])
def test_what_cannot_be_opened_again_is_refused_with_its_reason(cloud: Cloud, end: str) -> None:
    url = process_link(cloud, {"fullName": "Ana", "metadata": {"email": "x@example.com"}}, coBrowsingRoles=["agent"])
    rid = parts(url)[0]
    if end == "erase":
        url = sent_process_link(cloud, {**MODEL, "metadata": {"name": "Ana", "email": "gone@example.com"}})
        rid = parts(url)[0]
        send(opened(cloud, url), {"fullName": "Ana"})
        assert cloud.post("/recipients/erase", {"recipient": "gone@example.com"}, MANAGER).json()["links"] == 1
    if end == "revoke":
        assert cloud.post(f"/links/{rid}/revoke", {}, MANAGER).status == 200
    if end == "role":
        rid = stored(url).roles["agent"]

    refused = reopen(cloud, rid, {"revoke": 409, "erase": 409, "open": 400, "role": 404}[end])

    if end == "open":
        assert refused["fields"] == [{"field": "rid", "reason": "was not submitted, so nothing can be opened again"}]


def test_taking_back_the_family_takes_back_the_link_by_which_it_is_open(cloud: Cloud) -> None:
    master = parts(submitted(cloud))[0]
    again = reopen(cloud, master, channels=[])

    assert cloud.post(f"/links/{master}/revoke", {}, MANAGER).json()["rid"] == again["rid"]

    assert Visitor(cloud, JSON).open(again["link"]).status == 410
    assert reopen(cloud, master, 409)["type"] == "urn:linkgate:revoked"


def test_what_is_forgotten_late_after_a_submission_is_none_of_the_new_drafts_answers(cloud: Cloud) -> None:
    define("plain", FORM)
    visitor = opened(cloud, process_link(cloud, {}, processId="plain"))
    before = stored(f"/l/{visitor.rid}#")
    save(visitor, ("/note", "not sent", 0))
    send(visitor, {"name": "Ada"})
    sent = stored(f"/l/{visitor.rid}#")
    again = opened(cloud, reopen(cloud, visitor.rid or "", channels=[])["link"])
    version = wiring.deps().fields.of(before.master_rid)["/note"].version
    save(again, ("/note", "typed anew", version))

    record_changes([Change(before, sent)], wiring.deps())

    assert draft(again)["note"] == "typed anew"


@pytest.mark.parametrize("after", [False, True])
def test_who_lost_the_race_does_not_write_over_the_new_draft(cloud: Cloud, *, after: bool) -> None:
    define("plain", FORM)
    visitor = opened(cloud, process_link(cloud, {}, processId="plain"))
    send(visitor, {"name": "Ada"})
    deps = wiring.deps()
    opened_meanwhile: list[Visitor] = []

    class Slow:
        """Fields that are read when another request opens the form, and its reader changes an answer."""

        def __getattr__(self, name: str) -> Any:
            return getattr(deps.fields, name)

        def of(self, master_rid: str) -> object:
            fields = deps.fields.of(master_rid)
            if not opened_meanwhile:
                other = opened(cloud, reopen(cloud, visitor.rid or "", channels=[])["link"])
                save(other, ("/name", "Eve", deps.fields.of(master_rid)["/name"].version))
                opened_meanwhile.append(other)
            return deps.fields.of(master_rid) if after else fields

    command = ReopenLink(caller=CALLER, rid=visitor.rid or "", channels=())
    result = reopen_link(command, dataclasses.replace(deps, fields=Slow()))  # type: ignore[arg-type]  # acts like it

    assert (result.link.rid, result.url) == (opened_meanwhile[0].rid, None)
    assert draft(opened_meanwhile[0]) == {"name": "Eve"}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("submitted_at", None),
        ("submission", None),
        ("revoked_at", {"N": "1"}),
        ("renewed_as", {"S": "another"}),
        ("erased_at", {"N": "1"}),
        ("tenant", {"S": "another"}),
    ],
)
def test_each_part_of_the_condition_refuses_the_write_itself(
    cloud: Cloud, name: str, value: Mapping[str, str] | None
) -> None:
    url, deps = submitted(cloud), wiring.deps()
    old = stored(url)
    cloud.aws.client("dynamodb").update_item(
        TableName=cloud.environment()["TABLE_NAME"],
        Key={"pk": {"S": old.rid}, "sk": {"S": "link"}},
        UpdateExpression="SET #name = :value" if value else "REMOVE #name",
        ExpressionAttributeNames={"#name": name},
        **({"ExpressionAttributeValues": {":value": value}} if value else {}),
    )
    new = successor(old)

    with pytest.raises(NotChanged):
        deps.administration.reopen(old, new, BY, deps.now())

    assert deps.links.get(new.rid) is None


def test_a_repeat_of_the_write_succeeds(cloud: Cloud) -> None:
    url, deps = submitted(cloud), wiring.deps()
    old, new = stored(url), successor(stored(url))

    deps.administration.reopen(old, new, BY, deps.now())
    deps.administration.reopen(old, new, BY, deps.now())

    assert (stored(url).renewed_as, stored(url).reopened_by) == (new.rid, BY)


def test_entries_and_deletions_need_the_version_that_was_read(cloud: Cloud) -> None:
    link, deps = stored(process_link(cloud)), wiring.deps()
    now = deps.now()
    assert deps.fields.set_entries(link, "/jobs", ["a"], 0, now).keys == ["a"]
    assert deps.fields.set_entries(link, "/jobs", ["b", "a"], 1, now).keys == ["b", "a"]

    for base in (0, 1):
        with pytest.raises(FieldChanged):
            deps.fields.set_entries(link, "/jobs", [], base, now)
    deps.fields.delete(link.master_rid, "/jobs", 1)
    assert deps.fields.of(link.master_rid)["/jobs"].version == 2
    deps.fields.delete(link.master_rid, "/jobs", 2)
    assert deps.fields.of(link.master_rid) == {}


def successor(old: Link) -> Link:
    """Build what would open the form of a link again."""
    rid = token(wiring.deps().random(16))
    return dataclasses.replace(old, rid=rid, reopens=old.rid, roles={}, submitted_at=None, submission=None)
