"""Provider faults on demand: the next calls of a service are throttled, rejected, applied without an answer, or fail.

A call is one HTTP request. Retries by the SDK therefore count as calls, as they do on AWS.
"""

from __future__ import annotations

import json
import threading
from dataclasses import dataclass
from enum import StrEnum

from local.s3_errors import S3Error


class Service(StrEnum):
    """A provider that can be made to fail."""

    SES = "ses"
    SNS = "sns"
    DYNAMODB = "dynamodb"
    S3 = "s3"
    SOCKETS = "sockets"
    SCAN = "scan"


class Fault(StrEnum):
    """Effect of a fault on a call."""

    THROTTLE = "throttle"
    REJECT = "reject"
    ERROR = "error"
    QUOTA = "quota"
    TIMEOUT_AFTER = "timeout_after"
    GONE = "gone"
    DROP = "drop"
    DELAY = "delay"
    SWAP = "swap"
    INFECTED = "infected"
    FAILED = "failed"
    NEVER = "never"
    TWICE = "twice"
    LATE = "late"


_OF_CALLS = frozenset({Fault.THROTTLE, Fault.REJECT, Fault.ERROR, Fault.QUOTA, Fault.TIMEOUT_AFTER})
FAULTS = {
    **dict.fromkeys((Service.SES, Service.SNS, Service.DYNAMODB, Service.S3), _OF_CALLS),
    # A message that is swapped arrives after the next one.
    Service.SOCKETS: frozenset({Fault.GONE, Fault.DROP, Fault.DELAY, Fault.SWAP}),
    Service.SCAN: frozenset({Fault.INFECTED, Fault.FAILED, Fault.NEVER, Fault.TWICE, Fault.LATE}),
}
"""Faults that each service can have."""


@dataclass(frozen=True, slots=True)
class ProviderError:
    """Error reply in a form that botocore understands."""

    status: int
    code: str
    message: str


ERRORS = {
    (Service.SES, Fault.THROTTLE): ProviderError(429, "TooManyRequestsException", "Maximum sending rate exceeded."),
    (Service.SES, Fault.ERROR): ProviderError(500, "InternalServiceErrorException", "Something went wrong."),
    (Service.SES, Fault.QUOTA): ProviderError(429, "TooManyRequestsException", "Daily message quota exceeded."),
    (Service.SES, Fault.REJECT): ProviderError(400, "MessageRejected", "Address is on the suppression list."),
    (Service.SNS, Fault.THROTTLE): ProviderError(429, "Throttled", "Rate exceeded"),
    (Service.SNS, Fault.ERROR): ProviderError(500, "InternalFailure", "Something went wrong."),
    (Service.SNS, Fault.QUOTA): ProviderError(429, "Throttled", "Rate exceeded"),
    (Service.SNS, Fault.REJECT): ProviderError(400, "InvalidParameter", "Invalid parameter: PhoneNumber"),
    (Service.DYNAMODB, Fault.THROTTLE): ProviderError(
        400, "ProvisionedThroughputExceededException", "The level of configured provisioned throughput was exceeded."
    ),
    (Service.DYNAMODB, Fault.ERROR): ProviderError(500, "InternalServerError", "Something went wrong."),
    (Service.DYNAMODB, Fault.QUOTA): ProviderError(400, "RequestLimitExceeded", "The account's limit was exceeded."),
    (Service.DYNAMODB, Fault.REJECT): ProviderError(400, "AccessDeniedException", "Not authorized to perform this."),
    (Service.S3, Fault.THROTTLE): ProviderError(503, "SlowDown", "Please reduce your request rate."),
    (Service.S3, Fault.ERROR): ProviderError(500, "InternalError", "We encountered an internal error."),
    (Service.S3, Fault.QUOTA): ProviderError(503, "ServiceUnavailable", "Reduce your request rate."),
    (Service.S3, Fault.REJECT): ProviderError(403, "AccessDenied", "Access Denied"),
}


class Faults:
    """Faults of the next calls. A lock keeps the count exact under concurrency."""

    def __init__(self) -> None:
        self._pending: dict[Service, tuple[Fault, int]] = {}
        self._lock = threading.Lock()

    def set(self, service: Service, fault: Fault, times: int) -> None:
        """Make the next `times` calls of the service fail. 0 clears the fault; a new fault replaces the old one."""
        with self._lock:
            if times:
                self._pending[service] = (fault, times)
            else:
                self._pending.pop(service, None)

    def take(self, service: Service) -> Fault | None:
        """Return the fault of the current call, if any, and count it."""
        with self._lock:
            fault, times = self._pending.get(service, (None, 0))
            if fault is not None and times > 1:
                self._pending[service] = (fault, times - 1)
            else:
                self._pending.pop(service, None)
            return fault


def error_reply(service: Service, fault: Fault) -> tuple[int, dict[str, str], bytes]:
    """Return status, headers and body of an error in the protocol of the service."""
    return _in_protocol(service, ERRORS[service, fault])


def access_denied(service: str) -> tuple[int, dict[str, str], bytes]:
    """Return the reply to a call for which a function has no right, in the protocol of the service."""
    code = _DENIED.get(service, "AccessDeniedException")
    return _in_protocol(service, ProviderError(403, code, "The function's policies do not allow this."))


_DENIED: dict[str, str] = {Service.SNS: "AuthorizationError", Service.S3: "AccessDenied"}
"""Codes of services whose own is not the usual one."""


def _in_protocol(service: str, error: ProviderError) -> tuple[int, dict[str, str], bytes]:
    if service == Service.S3:
        return S3Error(error.status, error.code, error.message).answer()
    if service == Service.SNS:
        kind = "Sender" if error.status < 500 else "Receiver"  # noqa: PLR2004 - first status of server errors
        body = (
            '<ErrorResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><Error>'
            f"<Type>{kind}</Type><Code>{error.code}</Code><Message>{error.message}</Message>"
            "</Error><RequestId>local</RequestId></ErrorResponse>"
        )
        return error.status, {"content-type": "text/xml"}, body.encode()
    headers = {"content-type": "application/json", "x-amzn-errortype": error.code}
    return error.status, headers, json.dumps({"__type": error.code, "message": error.message}).encode()
