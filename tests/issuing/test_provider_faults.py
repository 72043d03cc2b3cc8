"""If a provider fails while a link is created, the link exists, and the reply says so as far as the dialect can."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.vendor_calls import CUSTOMER_LINK, SEND, SURVEY

if TYPE_CHECKING:
    from tests.support.cloud import Cloud


def fail(cloud: Cloud, service: str, error: str, times: int = 1) -> None:
    assert cloud.post("/_local/faults", {"service": service, "error": error, "times": times}).status == 200


@pytest.mark.parametrize(
    ("service", "error", "said"),
    [
        ("ses", "reject", "email: refused"),
        ("ses", "throttle", "email: delayed, Linkgate keeps trying"),
        ("ses", "timeout_after", "email: delayed, Linkgate keeps trying"),
        ("sns", "reject", "sms: refused"),
        ("sns", "throttle", "sms: delayed, Linkgate keeps trying"),
        ("sns", "timeout_after", "sms: delayed, Linkgate keeps trying"),
    ],
)
def test_easysend_and_trendsic_say_what_failed(cloud: Cloud, service: str, error: str, said: str) -> None:
    both = {**CUSTOMER_LINK.body, "recipientPhone": "+447700900123", "deliverSms": True}

    fail(cloud, service, error)
    easysend = SEND.make(cloud)
    fail(cloud, service, error)
    trendsic = CUSTOMER_LINK.make(cloud, both)

    assert (easysend.status, easysend.json()["deliveryErrors"]) == (200, [said])
    assert (trendsic.status, trendsic.json()["deliveryErrors"]) == (200, [said])


def test_both_channels_fail(cloud: Cloud) -> None:
    fail(cloud, "ses", "reject")
    fail(cloud, "sns", "throttle")

    assert SEND.make(cloud).json()["deliveryErrors"] == ["email: refused", "sms: delayed, Linkgate keeps trying"]


def test_digidesk_has_made_the_request_all_the_same(cloud: Cloud) -> None:
    fail(cloud, "ses", "throttle")

    response = SURVEY.make(cloud)

    assert (response.status, response.json()["message"]) == (201, None)


def test_the_link_remembers_the_outcome(cloud: Cloud) -> None:
    fail(cloud, "sns", "throttle")
    SEND.make(cloud)

    (link,) = (item for item in cloud.table() if item["sk"] == "link" and "deliveries" in item)
    deliveries = link["deliveries"]
    assert (deliveries["email"]["state"], deliveries["email"]["copies"]) == ("sent", 1)
    assert (deliveries["sms"]["state"], deliveries["sms"]["copies"]) == ("delayed", 0)
    assert "due" in deliveries["sms"]


@pytest.mark.parametrize("body", [SEND.body], ids=["send-link"])
def test_the_table_is_out_of_reach(cloud: Cloud, body: object) -> None:
    fail(cloud, "dynamodb", "throttle", times=50)

    response = SEND.make(cloud, body)

    assert response.status == 503
    assert response.json()["error"]["code"] == "unavailable"
    assert int(response.header("retry-after") or 0) > 0


def test_no_consent_no_sms(cloud: Cloud) -> None:
    """Contact 2 has a phone but gave no consent. An address in the request counts separately."""
    asked = {**CUSTOMER_LINK.body, "recipientContactId": 2, "deliverSms": True}
    del asked["recipientEmail"]

    reply = CUSTOMER_LINK.make(cloud, asked).json()

    assert reply["deliveryErrors"] == ["sms: no consent"]
    assert reply["link"]["smsConsentSnapshot"] is False
    assert [message.channel for message in cloud.outbox.messages()] == ["email"]
