"""Contracts for tests of formats: those of the documented service, and one with every type."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from linkgate.dialects.servicestack.contract import Contract, Guid, ListOf, Scalar, StringMap

if TYPE_CHECKING:
    from linkgate.dialects.servicestack.contract import Value

STRING, BOOL, INT, GUID, DATETIME = Scalar.STRING, Scalar.BOOL, Scalar.INT, Scalar.GUID, Scalar.DATETIME

RESPONSE_ERROR = Contract(
    "ResponseError",
    {"ErrorCode": STRING, "FieldName": STRING, "Message": STRING, "Meta": StringMap()},
    explicit_order=True,
)
RESPONSE_STATUS = Contract(
    "ResponseStatus",
    {
        "ErrorCode": STRING,
        "Message": STRING,
        "StackTrace": STRING,
        "Errors": ListOf(RESPONSE_ERROR),
        "Meta": StringMap(),
    },
    explicit_order=True,
)
CUSTOMER_LINK = Contract(
    "CustomerLink",
    {
        "CustomerLinkId": INT,
        "CustomerLinkUID": GUID,
        "TokenHash": STRING,
        "ResourceType": STRING,
        "ResourceUid": GUID,
        "SensitivityTier": STRING,
        "RequireOtp": BOOL,
        "OtpChannel": STRING,
        "DeliveryChannels": STRING,
        "RecipientContactId": INT,
        "RecipientEmail": STRING,
        "RecipientPhone": STRING,
        "SmsConsentSnapshot": BOOL,
        "CreatedByUserId": GUID,
        "CreatedByAgentId": INT,
        "CreatedAtUtc": DATETIME,
        "ExpiresAtUtc": DATETIME,
        "MaxViews": INT,
        "ViewCount": INT,
        "RevokedAtUtc": DATETIME,
        "RevokedByUserId": GUID,
        "TenantId": GUID,
    },
)
EXTENDED = Contract(
    "CustomerLinkExtended",
    {"RecipientDisplayName": STRING, "RecipientType": STRING, "Status": STRING},
    base=CUSTOMER_LINK,
)
RESPONSE = Contract(
    "CustomerLinkCreateResponse",
    {"ResponseStatus": RESPONSE_STATUS, "Link": EXTENDED, "PortalUrl": STRING, "DeliveryErrors": ListOf(STRING)},
)
REQUEST = Contract(
    "CustomerLinkCreateRequest",
    {
        "ResourceType": STRING,
        "ResourceUid": GUID,
        "RecipientContactId": INT,
        "RecipientEmail": STRING,
        "RecipientPhone": STRING,
        "DeliverEmail": BOOL,
        "DeliverSms": BOOL,
        "ExpiresInHours": INT,
        "MaxViews": INT,
    },
)
SCALARS = Contract("Scalars", {"Text": STRING, "Flag": BOOL, "Count": INT, "Uid": GUID, "At": DATETIME})
CHILD = Contract("Child", {"A": STRING, "B": STRING})
EVERYTHING = Contract(
    "Everything",
    {
        "Scalars": SCALARS,
        "Texts": ListOf(STRING),
        "Counts": ListOf(INT),
        "Children": ListOf(CHILD),
        "Map": StringMap(),
    },
    base=CHILD,
)

_UID = Guid("0123456789abcdef0123456789abcdef")
_CREATED = datetime(2025, 1, 2, 3, 4, 5, 123456, tzinfo=UTC)
_LINK: Value = {
    "CustomerLinkId": 7,
    "CustomerLinkUID": _UID,
    "ResourceType": "Invoice",
    "ResourceUid": _UID,
    "RequireOtp": True,
    "DeliveryChannels": "Email",
    "RecipientEmail": "jane@example.com",
    "SmsConsentSnapshot": False,
    "CreatedAtUtc": _CREATED,
    "ExpiresAtUtc": _CREATED + timedelta(days=3),
    "MaxViews": 5,
    "ViewCount": 0,
    "TenantId": Guid("1" * 32),
    "RecipientDisplayName": 'Jane "J" Doe',
    "Status": "Active",
}
REPLY: Value = {
    "Link": _LINK,
    "PortalUrl": "https://portal.example/l/abc?x=1&y=2",
    "DeliveryErrors": ['sms: no consent, "none"'],
}
"""Return a reply to the documented create."""
