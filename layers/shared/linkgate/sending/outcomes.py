"""What a provider call's end means: the provider refused, may be asked again, or may have taken the message.

Only what is known is in the tables. Any other error code still says that the message was not taken, so asking again
later is safe, and no message is lost to a code nobody foresaw.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from linkgate.model.link import DeliveryState
from linkgate.ports.delivery import Outcome

if TYPE_CHECKING:
    from collections.abc import Callable

    from botocore.exceptions import ClientError

REJECTED = "rejected"
INVALID_REQUEST = "invalid_request"
INVALID_ADDRESS = "invalid_address"
TOO_LONG = "too_long"
OPTED_OUT = "opted_out"
SENDER_UNVERIFIED = "sender_unverified"
SENDING_PAUSED = "sending_paused"
ACCOUNT_SUSPENDED = "account_suspended"
THROTTLED = "throttled"
MISCONFIGURED = "misconfigured"
PROVIDER_ERROR = "provider_error"
UNREACHABLE = "unreachable"
NO_ANSWER = "no_answer"

REASONS = frozenset(
    {
        *(REJECTED, INVALID_REQUEST, INVALID_ADDRESS, TOO_LONG, OPTED_OUT),
        *(SENDER_UNVERIFIED, SENDING_PAUSED, ACCOUNT_SUSPENDED),
        *(THROTTLED, MISCONFIGURED, PROVIDER_ERROR, UNREACHABLE, NO_ANSWER),
    }
)
"""Every reason an outcome can have; none carries a provider's text, which may quote an address."""

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
    "OptedOut": OPTED_OUT,  # in SNS's model, though Publish mostly accepts and the delivery log tells
}

DELAYS = {
    "TooManyRequestsException": THROTTLED,
    "LimitExceededException": THROTTLED,
    "Throttling": THROTTLED,
    "ThrottlingException": THROTTLED,
    "ThrottledException": THROTTLED,
    "Throttled": THROTTLED,
    # ours to mend: a missing configuration set, a right the role lacks, a clock that is off
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


def attempt(call: Callable[[], str | None]) -> Outcome:
    """The outcome of one provider call that returns its message id, or None where the answer held none.

    Faults of the provider and of the way to it become outcomes; anything else (our own mistake) is raised.
    """
    from botocore import exceptions
    from botocore.parsers import ResponseParserError

    try:
        message_id = call()
    except exceptions.ClientError as error:
        return _answered(error)
    except (exceptions.SSLError, exceptions.HTTPClientError, exceptions.IncompleteReadError, ResponseParserError):
        # The request may have arrived: read timeouts, connections closed after it was sent, answers cut or unreadable.
        return unknown()
    except exceptions.ConnectionError:
        # No connection was made: refused, unknown host, connect timeout, proxy.
        return delayed(UNREACHABLE)
    # botocore lets pass a success whose JSON is cut or is none.
    return Outcome(DeliveryState.SENT, message_id) if message_id else unknown()


def refused(reason: str) -> Outcome:
    """The outcome of a message that was not handed to a provider because none could take it."""
    return Outcome(DeliveryState.REFUSED, reason=reason)


def delayed(reason: str) -> Outcome:
    """The outcome of a message that waits for what stands in its way to be mended."""
    return Outcome(DeliveryState.DELAYED, reason=reason)


def unknown() -> Outcome:
    """The outcome of a call that may have been taken."""
    return Outcome(DeliveryState.UNKNOWN, reason=NO_ANSWER)


def _answered(error: ClientError) -> Outcome:
    code = error.response.get("Error", {}).get("Code", "")
    if code in REFUSALS:
        return refused(REFUSALS[code])
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    by_status = THROTTLED if status == _TOO_MANY_REQUESTS else PROVIDER_ERROR
    return delayed(DELAYS.get(code, by_status))
