"""Reader of the delivery reports of Amazon SES and SNS. It turns events into `model.reports`.

Sources: for SES, "Examples of event data that Amazon SES publishes to EventBridge"; for SNS, "Viewing CloudWatch
metrics and logs for SMS deliveries". A CloudWatch Logs subscription passes on SNS's reports as gzipped JSON in base64.
"""

from __future__ import annotations

import base64
import binascii
import gzip
import json
import re
import zlib
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from linkgate.model.delivery_rules import OPTED_OUT, SUPPRESSED
from linkgate.model.link import Channel, DeliveryState
from linkgate.model.reports import (
    BLOCKED,
    COMPLAINT,
    HARD_BOUNCE,
    HELD_UP,
    INVALID_NUMBER,
    NOT_DELIVERED,
    REJECTED,
    SOFT_BOUNCE,
    TOO_EXPENSIVE,
    UNREACHABLE,
    Report,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_LOG_GROUP = re.compile(r"sns/[a-z0-9-]+/([0-9]{12})/DirectPublishToPhoneNumber(?:/Failure)?")

_ATTEMPT = re.compile(r"[1-9][0-9]{0,3}", re.ASCII)

_NO_SMS = {
    "Blocked as spam by phone carrier": BLOCKED,
    "Destination is on a blocked list": BLOCKED,
    "Invalid phone number": INVALID_NUMBER,
    "Phone carrier has blocked this message": BLOCKED,
    "Phone carrier is currently unreachable/unavailable": UNREACHABLE,
    "Phone has blocked SMS": BLOCKED,
    "Phone is currently unreachable/unavailable": UNREACHABLE,
    "Phone is on a blocked list": BLOCKED,
    "Phone number is opted out": OPTED_OUT,
    "This delivery would exceed max price": TOO_EXPENSIVE,
}
"""Reasons by SNS's texts for undelivered SMS. Any other text means `NOT_DELIVERED`."""

_SUPPRESSED = {OPTED_OUT: OPTED_OUT, INVALID_NUMBER: SUPPRESSED}
"""Reasons for suppression, by the reasons that require it: the number must get no more SMS."""


class ForeignReport(Exception):
    """An event that is not from a provider of this account. `reason` quotes nothing of it."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def reports_of(event: Mapping[str, Any], account: str) -> Iterator[Report]:
    """Yield the reports on our messages in an event.

    Raises ForeignReport if the event is not from our providers, or, after the last report, if a line was unreadable.
    """
    try:
        yield from _sms_reports(event, account) if "awslogs" in event else _email_reports(event, account)
    except (KeyError, IndexError, TypeError, ValueError, AttributeError) as error:
        raise ForeignReport("unreadable") from error


def _email_reports(event: Mapping[str, Any], account: str) -> Iterator[Report]:
    if event.get("source") != "aws.ses":
        raise ForeignReport("source")
    detail = event["detail"]
    mail = detail["mail"]
    if event["account"] != account or mail["sendingAccountId"] != account:
        raise ForeignReport("account")
    tags: Mapping[str, list[str]] = mail["tags"]
    news = _email_news(detail)
    if news is None or "rid" not in tags:
        return
    state, reason, suppress = news
    attempt = _attempt(tags["attempt"][0]) if "attempt" in tags else None
    if attempt is None and suppress is None:
        return
    yield Report(
        Channel.EMAIL,
        state,
        _text(mail["messageId"]),
        datetime.fromisoformat(mail["timestamp"]),
        reason=reason,
        suppress=suppress,
        rid=_text(tags["rid"][0]),
        attempt=attempt,
    )


def _attempt(text: str) -> int:
    if not _ATTEMPT.fullmatch(text):
        raise ValueError(text)
    return int(text)


def _text(value: object) -> str:
    if not isinstance(value, str) or not value:
        raise TypeError(type(value))
    return value


def _email_news(detail: Mapping[str, Any]) -> tuple[DeliveryState, str | None, str | None] | None:
    """Return state, reason, and reason for suppression; None if the report changes nothing."""
    match detail["eventType"]:
        case "Send":
            return DeliveryState.SENT, None, None
        case "DeliveryDelay":
            return DeliveryState.SENT, HELD_UP, None
        case "Reject":
            return DeliveryState.REFUSED, REJECTED, None
        case "Delivery":
            return DeliveryState.DELIVERED, None, None
        case "Bounce":
            return _bounce(detail["bounce"])
        case "Complaint" if detail["complaint"].get("complaintFeedbackType") != "not-spam":
            return DeliveryState.COMPLAINED, COMPLAINT, SUPPRESSED
        case _:
            return None


def _bounce(bounce: Mapping[str, Any]) -> tuple[DeliveryState, str | None, str | None] | None:
    if bounce["bounceType"] == "Permanent":
        return DeliveryState.BOUNCED, HARD_BOUNCE, SUPPRESSED
    if any(recipient.get("action") == "failed" for recipient in bounce["bouncedRecipients"]):
        return DeliveryState.FAILED, SOFT_BOUNCE, None
    # SES reports an automatic reply, such as an out-of-office note, as a transient bounce without a failed action.
    return None


def _sms_reports(event: Mapping[str, Any], account: str) -> Iterator[Report]:
    try:
        data = json.loads(gzip.decompress(base64.b64decode(event["awslogs"]["data"], validate=True)))
    except (binascii.Error, OSError, EOFError, zlib.error) as error:
        raise ForeignReport("unreadable") from error
    if data["messageType"] == "CONTROL_MESSAGE":
        return
    group = _LOG_GROUP.fullmatch(data["logGroup"])
    if group is None or group[1] != account or data["owner"] != account:
        raise ForeignReport("log group")
    unreadable = False
    for entry in data["logEvents"]:
        try:
            report = _sms_report(json.loads(entry["message"]))
        except (KeyError, TypeError, ValueError, AttributeError):
            unreadable = True
        else:
            yield report
    if unreadable:
        raise ForeignReport("unreadable")


def _sms_report(line: Mapping[str, Any]) -> Report:
    delivered = line["status"] == "SUCCESS"
    reason = None if delivered else _NO_SMS.get(line["delivery"].get("providerResponse", ""), NOT_DELIVERED)
    return Report(
        Channel.SMS,
        DeliveryState.DELIVERED if delivered else DeliveryState.BOUNCED,
        _text(line["notification"]["messageId"]),
        datetime.fromisoformat(line["notification"]["timestamp"]).replace(tzinfo=UTC),
        reason=reason,
        suppress=_SUPPRESSED.get(reason or ""),
    )
