"""One-click unsubscribe: whoever holds a survey's opt-out address stops surveys to its recipient, and only surveys."""

from __future__ import annotations

import dataclasses
import itertools
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest

from linkgate import wiring
from linkgate.model.link import Recipient
from linkgate.model.tenant import Campaign
from linkgate.ports.links import NotChanged
from linkgate.tokens import opt_out_hash
from linkgate.usecases.visits.opting_out import OptOut, allow_surveys, stop_surveys
from local import demo
from tests.support.vendor_calls import CUSTOMER_LINK, SURVEY
from tests.support.visitor import HTML, JSON, Visitor, link_in, link_item, opt_out_in, outbox, parts, survey_link, words

if TYPE_CHECKING:
    from local.http_messages import HttpResponse
    from tests.support.cloud import Cloud

FORM = "application/x-www-form-urlencoded"
ONE_CLICK = "List-Unsubscribe=One-Click"
PART = 'Content-Disposition: form-data; name="List-Unsubscribe"'
MULTIPART = f"--x\r\n{PART}\r\n\r\nOne-Click\r\n--x--\r\n"
MANAGER = {"Authorization": f"Bearer {demo.MANAGE_KEY}"}
_numbers = itertools.count()


@pytest.fixture
def contact() -> str:
    """Return an address that no other test uses."""
    return f"person{next(_numbers)}@example.com"


def ask(cloud: Cloud, contact: str) -> None:
    assert SURVEY.make(cloud, {**SURVEY.body, "customer_contact": contact}).status == 201


def asked(cloud: Cloud, contact: str) -> str:
    """Ask for feedback, and return the path of the message's opt-out address."""
    cloud.outbox.clear()
    ask(cloud, contact)
    return urlsplit(opt_out_in(cloud)).path


def one_click(cloud: Cloud, path: str) -> HttpResponse:
    return cloud.request("POST", path, ONE_CLICK, {"Content-Type": FORM})


def undo(cloud: Cloud, path: str) -> HttpResponse:
    return cloud.post_form(path, {"undo": "true"})


def told(cloud: Cloud, rid: str) -> list[str]:
    """Return the types of the events about the recipient's choice, in order."""
    cloud.settle()
    events = [event for event in cloud.get("/_local/events").json() if event["detail"]["rid"] == rid]
    return [event["detail-type"] for event in reversed(events) if "subscribed" in event["detail-type"]]


