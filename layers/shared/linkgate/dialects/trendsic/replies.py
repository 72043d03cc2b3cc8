"""Replies with links and errors, in the negotiated format."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linkgate import errors
from linkgate.dialects.servicestack.contract import Guid, ListOf
from linkgate.dialects.servicestack.contract_body import write_body
from linkgate.dialects.servicestack.negotiation import Format
from linkgate.dialects.trendsic.contracts import CREATE_RESPONSE, ERROR_RESPONSE, LIST_RESPONSE
from linkgate.dialects.trendsic.routes import LinkOperation, dto_of, operation_of, reply_type_of
from linkgate.dialects.trendsic.validation import SERIALIZATION, response_error
from linkgate.errors import InvalidRequest, LinkError, MalformedBody, MethodNotAllowed
from linkgate.model.link import API
from linkgate.tokens import token_guid
from linkgate.wire.delivery_errors import delivery_errors
from linkgate.wire.error_table import ErrorRow, row_of
from linkgate.wire.message import Reply

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from linkgate.dialects.servicestack.contract import Contract, Value
    from linkgate.dialects.trendsic.routes import DescriptionPage, Route
    from linkgate.errors import Problem
    from linkgate.model.link import Link
    from linkgate.usecases.issuing.issue import Issued
    from linkgate.usecases.issuing.resource_links import ShareResource
    from linkgate.wire.message import Request

_CONTRACTS = {LinkOperation.CREATE: CREATE_RESPONSE, LinkOperation.LIST: LIST_RESPONSE, None: ERROR_RESPONSE}
_NAME_SHOWN = 100
"""Number of characters of an unknown operation's name that a reply quotes."""


def render_links(
    route: Route, commands: Sequence[ShareResource], made: Sequence[Issued], request: Request, now: datetime
) -> Reply:
    """Render 200 with the link, or with the links of a batch, each with its delivery errors."""
    values: list[Value] = [
        {
            "Link": {**_link(issued.link, now), **_as_sent(command)},
            "PortalUrl": issued.url,
            "DeliveryErrors": delivery_errors(issued.link),
        }
        for command, issued in zip(commands, made, strict=True)
    ]
    if route.batch:
        return _reply(200, ListOf(CREATE_RESPONSE), values, request, {"x-autobatch-completed": str(len(values))})
    return _reply(200, CREATE_RESPONSE, values[0], request)


def render_list(links: Sequence[Link], request: Request, now: datetime) -> Reply:
    """Render 200 with a resource's links, newest first."""
    return _reply(200, LIST_RESPONSE, {"Links": [_link(link, now) for link in links]}, request)


def render_options(route: Route) -> Reply:
    """Render 200 with headers only. Every reply of this dialect also gets CORS headers."""
    return Reply(200, "", {"allow": ", ".join(route.allowed)})


def render_page(page: DescriptionPage, request: Request) -> Reply:
    """Render 200 with a page that describes the service."""
    from linkgate.dialects.trendsic.pages import page_reply

    return page_reply(page, request)


def _link(link: Link, now: datetime) -> dict[str, Value]:
    channels = [channel.capitalize() for channel in link.deliveries]
    return {
        "RecipientDisplayName": link.recipient.name,
        "RecipientType": link.recipient.recipient_type,
        "Status": link.status(now).value,
        "CustomerLinkId": link.number,
        "CustomerLinkUID": Guid(token_guid(link.rid)),
        "TokenHash": next((hash_ for hash_, sent_via in link.secrets.items() if sent_via == API), None),
        "ResourceType": link.definition_id,
        "ResourceUid": Guid(link.reference) if link.reference else None,
        "SensitivityTier": link.tier,
        "RequireOtp": link.code is not None,
        "OtpChannel": link.code.channel.capitalize() if link.code else None,
        "DeliveryChannels": ",".join(channels) or None,
        "RecipientContactId": link.recipient.contact_id,
        "RecipientEmail": link.recipient.email,
        "RecipientPhone": link.recipient.phone,
        "SmsConsentSnapshot": link.recipient.sms_consent,
        "CreatedByUserId": Guid(link.created_by),
        "CreatedByAgentId": None,
        "CreatedAtUtc": link.created_at,
        "ExpiresAtUtc": link.expires_at,
        "MaxViews": link.max_views,
        "ViewCount": link.views,
        "RevokedAtUtc": link.revoked_at,
        "RevokedByUserId": Guid(link.revoked_by) if link.revoked_by else None,
        "TenantId": Guid(link.tenant),
    }


