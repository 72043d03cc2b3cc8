"""Delivery reports of SES and SNS, in the form in which they reach a function on AWS.

SES reports through EventBridge. SNS logs the delivery status of an SMS to CloudWatch Logs only, and a subscription
passes the log on.
"""

from __future__ import annotations

import base64
import gzip
import json
import uuid
from typing import TYPE_CHECKING, Any

from linkgate.model.moments import utc
from local.intrinsics import ACCOUNT, REGION

if TYPE_CHECKING:
    from datetime import datetime

    from local.outbox import Message

EMAIL_REPORTS = {
    "bounce": ("Email Bounced", "Bounce"),
    "complaint": ("Email Complaint Received", "Complaint"),
    "delivery": ("Email Delivered", "Delivery"),
}
SMS_REPORTS = {
    "bounce": ("FAILURE", "Unknown error attempting to reach phone", "/Failure"),
    "delivery": ("SUCCESS", "Message has been accepted by phone carrier", ""),
}


def email_report(message: Message, kind: str, now: datetime) -> dict[str, Any]:
    """Return the event that a rule on the default bus gets from SES. `kind` is one of EMAIL_REPORTS."""
    detail_type, event_type = EMAIL_REPORTS[kind]
    recipients = message.to.split(", ")
    facts: dict[str, dict[str, Any]] = {
        "bounce": {
            "feedbackId": str(uuid.uuid4()),
            "bounceType": "Permanent",
            "bounceSubType": "General",
            "bouncedRecipients": [
                {
                    "emailAddress": address,
                    "action": "failed",
                    "status": "5.1.1",
                    "diagnosticCode": "smtp; 550 5.1.1 user unknown",
                }
                for address in recipients
            ],
            "timestamp": utc(now),
        },
        "complaint": {
            "feedbackId": str(uuid.uuid4()),
            "complainedRecipients": [{"emailAddress": address} for address in recipients],
            "complaintFeedbackType": "abuse",
            "timestamp": utc(now),
        },
        "delivery": {
            "timestamp": utc(now),
            "processingTimeMillis": 500,
            "recipients": recipients,
            "smtpResponse": "250 2.0.0 OK",
            "reportingMTA": "a8-53.smtp-out.amazonses.com",
        },
    }
    return {
        "version": "0",
        "id": str(uuid.uuid4()),
        "detail-type": detail_type,
        "source": "aws.ses",
        "account": ACCOUNT,
        "time": utc(now),
        "region": REGION,
        "resources": [],
        "detail": {
            "eventType": event_type,
            "mail": {
                "timestamp": message.sent_at,
                "messageId": message.id,
                "sendingAccountId": ACCOUNT,
                "destination": recipients,
                "headersTruncated": False,
                "tags": {name: [value] for name, value in message.tags.items()},
            },
            kind: facts[kind],
        },
    }


def sms_report(message: Message, kind: str, now: datetime) -> dict[str, Any]:
    """Return the event that a subscription to SNS's log groups gets. `kind` is one of SMS_REPORTS."""
    status, provider_response, group = SMS_REPORTS[kind]
    entry = {
        "notification": {"messageId": message.id, "timestamp": now.strftime("%Y-%m-%d %H:%M:%S.") + f"{now:%f}"[:3]},
        "delivery": {
            "destination": message.to,
            "priceInUSD": 0.00645,
            "smsType": "Transactional",
            "providerResponse": provider_response,
            "dwellTimeMs": 500,
        },
        "status": status,
    }
    data = {
        "messageType": "DATA_MESSAGE",
        "owner": ACCOUNT,
        "logGroup": f"sns/{REGION}/{ACCOUNT}/DirectPublishToPhoneNumber{group}",
        "logStream": str(uuid.uuid4()),
        "subscriptionFilters": ["linkgate"],
        "logEvents": [
            {"id": uuid.uuid4().hex, "timestamp": int(now.timestamp() * 1000), "message": json.dumps(entry)},
        ],
    }
    return {"awslogs": {"data": base64.b64encode(gzip.compress(json.dumps(data).encode())).decode()}}