def test_one_click_stops_surveys_and_nothing_else(cloud: Cloud, contact: str) -> None:
    path = asked(cloud, contact)
    headers = outbox(cloud)[0]["headers"]
    assert headers == {
        "List-Unsubscribe": f"<https://{cloud.domain}{path}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }

    assert one_click(cloud, path).status == 200
    cloud.outbox.clear()
    ask(cloud, contact)
    ask(cloud, contact.upper())
    CUSTOMER_LINK.make(cloud, {**CUSTOMER_LINK.body, "recipientEmail": contact})
    ask(cloud, "ana@example.com")
    cloud.settle()

    assert [(message["to"], "survey" in message["text"]) for message in outbox(cloud)] == [
        ("ana@example.com", True),
        (contact, False),
    ]
    surveys = [item for item in cloud.table() if item.get("kind") == "survey"]
    refused = [item["deliveries"]["email"] for item in surveys if item["deliveries"]["email"]["state"] == "refused"]
    assert [delivery["reason"] for delivery in refused] == ["unsubscribed"] * 2
    assert told(cloud, path.split("/")[2]) == ["link.unsubscribed"]


@pytest.mark.parametrize(
    ("content_type", "body"),
    [(FORM, ONE_CLICK), ("multipart/form-data; boundary=x", MULTIPART), ("", ""), ("text/plain", "x"), (JSON, "{")],
)
def test_any_body_from_any_site_stops_them(cloud: Cloud, content_type: str, body: str, contact: str) -> None:
    path = asked(cloud, contact)

    foreign = {"Origin": "https://mail.example", "Sec-Fetch-Site": "cross-site", "Content-Type": content_type}
    reply = cloud.request("POST", path, body, foreign)

    assert (reply.status, reply.header("location")) == (200, "")
    assert "John" not in reply.text
    ask(cloud, contact)
    assert len(outbox(cloud)) == 1


def test_reading_changes_nothing(cloud: Cloud, contact: str) -> None:
    path = asked(cloud, contact)
    before = cloud.table()

    for method in ("GET", "HEAD"):
        for _ in range(3):
            assert cloud.request(method, path, headers={"Accept": HTML}).status == 200

    assert cloud.table() == before


def test_only_the_address_that_stopped_them_undoes_it(cloud: Cloud, contact: str) -> None:
    other, path = asked(cloud, contact), asked(cloud, contact)
    one_click(cloud, path)

    assert "undo" not in Visitor(cloud).get(other).text
    assert "will send no more surveys" in words(undo(cloud, other))
    ask(cloud, contact)
    assert len(outbox(cloud)) == 1

    assert "may send surveys to p***@example.com again" in words(undo(cloud, path))
    assert undo(cloud, path).status == 200
    ask(cloud, contact)
    assert len(outbox(cloud)) == 2
    assert told(cloud, path.split("/")[2]) == ["link.unsubscribed", "link.resubscribed"]


def test_a_choice_may_change_any_number_of_times(cloud: Cloud, contact: str) -> None:
    path = asked(cloud, contact)
    for _ in range(2):
        for act in (one_click, one_click, undo, undo):
            act(cloud, path)
            cloud.clock.advance(timedelta(seconds=1))

    assert told(cloud, path.split("/")[2]) == ["link.unsubscribed", "link.resubscribed"] * 2


def test_a_program_is_told_in_json(cloud: Cloud, contact: str) -> None:
    path, program = asked(cloud, contact), Visitor(cloud, JSON)

    said = [program.get(path), program.post(path), program.get(path), program.post(path, {"undo": True})]

    assert [reply.json()["surveys"] for reply in said] == ["allowed", "stopped", "stopped", "allowed"]


def test_it_outlives_the_link(cloud: Cloud, contact: str) -> None:
    """A link that was answered, withdrawn or has expired still takes an opt-out, and its retention does not end one."""
    path, url = asked(cloud, contact), link_in(cloud)
    rid = parts(url)[0]
    reply = cloud.post(f"/links/{rid}/revoke", {}, MANAGER)
    assert reply.status == 200
    cloud.clock.advance(timedelta(days=10))

    assert one_click(cloud, path).status == 200
    assert wiring.deps().retention.delete_ended(rid, wiring.deps().now() + timedelta(days=99))
    cloud.outbox.clear()
    ask(cloud, contact)

    assert outbox(cloud) == []


def test_an_sms_has_no_room_for_it_so_its_landing_page_leads_there(cloud: Cloud) -> None:
    tenants: Any = wiring.deps().tenants
    tenants.put_tenant(dataclasses.replace(demo.DEMO, asserts_sms_consent=True))
    phone = "+447700900123"
    ask(cloud, phone)
    url = link_in(cloud)
    rid, secret = parts(url)
    assert "/o/" not in outbox(cloud)[0]["text"]
    person = Visitor(cloud)
    assert f'formaction="/l/{rid}/opt-out"' in person.get(f"/l/{rid}").text

    offered = person.post(f"/l/{rid}/opt-out", {"secret": f"{secret}&score=9"})
    assert "no more surveys from Example Bank at +4*********23" in words(offered)
    ask(cloud, phone)
    assert len(outbox(cloud)) == 2  # looking changed nothing

    path = offered.text.partition('<form method="post" action="')[2].partition('"')[0]
    assert person.post(path).status == 200
    ask(cloud, phone)
    assert len(outbox(cloud)) == 2


def test_a_page_without_the_secret_asks_for_it(cloud: Cloud) -> None:
    rid = parts(survey_link(cloud))[0]

    assert Visitor(cloud).post(f"/l/{rid}/opt-out", {"secret": ""}).status == 422
    assert Visitor(cloud, JSON).post(f"/l/{rid}/opt-out").status == 422
    assert Visitor(cloud).post(f"/l/{rid}/opt-out", {"secret": "A" * 22}).status == 404


def test_other_links_have_no_opt_out(cloud: Cloud) -> None:
    url = CUSTOMER_LINK.url(CUSTOMER_LINK.make(cloud))
    rid, secret = parts(url)

    assert "opt-out" not in Visitor(cloud).get(f"/l/{rid}").text
    assert "/o/" not in outbox(cloud)[0]["text"]
    assert Visitor(cloud).post(f"/l/{rid}/opt-out", {"secret": secret}).status == 404


def test_a_wrong_secret_is_an_unknown_link(cloud: Cloud, contact: str) -> None:
    path, unknown = asked(cloud, contact), "A" * 22
    rid, secret = path.split("/")[2:]
    link_secret = parts(link_in(cloud))[1]
    guesses = [f"/o/{rid}/{unknown}", f"/o/{unknown}/{secret}", f"/o/{rid}/{link_secret}", f"/o/{rid}/x", "/o/x/y"]
    replies = {cloud.request(method, guess).text for method in ("GET", "POST") for guess in guesses}

    assert replies == {Visitor(cloud).get(f"/l/{unknown}").text}
    assert Visitor(cloud).post(f"/l/{rid}", {"secret": secret}).status == 404  # it opens nothing


def test_wrong_secrets_are_counted(cloud: Cloud, contact: str) -> None:
    path = asked(cloud, contact)
    rid = path.split("/")[2]

    statuses = [cloud.request("GET", f"/o/{rid}/{'A' * 22}").status for _ in range(110)]

    assert (statuses[0], statuses[-1]) == (404, 429)
    assert one_click(cloud, path).status == 200  # a right one is never refused
    cloud.clock.advance(timedelta(minutes=1))


def test_a_link_is_unsubscribed_only_at_its_host(cloud: Cloud, contact: str) -> None:
    path = asked(cloud, contact)

    with cloud.at("links.elsewhere.example"):
        assert one_click(cloud, path).status == 404


def test_erasure_ends_the_address_and_keeps_the_choice(cloud: Cloud, contact: str) -> None:
    """Only a hash stays. Without it, the next survey would reach somebody who wanted neither."""
    path, other = asked(cloud, contact), asked(cloud, contact)
    one_click(cloud, path)
    assert cloud.post("/recipients/erase", {"recipient": contact}, MANAGER).json()["links"] == 2
    cloud.outbox.clear()
    ask(cloud, contact)

    assert outbox(cloud) == []
    assert {one_click(cloud, path).status, undo(cloud, path).status, one_click(cloud, other).status} == {404}


def test_no_reminder_follows(cloud: Cloud, contact: str) -> None:
    tenants: Any = wiring.deps().tenants
    campaign = wiring.deps().tenants.definition(Campaign, demo.DEMO.id, demo.CAMPAIGN)
    assert campaign
    tenants.put_definition(demo.DEMO.id, dataclasses.replace(campaign, reminders=(timedelta(days=1),)))
    path, url = asked(cloud, contact), link_in(cloud)
    one_click(cloud, path)
    cloud.settle()
    cloud.clock.advance(timedelta(days=1, minutes=1))
    cloud.settle()

    assert len(outbox(cloud)) == 1
    assert link_item(cloud, url)["deliveries"]["email"]["state"] == "sent"


def test_every_message_of_a_survey_has_its_own_address(cloud: Cloud, contact: str) -> None:
    path, url = asked(cloud, contact), link_in(cloud)
    cloud.clock.advance(timedelta(minutes=5))
    assert cloud.post(f"/links/{parts(url)[0]}/resend", {"replace": True}, MANAGER).status == 200
    newer = urlsplit(opt_out_in(cloud)).path

    assert newer != path
    assert len(link_item(cloud, url)["opt_outs"]) == 3  # the reply's, too
    one_click(cloud, path)  # its message was replaced, but people may still act on it
    assert Visitor(cloud, JSON).get(newer).json() == {"surveys": "stopped"}
    refused = cloud.post(f"/links/{parts(url)[0]}/resend", {}, MANAGER)
    assert (refused.status, "has no address that a message may be sent to" in refused.text) == (400, True)


def test_a_replaced_link_has_opt_outs_of_its_own(cloud: Cloud, contact: str) -> None:
    path, url = asked(cloud, contact), link_in(cloud)
    replaced = cloud.post(f"/links/{parts(url)[0]}/replace", {"email": "ben@example.com"}, MANAGER)
    assert replaced.status == 200, replaced.text
    newer = urlsplit(opt_out_in(cloud)).path
    one_click(cloud, newer)
    ask(cloud, "ben@example.com")
    assert Visitor(cloud, JSON).get(path).json() == {"surveys": "allowed"}  # the old address is another person's
    ask(cloud, contact)

    assert [message["to"] for message in outbox(cloud)] == [contact, "ben@example.com", contact]


def test_results_of_a_campaign_stay(cloud: Cloud, contact: str) -> None:
    path, url = asked(cloud, contact), link_in(cloud)
    person = Visitor(cloud, JSON)
    person.open(url)
    assert person.post(f"{person.thing}/submit", {"data": {"rating": 5}}).status == 201
    before = cloud.request("GET", f"/campaigns/{demo.CAMPAIGN}/results", headers=MANAGER).json()

    one_click(cloud, path)

    assert cloud.request("GET", f"/campaigns/{demo.CAMPAIGN}/results", headers=MANAGER).json() == before
    assert [each["status"] for each in before["results"] if each["rid"] == parts(url)[0]] == ["Submitted"]


def test_both_addresses_of_a_recipient_are_stopped_and_undone_together(cloud: Cloud, contact: str) -> None:
    path, url = asked(cloud, contact), link_in(cloud)
    rid, secret = path.split("/")[2:]
    deps = wiring.deps()
    both = Recipient(email=contact, phone="+447700900199")
    table, key = cloud.environment()["TABLE_NAME"], {"pk": {"S": rid}, "sk": {"S": "link"}}
    cloud.aws.client("dynamodb").update_item(
        TableName=table,
        Key=key,
        UpdateExpression="SET recipient.phone = :phone",
        ExpressionAttributeValues={":phone": {"S": both.phone}},
    )
    request = OptOut(rid=rid, secret=secret)

    stopped = stop_surveys(request, deps)
    assert (stopped.stopped, stopped.addresses) == (True, [contact, both.phone])
    assert set(deps.suppressions.among(demo.DEMO.id, stopped.addresses, surveys=True).values()) == {"unsubscribed"}
    assert deps.suppressions.among(demo.DEMO.id, stopped.addresses) == {}
    assert not allow_surveys(request, deps).stopped
    assert deps.suppressions.unsubscribed(demo.DEMO.id, stopped.addresses) == {}
    assert parts(url)[0] == rid


def test_the_store_refuses_what_is_not_so(cloud: Cloud, contact: str) -> None:
    path = asked(cloud, contact)
    rid, secret = path.split("/")[2:]
    deps, right, wrong = wiring.deps(), opt_out_hash(rid, secret), opt_out_hash(rid, "A" * 22)
    link, now, tenant = deps.links.get(rid), deps.now(), demo.DEMO.id
    assert link
    refuses = pytest.raises(NotChanged)
    with refuses:
        deps.suppressions.unsubscribe(link, [contact], wrong, now)
    with refuses:
        deps.suppressions.resubscribe(link, [contact], right, now)  # nothing was stopped
    assert deps.suppressions.unsubscribed(tenant, [contact]) == {}
    deps.suppressions.unsubscribe(link, [contact], right, now)
    with refuses:
        deps.suppressions.unsubscribe(link, [contact], right, now)
    (of_reply,) = link.opt_outs - {right}
    for other in (wrong, of_reply):  # the second belongs to the link, and did not stop them
        with refuses:
            deps.suppressions.resubscribe(link, [contact], other, now)
    deps.administration.erase(link, "0" * 32, now)
    with refuses:
        deps.suppressions.resubscribe(link, [contact], right, now)
    assert deps.suppressions.unsubscribed(tenant, [contact]) == {contact: right}
