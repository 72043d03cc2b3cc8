"""A link's owner replaces it: the old one ends, the new one carries on, and codes are not won by a changed address."""

from __future__ import annotations

import dataclasses
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from linkgate import wiring
from linkgate.errors import InvalidRequest
from linkgate.model.link import Channel
from linkgate.model.tenant import Credential
from linkgate.ports.links import NotChanged
from linkgate.tokens import Derivation, token
from linkgate.usecases.authentication import Caller
from linkgate.usecases.delivery.replacing import ReplaceLink, check_replacement
from linkgate.usecases.families import family_of
from local import demo
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
    sent_process_link,
    words,
)
from tests.visits.test_refusals import cancel, submitted

if TYPE_CHECKING:
    from linkgate.model.link import Link
    from tests.support.cloud import Cloud

MODEL = {"fullName": "Ana", "metadata": {"name": "Ana", "email": "ana@example.com"}}
BY = "f" * 32
KEY = Credential(hash="", id=BY, tenant=demo.DEMO.id, dialect="manage", salt=b"")
NO_DERIVATION = Derivation(b"", "")


def replace(cloud: Cloud, url: str, status: int = 200, **body: object) -> Any:
    headers = {"Authorization": f"Bearer {demo.MANAGE_KEY}"}
    reply = cloud.post(f"/links/{parts(url)[0]}/replace", body, headers)
    assert reply.status == status, reply.text
    return reply.json()


def events(cloud: Cloud, rid: str) -> dict[str, Any]:
    """Return what the newest event of each type says."""
    page = cloud.get(f"/links/{rid}/events", authorization=f"Bearer {demo.MANAGE_KEY}").json()
    return {event["type"]: event["data"] for event in page["events"]}


def stored(url: str) -> Link:
    link = wiring.deps().links.get(parts(url)[0])
    assert link is not None
    return link


def successor(old: Link) -> Link:
    """Build what a replacement would write in place of a link."""
    return dataclasses.replace(old, rid=token(wiring.deps().random(16)), replaces=old.rid, roles={})


def test_a_new_address_gets_a_new_link_and_the_old_one_ends(cloud: Cloud) -> None:
    url = sent_process_link(cloud, MODEL)
    old, cancelled = parts(url)[0], Visitor(cloud)
    cancelled.see(url)
    cloud.outbox.clear()

    made = replace(cloud, url, email="new@example.com", reason="misspelt")

    assert made["masterRid"] == old
    assert made["rid"] != old
    assert made["recipient"]["email"] == "new@example.com"
    assert made["link"] is None
    (message,) = outbox(cloud)
    assert message["to"] == "new@example.com"
    assert Visitor(cloud).open(url).status == 410
    assert cancelled.get(cancelled.thing).status == 410
    assert Visitor(cloud).open(link_in(cloud)).status == 303


def test_the_draft_stays(cloud: Cloud) -> None:
    url, program = sent_process_link(cloud, MODEL), Visitor(cloud, JSON)
    program.see(url)
    program.post(f"{program.thing}/draft", {"data": {"fullName": "Ana María"}})

    replace(cloud, url, email="new@example.com")

    assert Visitor(cloud, JSON).see(link_in(cloud)).json()["draft"] == {"fullName": "Ana María"}


def test_what_a_role_saves_and_sends_is_kept_as_long_as_the_new_link(cloud: Cloud) -> None:
    """The role's link was made before the new one, and ends before it."""
    body = {**GENERATE.body, "coBrowsingRoles": ["adviser"], "serializedModel": {}}
    told, adviser = GENERATE.make(cloud, body).json(), Visitor(cloud, JSON)
    adviser.see(told["coBrowsing"]["adviser"])
    assert adviser.post(f"{adviser.thing}/draft", {"data": {"fullName": "Ana"}}).status == 204
    cloud.clock.advance(timedelta(days=5))
    new = replace(cloud, told["link"], channels=[])["rid"]
    kept_until = int(stored(f"/l/{new}").ttl.timestamp())

    def ends(beginning: str) -> set[int]:
        items = (item for item in cloud.table() if item["pk"] == told["rid"] and item["sk"].startswith(beginning))
        return {item["ttl"] for item in items}

    adviser.see(told["coBrowsing"]["adviser"])
    assert adviser.post(f"{adviser.thing}/draft", {"data": {"fullName": "Eva", "accountType": "Current"}}).status == 204
    assert ends("field#") == {kept_until}
    assert adviser.post(f"{adviser.thing}/submit", {"data": {"fullName": "Eva"}}).status == 201
    assert ends(f"body#{stored(f'/l/{new}').submission}") == {kept_until}


