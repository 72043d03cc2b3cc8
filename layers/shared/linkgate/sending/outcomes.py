"""Outcomes of provider calls: the provider refused, can be asked again, or may have accepted the message.

The tables contain only known error codes. Any other error code still means that the message was not accepted, so asking
again later is safe, and no message is lost because of an unknown code.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from linkgate.model.delivery_rules import QUOTA, THROTTLED
from linkgate.model.link import DeliveryState
from linkgate.ports.delivery import SendOutcome

if TYPE_CHECKING:
    from collections.abc import Callable

    from botocore.exceptions import ClientError

# Reasons of outcomes. None contains a provider's text, which may quote an address.
REJECTED = "rejected"
INVALID_REQUEST = "invalid_request"
TOO_LONG = "too_long"
OPTED_OUT = "opted_out"
SENDER_UNVERIFIED = "sender_unverified"
SENDING_PAUSED = "sending_paused"
ACCOUNT_SUSPENDED = "account_suspended"
MISCONFIGURED = "misconfigured"
PROVIDER_ERROR = "provider_error"
UNREACHABLE = "unreachable"
NO_ANSWER = "no_answer"

REFUSALS = {
    # SES v2 SendEmail
    "MessageRejected": REJECTED,
    "BadRequestException": INVALID_REQUEST,
    "MailFromDomainNotVerifiedException": SENDER_UNVERIFIED,
    "SendingPausedException": SENDING_PAUSED,
    "AccountSuspendedException": ACCOUNT_SUSPENDED,
    # SNS Publish
    "InvalidParameter": INVALID_REQUEST,
    "ParameterValueInvalid": INVALID_REQUEST,
    "InvalidParameterValue": INVALID_REQUEST,
    "ValidationException": INVALID_REQUEST,
    "OptedOut": OPTED_OUT,  # in SNS's model, though Publish mostly accepts and the delivery log reports it
}

DELAYS = {
    "TooManyRequestsException": THROTTLED,
    "LimitExceededException": THROTTLED,
    "Throttling": THROTTLED,
    "ThrottlingException": THROTTLED,
    "ThrottledException": THROTTLED,
    "Throttled": THROTTLED,
    # ours to fix: a missing configuration set, a missing permission, a wrong clock
    "NotFoundException": MISCONFIGURED,
    "NotFound": MISCONFIGURED,
    "AccessDeniedException": MISCONFIGURED,
    "AccessDenied": MISCONFIGURED,
    "AuthorizationError": MISCONFIGURED,
    "InvalidSecurity": MISCONFIGURED,
    "InvalidClientTokenId": MISCONFIGURED,
    "UnrecognizedClientException": MISCONFIGURED,
    "SignatureDoesNotMatch": MISCONFIGURED,
    "ExpiredToken": MISCONFIGURED,
    "ExpiredTokenException": MISCONFIGURED,
}

_TOO_MANY_REQUESTS = 429
_DAILY = "Daily message quota"


def attempt(call: Callable[[], str | None]) -> SendOutcome:
    """Make one provider call and return its outcome. `call` returns the message id, or None if the answer has none.

    Faults of the provider and of the network become outcomes. Anything else is our own mistake and is raised.
    """
    try:
        message_id = call()
    except Exception as error:
        outcome = _failed(error)
        if outcome is None:
            raise
        return outcome
    # botocore accepts a success whose body is truncated or not JSON.
    return SendOutcome(DeliveryState.SENT, message_id) if message_id else unknown()


def refused(reason: str) -> SendOutcome:
    """Return the outcome of a message that no provider can take, so that it is not passed to one."""
    return SendOutcome(DeliveryState.REFUSED, reason=reason)


def delayed(reason: str) -> SendOutcome:
    """Return the outcome of a message that waits until an obstacle is removed."""
    return SendOutcome(DeliveryState.DELAYED, reason=reason)


def unknown() -> SendOutcome:
    """Return the outcome of a call that the provider may have accepted."""
    return SendOutcome(DeliveryState.UNKNOWN, reason=NO_ANSWER)


def _failed(error: Exception) -> SendOutcome | None:
    """Return the outcome of a failure of the provider or the network, or None for any other error."""
    from botocore import exceptions  # loaded for a failure only
    from botocore.parsers import ResponseParserError

    if isinstance(error, exceptions.ClientError):
        return _answered(error)
    sent = exceptions.SSLError, exceptions.HTTPClientError, exceptions.IncompleteReadError, ResponseParserError
    if isinstance(error, sent):
        # The request may have arrived: read timeout, connection closed after sending, truncated or unreadable answer.
        return unknown()
    if isinstance(error, exceptions.ConnectionError):
        # There was no connection: refused, unknown host, connect timeout, proxy.
        return delayed(UNREACHABLE)
    return None


def _answered(error: ClientError) -> SendOutcome:
    code = error.response.get("Error", {}).get("Code", "")
    if code in REFUSALS:
        return refused(REFUSALS[code])
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    by_status = THROTTLED if status == _TOO_MANY_REQUESTS else PROVIDER_ERROR
    reason = DELAYS.get(code, by_status)
    # SES tells a used-up day from too many messages in a second by its sentence only.
    return delayed(QUOTA if reason == THROTTLED and _DAILY in error.response["Error"].get("Message", "") else reason)