def _as_sent(command: ShareResource) -> dict[str, Value]:
    """Return the addresses as the caller spelled them."""
    sent: dict[str, Value] = {"RecipientEmail": command.email, "RecipientPhone": command.phone}
    return {name: value for name, value in sent.items() if value}


# The codes are ServiceStack's own. A failed validation has the code of its first fault.
ERRORS = {
    errors.InvalidRequest: ErrorRow(400, "ValidationException", "The request is not valid."),
    errors.MalformedBody: ErrorRow(400, SERIALIZATION, "Could not deserialize the request"),
    errors.Unauthorised: ErrorRow(401, "Unauthorized", "Invalid API Key"),
    errors.Forbidden: ErrorRow(403, "Forbidden", "This API Key does not allow this"),
    errors.NotFound: ErrorRow(404, "NotFound", "Not found"),
    errors.MethodNotAllowed: ErrorRow(405, "MethodNotAllowed", "This path does not support this method"),
    errors.BodyTooLarge: ErrorRow(413, "RequestEntityTooLarge", "The request is too large"),
    errors.UnsupportedMedia: ErrorRow(415, "UnsupportedMediaType", "This content type is not supported"),
    errors.IdempotencyMismatch: ErrorRow(
        422, "IdempotencyMismatch", "The Idempotency-Key was used with a different request"
    ),
    errors.Throttled: ErrorRow(429, "TooManyRequests", "Rate limit"),
    errors.Unavailable: ErrorRow(503, "ServiceUnavailable", "Try again later"),
    errors.LinkError: ErrorRow(500, "InternalServerError", "Something went wrong on our side"),
}


def render_error(error: LinkError, request: Request) -> Reply:
    """Render a ResponseStatus inside the operation's response DTO, so that every client reads it as a typed error."""
    row = row_of(error, ERRORS)
    operation = operation_of(request)
    status: dict[str, Value] = {"ErrorCode": row.code, "Message": row.text, "Errors": []}
    match error:
        case InvalidRequest(problems=problems):
            status |= _invalid(problems, operation)
        case MalformedBody(reason=str(why)) | errors.UnsupportedMedia(reason=str(why)):
            status["Message"] = f"{row.text}: {why}"
        case MethodNotAllowed() if not operation and (name := dto_of(request)):
            status |= {"ErrorCode": "NotImplementedException"}
            status |= {"Message": f"The operation '{name[:_NAME_SHOWN]}' does not exist for this service"}
    headers = row.headers(error)
    if row.status == 401:  # noqa: PLR2004 - RFC 9110 requires a challenge with a 401
        headers["www-authenticate"] = 'Bearer, Basic realm="/auth/apikey"'
    return _reply(row.status, _CONTRACTS[operation], {"ResponseStatus": status}, request, headers)


def _invalid(problems: Sequence[Problem], operation: LinkOperation | None) -> dict[str, Value]:
    """Return a status with the first fault's code and message, unless values could not be read.

    For a batch, it also has the index of the request.
    """
    entries = [response_error(problem) for problem in problems]
    code, message = entries[0]["ErrorCode"], entries[0]["Message"]
    if code == SERIALIZATION:
        message = f"Unable to bind to request '{operation}'"
    status: dict[str, Value] = {"ErrorCode": code, "Message": message, "Errors": entries}
    index = problems[0].values.get("part", "")
    return status | ({"Meta": {"AutoBatchIndex": str(index)}} if str(index).isdecimal() else {})


def _reply(
    status: int, kind: Contract | ListOf, value: Value, request: Request, headers: Mapping[str, str] | None = None
) -> Reply:
    reply_type = reply_type_of(request)
    added = {"content-type": reply_type.content_type, **(headers or {})}
    if status == 200 and reply_type.format is Format.CSV and (operation := operation_of(request)):  # noqa: PLR2004
        added["content-disposition"] = f"attachment;filename={operation.value}.csv"
    return Reply(status, write_body(reply_type.format, kind, value), added)
