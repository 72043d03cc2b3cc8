"""Providers of messages: Amazon SES v2 for e-mail and Amazon SNS for SMS, with one attempt per call.

Neither provider supports idempotent sending, so the SDK must not repeat a call by itself. The decision to send again is
made where attempts are counted. The code that composes messages is loaded with the first message, because it would take
3 % of the cold start of a call that sends none.
"""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING

from linkgate.aws.client_settings import PROVIDER_TIMEOUT
from linkgate.model.delivery_rules import INVALID_ADDRESS
from linkgate.sending import outcomes

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from types_boto3_sesv2 import SESV2Client
    from types_boto3_sesv2.type_defs import SendEmailRequestTypeDef
    from types_boto3_sns import SNSClient
    from types_boto3_sns.type_defs import MessageAttributeValueTypeDef

    from linkgate.ports.delivery import AddressNotice, CodeMessage, LinkMessage, ReceiptMessage, SendOutcome
    from linkgate.sending.emails import Email
    from linkgate.sending.receipts import Answers

_E164 = re.compile(r"\+[1-9][0-9]{6,14}", re.ASCII)
_SENDER_ID = re.compile(r"(?=.*[A-Za-z])[A-Za-z0-9-]{3,11}", re.ASCII)
"""SNS's rule for `AWS.SNS.SMS.SenderID`. Countries without sender ids show a number instead."""


class EmailSender:
    """`ports.delivery.Sender` on SES v2. `make_client` makes the client when the first message is sent."""

    timeout = PROVIDER_TIMEOUT

    def __init__(
        self,
        make_client: Callable[[], SESV2Client],
        mail_from: str,
        configuration_set: str | None = None,
        *,
        answers: Answers | None = None,
    ) -> None:
        """`answers` words the answers of a form for its receipt. Without it, receipts list none."""
        self._answers = answers
        self._make_client = make_client
        self._mail_from = mail_from
        self._configuration_set = configuration_set

    @cached_property
    def _client(self) -> SESV2Client:
        return self._make_client()

    def send_link(self, message: LinkMessage) -> SendOutcome:
        from linkgate.sending.emails import link_email

        tags = {"rid": message.rid, "channel": message.channel.value, "attempt": str(message.attempt)}
        return self._send(lambda: link_email(message, self._mail_from), tags)

    def send_code(self, message: CodeMessage) -> SendOutcome:
        from linkgate.sending.emails import code_email

        tags = {"rid": message.rid, "channel": message.channel.value, "purpose": "code"}
        return self._send(lambda: code_email(message, self._mail_from), tags)

    def send_notice(self, message: AddressNotice) -> SendOutcome:
        from linkgate.sending.emails import notice_email

        tags = {"rid": message.rid, "channel": message.channel.value, "purpose": "notice"}
        return self._send(lambda: notice_email(message, self._mail_from), tags)

    def send_receipt(self, message: ReceiptMessage) -> SendOutcome:
        from linkgate.sending.receipts import receipt_email

        tags = {"rid": message.rid, "channel": message.channel.value, "purpose": "receipt"}
        return self._send(lambda: receipt_email(message, self._mail_from, self._answers), tags)

    def _send(self, compose: Callable[[], Email], tags: Mapping[str, str]) -> SendOutcome:
        from linkgate.sending.emails import UnsafeAddress, UnusableSender

        try:
            request = self._request(compose(), tags)
        except UnusableSender:
            return outcomes.delayed(outcomes.MISCONFIGURED)
        except UnsafeAddress:
            return outcomes.refused(INVALID_ADDRESS)
        return outcomes.attempt(lambda: self._client.send_email(**request).get("MessageId"))

    def _request(self, email: Email, tags: Mapping[str, str]) -> SendEmailRequestTypeDef:
        request: SendEmailRequestTypeDef = {
            "FromEmailAddress": email.sender,
            "Destination": {"ToAddresses": [email.to]},
            "Content": {
                "Simple": {
                    "Subject": {"Data": email.subject, "Charset": "UTF-8"},
                    "Body": {
                        "Text": {"Data": email.text, "Charset": "UTF-8"},
                        "Html": {"Data": email.html, "Charset": "UTF-8"},
                    },
                }
            },
            "EmailTags": [{"Name": name, "Value": value} for name, value in tags.items()],
        }
        if email.reply_to:
            request["ReplyToAddresses"] = [email.reply_to]
        if email.headers:
            request["Content"]["Simple"]["Headers"] = [
                {"Name": name, "Value": value} for name, value in email.headers.items()
            ]
        if self._configuration_set:
            request["ConfigurationSetName"] = self._configuration_set
        return request


class SmsSender:
    """`ports.delivery.Sender` on SNS. `make_client` makes the client when the first message is sent."""

    timeout = PROVIDER_TIMEOUT

    def __init__(self, make_client: Callable[[], SNSClient]) -> None:
        self._make_client = make_client

    @cached_property
    def _client(self) -> SNSClient:
        return self._make_client()

    def send_link(self, message: LinkMessage) -> SendOutcome:
        from linkgate.sending.sms import link_text

        return self._send(message.to, message.tenant.sms_sender, lambda: link_text(message))

    def send_code(self, message: CodeMessage) -> SendOutcome:
        from linkgate.sending.sms import code_text

        return self._send(message.to, message.tenant.sms_sender, lambda: code_text(message))

    def send_notice(self, message: AddressNotice) -> SendOutcome:
        from linkgate.sending.sms import notice_text

        return self._send(message.to, message.tenant.sms_sender, lambda: notice_text(message))

    def send_receipt(self, message: ReceiptMessage) -> SendOutcome:
        from linkgate.sending.sms import receipt_text

        return self._send(message.to, message.tenant.sms_sender, lambda: receipt_text(message))

    def _send(self, to: str, sender_id: str | None, compose: Callable[[], str]) -> SendOutcome:
        from linkgate.sending.sms import SegmentOverflow

        if not _E164.fullmatch(to):
            return outcomes.refused(INVALID_ADDRESS)
        try:
            body = compose()
        except SegmentOverflow:
            return outcomes.refused(outcomes.TOO_LONG)
        attributes: dict[str, MessageAttributeValueTypeDef] = {
            "AWS.SNS.SMS.SMSType": {"DataType": "String", "StringValue": "Transactional"}
        }
        if sender_id and _SENDER_ID.fullmatch(sender_id):
            attributes["AWS.SNS.SMS.SenderID"] = {"DataType": "String", "StringValue": sender_id}
        return outcomes.attempt(
            lambda: self._client.publish(PhoneNumber=to, Message=body, MessageAttributes=attributes).get("MessageId")
        )