def test_the_link_of_a_role_is_kept_as_long_as_the_newest_link(cloud: Cloud) -> None:
    told = GENERATE.make(cloud, {**GENERATE.body, "coBrowsingRoles": ["adviser"], "serializedModel": {}}).json()
    newest = told["link"]

    for _ in range(2):
        cloud.clock.advance(timedelta(days=2))
        newest = f"/l/{replace(cloud, newest, channels=[])['rid']}"
        assert stored(told["coBrowsing"]["adviser"]).ttl == stored(newest).ttl


def test_both_are_named_on_the_timeline(cloud: Cloud) -> None:
    url = sent_process_link(cloud, MODEL)
    made = replace(cloud, url, email="new@example.com", reason="misspelt")
    cloud.settle()

    old, new = events(cloud, made["masterRid"]), events(cloud, made["rid"])

    assert old["link.replaced"]["renewedAs"] == made["rid"]
    assert old["link.replaced"]["reason"] == old["link.revoked"]["reason"] == "misspelt"
    assert len(old["link.replaced"]["by"]) == 32
    assert "link.renewed" not in old
    assert new["link.created"]["replaces"] == made["masterRid"]


def test_a_repeat_sends_nothing_and_another_address_replaces_again(cloud: Cloud) -> None:
    url = sent_process_link(cloud, MODEL)
    first = replace(cloud, url, email="frist@example.com")
    cloud.outbox.clear()

    assert replace(cloud, url, email="frist@example.com")["rid"] == first["rid"]
    assert outbox(cloud) == []
    second = replace(cloud, url, email="first@example.com")

    assert second["rid"] != first["rid"]
    assert second["masterRid"] == first["masterRid"]
    (message,) = outbox(cloud)
    assert message["to"] == "first@example.com"


def test_without_a_message_the_owner_gets_the_address_each_time(cloud: Cloud) -> None:
    url = process_link(cloud, {"fullName": "Ana"})

    first = replace(cloud, url)
    second = replace(cloud, url)

    assert outbox(cloud) == []
    assert Visitor(cloud).open(first["link"]).status == 410
    assert Visitor(cloud).open(second["link"]).status == 303


def test_a_locked_link_gets_a_successor_with_fresh_tries(cloud: Cloud) -> None:
    url, program = coded_link(cloud, deliverEmail=True), Visitor(cloud, JSON)
    program.open(url)
    table = cloud.environment()["TABLE_NAME"]
    cloud.aws.client("dynamodb").update_item(
        TableName=table,
        Key={"pk": {"S": parts(url)[0]}, "sk": {"S": "link"}},
        UpdateExpression="SET locked_at = :now, code_tries = :tries",
        ExpressionAttributeValues={":now": {"N": "1"}, ":tries": {"N": "50"}},
    )
    assert Visitor(cloud).open(url).status in {410, 423}
    cloud.outbox.clear()

    replace(cloud, url)
    fresh, browser = link_in(cloud), Visitor(cloud, JSON)

    assert browser.open(fresh).status == 202
    assert check(browser, fresh, code_in(cloud)).status == 200


def test_a_changed_phone_is_told_to_the_old_one_and_sends_no_code_for_an_hour(cloud: Cloud) -> None:
    url = coded_link(cloud, deliverEmail=True)
    old_phone = stored(url).recipient.phone
    cloud.outbox.clear()

    made = replace(cloud, url, phone="+447700900777", smsConsent=True, channels=["email"])

    notice = next(message for message in outbox(cloud) if message["to"] == old_phone)
    assert "replaced" in notice["text"]
    assert "/l/" not in notice["text"]
    fresh = next(message for message in outbox(cloud) if message["to"] != old_phone)
    url = next(word for word in fresh["text"].split() if "/l/" in word)
    assert made["codeChannel"] == "sms"
    early = Visitor(cloud).open(url)
    assert early.status == 429
    assert "changed a short time ago" in words(early)
    assert "60 minutes" in words(early)
    assert "Send me a new link" not in words(early)
    cloud.clock.advance(timedelta(minutes=61))
    browser = Visitor(cloud, JSON)
    assert browser.open(url).status == 202
    assert outbox(cloud)[0]["to"] == "+447700900777"
    assert check(browser, url, code_in(cloud)).status == 200
    cloud.settle()
    assert events(cloud, made["masterRid"])["link.replaced"]["smsConsent"] == "asserted"


