"""Recipients of links, and errors for channels that cannot be used."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

import pytest

from linkgate import wiring
from linkgate.model.tenant import Contact
from linkgate.store.tenants import DynamoTenants
from local import demo
from tests.support.trendsic_calls import UID, post

if TYPE_CHECKING:
    from tests.support.cloud import Cloud


def share(cloud: Cloud, members: str, resource_type: str = "Invoice") -> dict[str, Any]:
    reply = post(cloud, f'{{"resourceType":"{resource_type}","resourceUid":"{UID}",{members}}}')
    assert reply.status == 200, reply.body
    value: dict[str, Any] = reply.json()
    return value


def sent(cloud: Cloud) -> list[tuple[str, str]]:
    return sorted((message.channel, message.to) for message in cloud.outbox.messages())


def registry() -> DynamoTenants:
    tenants = wiring.deps().tenants
    assert isinstance(tenants, DynamoTenants)
    return tenants


def refuse_raw_numbers() -> None:
    """Stop the demo tenant's callers from vouching for phone numbers."""
    tenant = dataclasses.replace(demo.DEMO, asserts_sms_consent=False)
    registry().put_tenant(tenant)


def test_a_contact_with_consent(cloud: Cloud) -> None:
    reply = share(cloud, '"recipientContactId":1,"deliverEmail":true,"deliverSms":true')

    link = reply["link"]
    assert link["recipientContactId"] == 1
    assert link["recipientDisplayName"] == "Ada Lovelace"
    assert link["recipientType"] == "Customer"
    assert link["recipientEmail"] == "ada@example.com"
    assert link["recipientPhone"] == "+447700900001"
    assert link["smsConsentSnapshot"] is True
    assert link["deliveryChannels"] == "Email,Sms"
    assert reply["deliveryErrors"] == []
    assert sent(cloud) == [("email", "ada@example.com"), ("sms", "+447700900001")]


def test_a_contact_without_consent(cloud: Cloud) -> None:
    reply = share(cloud, '"recipientContactId":2,"deliverEmail":true,"deliverSms":true')

    assert reply["link"]["smsConsentSnapshot"] is False
    assert reply["link"]["deliveryChannels"] == "Email"
    assert reply["deliveryErrors"] == ["sms: no consent"]
    assert sent(cloud) == [("email", "charles@example.com")]


def test_the_snapshot_stays_as_it_was_when_the_link_was_made(cloud: Cloud) -> None:
    share(cloud, '"recipientContactId":1')
    registry().put_contact(demo.DEMO.id, Contact(1, "Countess of Lovelace", phone="+447700900001"))

    [listed] = cloud.get(
        f"/v1/customerlink/resource/Invoice/{UID}", authorization=f"Bearer {demo.TRENDSIC_KEY}"
    ).json()["links"]

    assert listed["recipientDisplayName"] == "Ada Lovelace"
    assert listed["recipientEmail"] == "ada@example.com"
    assert listed["smsConsentSnapshot"] is True


def test_an_explicit_address_is_used_in_the_contacts_place(cloud: Cloud) -> None:
    reply = share(cloud, '"recipientContactId":1,"recipientEmail":"Other@Example.com","deliverEmail":true')

    assert reply["link"]["recipientDisplayName"] == "Ada Lovelace"
    assert reply["link"]["recipientEmail"] == "Other@Example.com"
    assert reply["link"]["recipientPhone"] == "+447700900001"
    assert sent(cloud) == [("email", "Other@example.com")]


@pytest.mark.parametrize(
    ("members", "consent"),
    [
        # the contact's consent covers the contact's own number, in any spelling
        ('"recipientContactId":1', True),
        ('"recipientContactId":1,"recipientPhone":"07700 900001"', True),
        ('"recipientContactId":1,"recipientPhone":"+447700900009"', False),
        ('"recipientContactId":2,"recipientPhone":"+447700900002"', False),
        ('"recipientPhone":"+447700900001"', False),
    ],
)
def test_whose_consent_counts_where_callers_do_not_vouch(cloud: Cloud, members: str, *, consent: bool) -> None:
    refuse_raw_numbers()

    reply = share(cloud, f'{members},"deliverSms":true')

    assert reply["link"]["smsConsentSnapshot"] is consent
    assert reply["deliveryErrors"] == ([] if consent else ["sms: no consent"])
    assert len(sent(cloud)) == consent


def test_a_refusal_on_file_outweighs_the_callers_word_for_that_number(cloud: Cloud) -> None:
    reply = share(cloud, '"recipientContactId":2,"recipientPhone":"+447700900002","deliverSms":true')

    assert reply["deliveryErrors"] == ["sms: no consent"]


def test_a_channel_without_an_address(cloud: Cloud) -> None:
    reply = share(cloud, '"recipientEmail":"jane@example.com","deliverEmail":true,"deliverSms":true')

    assert reply["deliveryErrors"] == ["sms: no address"]
    assert sent(cloud) == [("email", "jane@example.com")]


def test_a_contact_of_another_tenant_is_unknown(cloud: Cloud) -> None:
    body = f'{{"resourceType":"Invoice","resourceUid":"{UID}","recipientContactId":2}}'

    reply = post(cloud, body, authorization="Bearer other-trendsic-key")

    assert reply.status == 400
    [error] = reply.json()["responseStatus"]["errors"]
    assert (error["errorCode"], error["fieldName"]) == ("Predicate", "RecipientContactId")


def test_addresses_come_back_as_sent(cloud: Cloud) -> None:
    reply = share(cloud, '"recipientEmail":"jane@EXAMPLE.com","recipientPhone":"07700 900123","deliverSms":true')

    assert reply["link"]["recipientEmail"] == "jane@EXAMPLE.com"
    assert reply["link"]["recipientPhone"] == "07700 900123"
    assert sent(cloud) == [("sms", "+447700900123")]


def test_the_server_decides_on_one_time_codes(cloud: Cloud) -> None:
    link = share(cloud, '"recipientContactId":1,"requireOtp":false,"sensitivityTier":"standard"', "MedicalReport")[
        "link"
    ]

    assert link["sensitivityTier"] == "confidential"
    assert link["requireOtp"] is True
    assert link["otpChannel"] == "Sms"
    assert link["maxViews"] == 10


def test_a_code_that_could_go_nowhere(cloud: Cloud) -> None:
    registry().put_contact(demo.DEMO.id, Contact(3, "No Body"))
    body = f'{{"resourceType":"MedicalReport","resourceUid":"{UID}","recipientContactId":3}}'

    reply = post(cloud, body)

    assert reply.status == 400
    [error] = reply.json()["responseStatus"]["errors"]
    assert (error["errorCode"], error["fieldName"]) == ("NotEmpty", "RecipientContactId")
    assert "one-time codes" in error["message"]


def test_a_provider_that_refuses_is_told_beside_the_link(cloud: Cloud) -> None:
    cloud.post("/_local/faults", {"service": "ses", "error": "reject", "times": 1})

    reply = share(cloud, '"recipientEmail":"jane@example.com","deliverEmail":true')

    assert reply["deliveryErrors"] == ["email: refused"]
    assert reply["portalUrl"]
