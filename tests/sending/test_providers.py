"""Requests to the two providers, and messages that never reach them."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from botocore import exceptions
from hypothesis import given
from hypothesis import strategies as st
from moto import mock_aws
from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.ses.models import ses_backends
from moto.sns.models import sns_backends

from linkgate.aws.client_settings import PROVIDER_TIMEOUT, provider_config
from linkgate.model.link import DeliveryState, Kind
from linkgate.ports.delivery import CodeMessage, SendOutcome
from linkgate.sending.providers import EmailSender, SmsSender
from tests.support.provider_clients import REGION, offline_ses, offline_sns, recorded, send, ses_client, sns_client
from tests.support.sample_messages import (
    ACME,
    MAIL_FROM,
    OPT_OUT,
    PHONE,
    RID,
    URL,
    code_message,
    link_message,
    sms_code,
    sms_message,
)

if TYPE_CHECKING:
    from typing import Any

    from types_boto3_sesv2 import SESV2Client

    from linkgate.ports.delivery import LinkMessage


def captured_email(message: LinkMessage | CodeMessage, configuration_set: str | None = None) -> dict[str, Any]:
    """Send a message and return the parameters that reach SES."""
    with recorded(offline_ses()) as seen:
        outcome = send(EmailSender(offline_ses, MAIL_FROM, configuration_set), message)
    assert outcome == SendOutcome(DeliveryState.SENT, message_id="m-1")
    (params,) = seen
    return params


def captured_sms(message: LinkMessage | CodeMessage) -> dict[str, Any]:
    """Send a message and return the parameters that reach SNS."""
    with recorded(offline_sns()) as seen:
        outcome = send(SmsSender(offline_sns), message)
    assert outcome == SendOutcome(DeliveryState.SENT, message_id="m-1")
    (params,) = seen
    return params


def test_ses_gets_structured_content_and_tags() -> None:
    params = captured_email(link_message(attempt=3), "deliveries")
    simple = params["Content"].pop("Simple")

    assert params == {
        "FromEmailAddress": f"Acme Savings Bank <{MAIL_FROM}>",
        "Destination": {"ToAddresses": ["maria@customer.example"]},
        "Content": {},
        "ConfigurationSetName": "deliveries",
        "EmailTags": [
            {"Name": "rid", "Value": RID},
            {"Name": "channel", "Value": "email"},
            {"Name": "attempt", "Value": "3"},
        ],
    }
    assert simple["Subject"] == {"Data": "Acme Savings Bank: Account opening", "Charset": "UTF-8"}
    assert {name: part["Charset"] for name, part in simple["Body"].items()} == {"Text": "UTF-8", "Html": "UTF-8"}
    assert "Headers" not in simple


def test_reply_to_and_unsubscribe_are_sent_where_there_are_any() -> None:
    tenant = replace(ACME, reply_to="help@acme.example", unsubscribe="mailto:stop@acme.example")
    params = captured_email(link_message(tenant=tenant, kind=Kind.SURVEY, opt_out=OPT_OUT))

    assert params["ReplyToAddresses"] == ["help@acme.example"]
    assert params["Content"]["Simple"]["Headers"] == [
        {"Name": "List-Unsubscribe", "Value": f"<{OPT_OUT}>, <mailto:stop@acme.example>"},
        {"Name": "List-Unsubscribe-Post", "Value": "List-Unsubscribe=One-Click"},
    ]


def test_a_code_mail_is_not_tagged_as_a_delivery_of_the_link() -> None:
    tags = {tag["Name"]: tag["Value"] for tag in captured_email(code_message())["EmailTags"]}

    assert tags == {"rid": RID, "channel": "email", "purpose": "code"}


@given(name=st.text(max_size=60), tenant=st.text(max_size=60), title=st.text(max_size=60))
def test_no_name_reaches_a_header_it_was_not_meant_for(name: str, tenant: str, title: str) -> None:
    params = captured_email(link_message(name=name, title=title, tenant=replace(ACME, name=tenant)))

    assert set(params) == {"FromEmailAddress", "Destination", "Content", "EmailTags"}
    assert params["Destination"] == {"ToAddresses": ["maria@customer.example"]}
    assert set(params["Content"]["Simple"]) == {"Subject", "Body"}
    for header in (params["FromEmailAddress"], params["Content"]["Simple"]["Subject"]["Data"]):
        assert not re.search(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]", header)


def test_sns_gets_a_number_a_transactional_text_and_the_tenants_sender_id() -> None:
    params = captured_sms(sms_message(tenant=replace(ACME, sms_sender="AcmeBank")))

    assert params["PhoneNumber"] == PHONE
    assert params["Message"].endswith(URL)
    assert params["MessageAttributes"] == {
        "AWS.SNS.SMS.SMSType": {"DataType": "String", "StringValue": "Transactional"},
        "AWS.SNS.SMS.SenderID": {"DataType": "String", "StringValue": "AcmeBank"},
    }
    assert set(params) == {"PhoneNumber", "Message", "MessageAttributes"}


@pytest.mark.parametrize("sender_id", [None, "", "12345", "Acme Bank", "AcmeSavingsBank", "AB", "Ñandú"])
def test_a_sender_id_that_sns_does_not_allow_is_left_out(sender_id: str | None) -> None:
    params = captured_sms(sms_code(tenant=replace(ACME, sms_sender=sender_id)))

    assert set(params["MessageAttributes"]) == {"AWS.SNS.SMS.SMSType"}


@pytest.mark.parametrize("number", ["", "5550100200", "+0123456789", "+1555010020012345", "+1 555 0100", "+15550100\n"])
def test_a_number_that_is_not_e164_never_reaches_the_provider(number: str) -> None:
    sender = SmsSender(_never)

    assert sender.send_link(sms_message(to=number)) == SendOutcome(DeliveryState.REFUSED, reason="invalid_address")


def test_what_cannot_be_composed_is_refused_without_a_call() -> None:
    email = EmailSender(_never, MAIL_FROM)
    two = "a@b.example,c@d.example"

    assert email.send_link(link_message(to=two)) == SendOutcome(DeliveryState.REFUSED, reason="invalid_address")
    assert EmailSender(_never, "").send_link(link_message()) == SendOutcome(
        DeliveryState.DELAYED, reason="misconfigured"
    )
    assert email.send_code(code_message(to=two)) == SendOutcome(DeliveryState.REFUSED, reason="invalid_address")
    assert SmsSender(_never).send_link(sms_message(url=URL + "x" * 160)) == SendOutcome(
        DeliveryState.REFUSED, reason="too_long"
    )


def test_our_own_mistakes_are_not_outcomes() -> None:
    sender = EmailSender(offline_ses, MAIL_FROM, configuration_set=object())  # type: ignore[arg-type]

    with pytest.raises(exceptions.ParamValidationError):
        sender.send_link(link_message())


def test_importing_the_senders_loads_no_sdk_and_no_tables() -> None:
    heavy = "{'boto3', 'botocore', 'anyascii', 'email', 'pydantic'}"
    program = f"import sys, linkgate.sending.providers; sys.exit(str({heavy} & set(sys.modules) or '') or None)"
    done = subprocess.run(
        [sys.executable, "-c", program], check=False, capture_output=True, text=True, env=_environment()
    )

    assert (done.returncode, done.stderr) == (0, "")


def test_a_client_is_made_once_and_only_when_something_is_sent() -> None:
    made = []

    def make() -> SESV2Client:
        made.append(1)
        return ses_client()

    with mock_aws():
        _verify_sender()
        sender = EmailSender(make, MAIL_FROM)
        assert made == []
        sender.send_link(link_message())
        sender.send_link(link_message())
    assert made == [1]


def test_clients_try_once_and_give_up_within_the_promised_time() -> None:
    made = vars(provider_config())

    assert made["retries"] == {"total_max_attempts": 1, "mode": "standard"}
    assert (made["connect_timeout"], made["read_timeout"]) == (1, 5)
    assert made["connect_timeout"] + made["read_timeout"] <= PROVIDER_TIMEOUT.total_seconds()
    assert EmailSender(_never, MAIL_FROM).timeout == SmsSender(_never).timeout == PROVIDER_TIMEOUT


@mock_aws
def test_a_mail_arrives_in_moto() -> None:
    _verify_sender()
    outcome = EmailSender(ses_client, MAIL_FROM).send_link(link_message())

    backend = ses_backends[DEFAULT_ACCOUNT_ID][REGION]
    (message,) = backend.sent_messages
    assert outcome == SendOutcome(DeliveryState.SENT, message_id=message.id)
    assert message.destinations == {"ToAddresses": ["maria@customer.example"]}
    assert message.subject == "Acme Savings Bank: Account opening"


@mock_aws
def test_an_sms_arrives_in_moto() -> None:
    outcome = SmsSender(sns_client).send_code(sms_code())

    backend = sns_backends[DEFAULT_ACCOUNT_ID][REGION]
    ((message_id, (number, text)),) = backend.sms_messages.items()
    assert outcome == SendOutcome(DeliveryState.SENT, message_id=message_id)
    assert number == PHONE
    assert text.endswith("#042917")


@mock_aws
def test_a_sender_that_moto_does_not_know_is_a_refusal() -> None:
    outcome = EmailSender(ses_client, "nobody@unverified.example").send_link(link_message())

    assert outcome == SendOutcome(DeliveryState.REFUSED, reason="rejected")


def _environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}


def _verify_sender() -> None:
    ses_client().create_email_identity(EmailIdentity=MAIL_FROM)


def _never() -> Any:
    pytest.fail("no client is needed")
