"""DTOs of the service, member by member, as its metadata page declares them."""

from __future__ import annotations

from linkgate.dialects.servicestack.contract import Contract, ListOf, Scalar, StringMap

_STRING, _BOOL, _INT, _GUID, _DATE = Scalar.STRING, Scalar.BOOL, Scalar.INT, Scalar.GUID, Scalar.DATETIME

NEVER_NULL = frozenset(
    {
        "CreatedAtUtc",
        "CustomerLinkId",
        "DeliverEmail",
        "DeliverSms",
        "RequireOtp",
        "SmsConsentSnapshot",
        "ViewCount",
    }
)
"""Members whose .NET type has no null. Generated client code gives them the default of their type."""

CREATE_REQUEST = Contract(
    "CustomerLinkCreateRequest",
    {
        "ResourceType": _STRING,
        "ResourceUid": _GUID,
        "RecipientContactId": _INT,
        "RecipientEmail": _STRING,
        "RecipientPhone": _STRING,
        "DeliverEmail": _BOOL,
        "DeliverSms": _BOOL,
        "ExpiresInHours": _INT,
        "MaxViews": _INT,
    },
)

LIST_REQUEST = Contract("CustomerLinkListRequest", {"ResourceType": _STRING, "ResourceUid": _GUID})

RESPONSE_ERROR = Contract(
    "ResponseError",
    {"ErrorCode": _STRING, "FieldName": _STRING, "Message": _STRING, "Meta": StringMap()},
    explicit_order=True,
)

RESPONSE_STATUS = Contract(
    "ResponseStatus",
    {
        "ErrorCode": _STRING,
        "Message": _STRING,
        "StackTrace": _STRING,
        "Errors": ListOf(RESPONSE_ERROR),
        "Meta": StringMap(),
    },
    explicit_order=True,
)

CUSTOMER_LINK = Contract(
    "CustomerLink",
    {
        "CustomerLinkId": _INT,
        "CustomerLinkUID": _GUID,
        "TokenHash": _STRING,
        "ResourceType": _STRING,
        "ResourceUid": _GUID,
        "SensitivityTier": _STRING,
        "RequireOtp": _BOOL,
        "OtpChannel": _STRING,
        "DeliveryChannels": _STRING,
        "RecipientContactId": _INT,
        "RecipientEmail": _STRING,
        "RecipientPhone": _STRING,
        "SmsConsentSnapshot": _BOOL,
        "CreatedByUserId": _GUID,
        "CreatedByAgentId": _INT,
        "CreatedAtUtc": _DATE,
        "ExpiresAtUtc": _DATE,
        "MaxViews": _INT,
        "ViewCount": _INT,
        "RevokedAtUtc": _DATE,
        "RevokedByUserId": _GUID,
        "TenantId": _GUID,
    },
)

CUSTOMER_LINK_EXTENDED = Contract(
    "CustomerLinkExtended",
    {"RecipientDisplayName": _STRING, "RecipientType": _STRING, "Status": _STRING},
    base=CUSTOMER_LINK,
)

CREATE_RESPONSE = Contract(
    "CustomerLinkCreateResponse",
    {
        "ResponseStatus": RESPONSE_STATUS,
        "Link": CUSTOMER_LINK_EXTENDED,
        "PortalUrl": _STRING,
        "DeliveryErrors": ListOf(_STRING),
    },
)

LIST_RESPONSE = Contract(
    "CustomerLinkListResponse", {"ResponseStatus": RESPONSE_STATUS, "Links": ListOf(CUSTOMER_LINK_EXTENDED)}
)

ERROR_RESPONSE = Contract("ErrorResponse", {"ResponseStatus": RESPONSE_STATUS})
