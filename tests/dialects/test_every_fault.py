"""A caller learns of all faults in one reply: of presence, type, format, and of values that only the tenant knows."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from local import demo
from tests.support.vendor_calls import CUSTOMER_LINK, GENERATE, SEND, SESSION, SURVEY

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.support.cloud import Cloud

MANAGER = {"Authorization": f"Bearer {demo.MANAGE_KEY}"}


def nothing_happened(cloud: Cloud) -> bool:
    cloud.settle()
    return not [item for item in cloud.table() if item["sk"] == "link"] and not cloud.outbox.messages()


def trendsic_faults(cloud: Cloud, **fields: object) -> list[tuple[str, str]]:
    reply = CUSTOMER_LINK.make(cloud, {**CUSTOMER_LINK.body, **fields})
    assert reply.status == 400, reply.text
    return [(each["fieldName"], each["errorCode"]) for each in reply.json()["responseStatus"]["errors"]]


def test_trendsic(cloud: Cloud) -> None:
    faults = trendsic_faults(
        cloud, maxViews="many", deliverSms="perhaps", resourceType="Nothing", recipientEmail="nobody"
    )

    assert {name for name, _ in faults} == {"MaxViews", "DeliverSms", "ResourceType", "RecipientEmail"}
    assert len(faults) == len({name for name, _ in faults})
    assert nothing_happened(cloud)


def test_trendsic_does_not_ask_for_an_address_that_it_could_not_read(cloud: Cloud) -> None:
    assert [name for name, _ in trendsic_faults(cloud, recipientEmail=["a@example.com"])] == ["RecipientEmail"]
    assert nothing_happened(cloud)


def test_digidesk(cloud: Cloud) -> None:
    body = {**SURVEY.body, "customer_contact": "nobody", "campaign_name": "nothing", "agent_name": 5, "format": "yaml"}
    sentences = SURVEY.make(cloud, body).json()["messages"]

    assert [sentence.partition(" ")[0] for sentence in sentences] == [
        "agent_name",
        "format",
        "customer_contact",
        "campaign_name",
    ]
    assert nothing_happened(cloud)


def test_digidesk_says_each_fault_once(cloud: Cloud) -> None:
    sentences = SURVEY.make(cloud, {**SURVEY.body, "customer_contact": None, "campaign_name": " "}).json()["messages"]

    assert sentences == ["customer_contact is required.", "campaign_name is required."]


def test_ocular(cloud: Cloud) -> None:
    body: dict[str, Any] = {
        **SESSION.body,
        "name": 5,
        "cellphone": "0414",
        "email": "nobody",
        "categoryCode": "nothing",
    }
    reply = SESSION.make(cloud, body, X_Requested_With="fetch")

    assert reply.status == 400
    assert set(reply.json()["detail"]) == {"X-Requested-With", "name", "cellphone", "email", "categoryCode"}
    assert all(len(sentences) == 1 for sentences in reply.json()["detail"].values())
    assert nothing_happened(cloud)


def easysend_faults(cloud: Cloud, **fields: object) -> list[str]:
    reply = SEND.make(cloud, {**SEND.body, **fields})
    assert reply.status == 400, reply.text
    return [each["field"] for each in reply.json()["error"]["fields"]]


def test_easysend(cloud: Cloud) -> None:
    model = {"metadata": {"email": "nobody", "phone": "1"}}

    assert easysend_faults(cloud, apiVersion="2", coBrowsingRoles=[1], serializedModel=model) == [
        "apiVersion",
        "coBrowsingRoles",
        "serializedModel/metadata/email",
        "serializedModel/metadata/phone",
    ]
    assert easysend_faults(cloud, apiVersion="2", processId="nothing") == ["apiVersion", "processId"]
    assert nothing_happened(cloud)


def test_an_unknown_process_alone_is_not_found(cloud: Cloud) -> None:
    assert GENERATE.make(cloud, {**GENERATE.body, "processId": "nothing"}).status == 404


def manage_faults(cloud: Cloud, entry: Mapping[str, object]) -> list[str]:
    reply = cloud.post("/links/batch", {"links": [entry]}, MANAGER).json()
    (result,) = reply["results"]
    assert result["status"] == 400, reply
    return [each["field"] for each in result["problem"]["fields"]]


def test_entries_of_a_batch(cloud: Cloud) -> None:
    resource = {"kind": "resource", "resourceType": "Nothing", "resourceUid": 5, "email": "nobody", "extra": 1}
    assert sorted(manage_faults(cloud, {**resource, "hours": "many"})) == [
        "email",
        "extra",
        "hours",
        "resourceType",
        "resourceUid",
    ]
    survey = {"kind": "survey", "campaign": "nothing", "agentName": 5}
    assert sorted(manage_faults(cloud, {**survey, "contact": "nobody"})) == ["agentName", "campaign", "contact"]
    assert sorted(manage_faults(cloud, survey)) == ["agentName", "campaign", "contact"]
    session = {"kind": "session", "name": "Ana", "cellphone": "1", "category": "nothing", "email": 5}
    assert sorted(manage_faults(cloud, session)) == ["category", "cellphone", "email"]
    process = {"kind": "process", "process": "nothing", "notify": "perhaps"}
    assert sorted(manage_faults(cloud, process)) == ["notify", "process"]
    known = {"kind": "process", "process": demo.PROCESS, "notify": "x", "data": {"metadata": {"email": "nobody"}}}
    assert sorted(manage_faults(cloud, known)) == ["data/metadata/email", "notify"]
    assert nothing_happened(cloud)


def body_faults(cloud: Cloud, path: str, body: Mapping[str, object], method: str = "POST") -> list[str]:
    headers = {**MANAGER, "Content-Type": "application/json"}
    reply = cloud.request(method, path, json.dumps(body), headers)
    assert reply.status == 400, reply.text
    return sorted(each["field"] for each in reply.json()["fields"])


def test_bodies_of_the_management_api(cloud: Cloud) -> None:
    made = CUSTOMER_LINK.make(cloud, {**CUSTOMER_LINK.body, "deliverEmail": False})
    rid = CUSTOMER_LINK.url(made).rpartition("/l/")[2].partition("#")[0]

    contact = {"name": 5, "email": "nobody", "phone": "1", "timeZone": "Nowhere"}
    assert body_faults(cloud, "/contacts/7", contact, "PUT") == ["email", "name", "phone", "timeZone"]
    assert body_faults(cloud, "/recipients/erase", {"recipient": "nobody", "dryRun": "x"}) == ["dryRun", "recipient"]
    replacement = {"email": "nobody", "phone": "1", "smsConsent": "x"}
    assert body_faults(cloud, f"/links/{rid}/replace", replacement) == ["email", "phone", "smsConsent"]
    cloud.settle()
    assert cloud.outbox.messages() == []


def test_an_entry_that_could_be_read_is_not_made_by_its_faults(cloud: Cloud) -> None:
    entry = {"kind": "resource", "resourceType": "Invoice", "resourceUid": "1" * 32, "email": "ana@example.com"}

    assert manage_faults(cloud, {**entry, "channels": ["email"], "hours": "many"}) == ["hours"]
    assert nothing_happened(cloud)


def test_parameters_of_a_list(cloud: Cloud) -> None:
    reply = cloud.request("GET", "/links?limit=0&recipient=nobody&colour=blue", headers=MANAGER)

    assert reply.status == 400
    assert sorted(each["field"] for each in reply.json()["fields"]) == ["colour", "limit", "recipient"]
    reply = cloud.request("GET", "/links?limit=0&resourceType=Invoice", headers=MANAGER)
    assert sorted(each["field"] for each in reply.json()["fields"]) == ["limit", "resourceUid"]