def test_an_old_address_that_cannot_be_told_now_changes_nothing(cloud: Cloud) -> None:
    url = coded_link(cloud, deliverEmail=True)
    assert cloud.post("/_local/faults", {"service": "sns", "error": "throttle", "times": 1}).status == 200

    reply = replace(cloud, url, 503, phone="+447700900778", smsConsent=True, channels=["email"])

    assert reply["type"] == "urn:linkgate:unavailable"
    assert stored(url).renewed_as is None
    assert replace(cloud, url, phone="+447700900778", smsConsent=True, channels=["email"])["link"] is None


def test_who_holds_the_old_link_does_not_learn_the_new_address(cloud: Cloud) -> None:
    url = sent_process_link(cloud, MODEL)
    rid, secret = parts(url)
    replace(cloud, url, email="new@example.com")

    refused = Visitor(cloud, JSON).post(f"/l/{rid}/renew", {"secret": secret})

    assert refused.status == 410
    assert "n***" not in refused.text


def test_who_holds_a_renewed_and_then_replaced_link_does_not_either(cloud: Cloud) -> None:
    url = sent_process_link(cloud, MODEL)
    rid, secret = parts(url)
    cloud.clock.advance(timedelta(days=7))
    assert Visitor(cloud, JSON).post(f"/l/{rid}/renew", {"secret": secret}).status == 202
    replace(cloud, url, email="new@example.com")

    refused = Visitor(cloud, JSON).post(f"/l/{rid}/renew", {"secret": secret})

    assert refused.status == 410
    assert "n***" not in refused.text


def test_what_has_ended_is_not_replaced(cloud: Cloud) -> None:
    sent, taken_back = submitted(cloud), process_link(cloud)
    cancel(cloud, taken_back)
    erased = sent_process_link(cloud, {**MODEL, "metadata": {"name": "Ana", "email": "gone@example.com"}})
    headers = {"Authorization": f"Bearer {demo.MANAGE_KEY}"}
    assert cloud.post("/recipients/erase", {"recipient": "gone@example.com"}, headers).json()["links"] == 1

    assert replace(cloud, sent, 409)["type"] == "urn:linkgate:submitted"
    assert replace(cloud, taken_back, 409)["type"] == "urn:linkgate:revoked"
    assert replace(cloud, erased, 409)["type"] == "urn:linkgate:revoked"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"email": "nobody"}, "email"),
        ({"phone": "12"}, "phone"),
        ({"channels": ["sms"]}, "channels"),
        ({"address": "x"}, "address"),
    ],
)
def test_a_wrong_field_is_named_and_nothing_changes(cloud: Cloud, body: dict[str, object], field: str) -> None:
    url = sent_process_link(cloud, MODEL)

    refused = replace(cloud, url, 400, **body)

    assert [fault["field"] for fault in refused["fields"]] == [field]
    assert stored(url).renewed_as is None


def test_consent_to_sms_does_not_move_to_another_number(cloud: Cloud) -> None:
    url = sent_process_link(cloud, {**MODEL, "metadata": {"name": "Ana", "phone": "+447700900001"}})
    deps = wiring.deps()
    caller = Caller(dataclasses.replace(demo.DEMO, asserts_sms_consent=False), KEY, NO_DERIVATION)
    command = ReplaceLink(caller=caller, rid=parts(url)[0], phone="+447700900556", channels=[Channel.SMS])

    with pytest.raises(InvalidRequest) as refused:
        check_replacement(command, deps)

    assert [(fault.field, fault.code) for fault in refused.value.problems] == [("channels", "no_channel")]
    assert check_replacement(dataclasses.replace(command, sms_consent=True), deps).rid == parts(url)[0]


