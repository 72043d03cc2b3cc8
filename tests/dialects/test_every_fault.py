"""A caller learns of all faults in one reply: of presence, type, format, and of values that only the tenant knows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.support.vendor_calls import CUSTOMER_LINK, GENERATE, SEND, SESSION, SURVEY

if TYPE_CHECKING:
    from tests.support.cloud import Cloud


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