def test_a_role_is_not_replaced_and_its_main_link_keeps_it(cloud: Cloud) -> None:
    url = process_link(cloud, {"fullName": "Ana"}, coBrowsingRoles=["agent"])
    role = stored(url).roles["agent"]
    assert replace(cloud, f"https://x/l/{role}#", 404)["type"] == "urn:linkgate:not-found"

    made = replace(cloud, url)

    assert made["roles"] == {"agent": role}
    program = Visitor(cloud, JSON)
    program.see(made["link"])
    assert program.post(f"{program.thing}/submit", {"data": {"fullName": "Ana"}, "confirmed": True}).status == 201
    ended = wiring.deps().links.get(role)
    assert ended is not None
    assert ended.submitted_at is not None


def test_a_role_submits_for_the_link_that_replaced_the_main_one(cloud: Cloud) -> None:
    body = {"fullName": "Ana"}
    url = process_link(cloud, body, coBrowsingRoles=["agent"])
    made = replace(cloud, url)
    role = wiring.deps().links.get(made["roles"]["agent"])
    assert role is not None

    assert {link.rid for link in family_of(role, wiring.deps())} == {role.rid, parts(url)[0], made["rid"]}


def test_a_person_is_erased_under_either_address(cloud: Cloud) -> None:
    url = sent_process_link(cloud, {**MODEL, "metadata": {"name": "Ana", "email": "before@example.com"}})
    made = replace(cloud, url, email="after@example.com")
    cloud.settle()

    headers = {"Authorization": f"Bearer {demo.MANAGE_KEY}"}
    receipt = cloud.post("/recipients/erase", {"recipient": "after@example.com"}, headers).json()

    assert receipt["links"] == 2
    for rid in (parts(url)[0], made["rid"]):
        link = wiring.deps().links.get(rid)
        assert link is not None
        assert (link.recipient.email, link.erased_at is None) == (None, False)


@pytest.mark.parametrize("end", ["submitted_at", "revoked_at", "renewed_as", "erased_at", "tenant"])
def test_each_end_refuses_the_write_itself(cloud: Cloud, end: str) -> None:
    url = process_link(cloud, {"fullName": "Ana"})
    old, deps = stored(url), wiring.deps()
    value = {"S": "another"} if end in {"renewed_as", "tenant"} else {"N": "1"}
    cloud.aws.client("dynamodb").update_item(
        TableName=cloud.environment()["TABLE_NAME"],
        Key={"pk": {"S": old.rid}, "sk": {"S": "link"}},
        UpdateExpression="SET #end = :value",
        ExpressionAttributeNames={"#end": end},
        ExpressionAttributeValues={":value": value},
    )
    new = successor(old)

    with pytest.raises(NotChanged):
        deps.administration.replace(old, new, BY, deps.now())

    assert deps.links.get(new.rid) is None


def test_a_repeat_of_the_write_succeeds(cloud: Cloud) -> None:
    url = process_link(cloud, {"fullName": "Ana"})
    old, deps = stored(url), wiring.deps()
    new = successor(old)

    deps.administration.replace(old, new, BY, deps.now())
    deps.administration.replace(old, new, BY, deps.now())

    assert stored(url).renewed_as == new.rid
    assert link_item(cloud, url)["revoked_by"] == BY


def test_a_code_is_refused_before_its_time_by_the_write_itself(cloud: Cloud) -> None:
    url, program = coded_link(cloud), Visitor(cloud, JSON)
    ends = wiring.deps().now() + timedelta(minutes=30)
    cloud.aws.client("dynamodb").update_item(
        TableName=cloud.environment()["TABLE_NAME"],
        Key={"pk": {"S": parts(url)[0]}, "sk": {"S": "link"}},
        UpdateExpression="SET codes_from = :end",
        ExpressionAttributeValues={":end": {"N": str(int(ends.timestamp() * 1000))}},
    )

    assert program.open(url).status == 429
    assert link_item(cloud, url)["codes_sent"] == []
    cloud.clock.advance(timedelta(minutes=31))
    assert program.open(url).status == 202
