"""Fault injection: a chosen AWS call of the handlers fails in a chosen way, by botocore's own hooks."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any, NamedTuple

from botocore.awsrequest import AWSResponse
from botocore.compat import HTTPHeaders
from botocore.exceptions import ConnectionClosedError, ReadTimeoutError
from botocore.handlers import BUILTIN_HANDLERS, REGISTER_LAST

from local.functions import Killed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from botocore.awsrequest import AWSPreparedRequest


class Fault(StrEnum):
    """Effect on a call. The first three never reach the service; the last is applied without an answer."""

    THROTTLE = "throttle"
    INTERNAL = "500"
    RESET_BEFORE = "reset before"
    TIMEOUT_AFTER = "timeout after"
    KILL_BEFORE = "kill before"
    KILL_AFTER = "kill after"


THROTTLED = {
    "dynamodb": (400, "ProvisionedThroughputExceededException"),
    "sesv2": (429, "TooManyRequestsException"),
    "sns": (429, "Throttled"),
    "sqs": (400, "ThrottlingException"),
    "eventbridge": (400, "ThrottlingException"),
    "scheduler": (429, "ThrottlingException"),
}


INTERNAL = (500, "InternalServerError")


class Way(NamedTuple):
    """Way in which a call fails. A refusal remains after the SDK's own attempts.

    A lost connection or answer fails every attempt (`persistent`), or only the first, so that the SDK repeats a call
    that was already applied.
    """

    fault: Fault
    persistent: bool = True


WAYS = (*map(Way, Fault), Way(Fault.RESET_BEFORE, persistent=False), Way(Fault.TIMEOUT_AFTER, persistent=False))
"""Every way in which a call can fail."""


@dataclass
class Injector:
    """Numbers the calls of handlers once armed, and makes the chosen ones fail."""

    calls: list[str] = field(default_factory=list)
    """Calls since `arm`, as `service.Operation`."""
    fired: bool = False
    """True once every planned failure happened."""
    _armed: bool = False
    _index: int = -1
    _fault: Fault | None = None
    _persistent: bool = True
    _attempts: int = 0
    _failed: bool = False
    _then: tuple[int, Way] | None = None

    def arm(
        self,
        index: int = -1,
        fault: Fault | None = None,
        *,
        persistent: bool = True,
        then: tuple[int, Way] | None = None,
    ) -> None:
        """Count from now on, and make call number `index` fail, and `then` another one, counted from the next call."""
        self.calls, self.fired, self._armed, self._attempts, self._failed = [], False, True, 0, False
        self._index, self._fault, self._persistent, self._then = index, fault, persistent, then

    def disarm(self) -> None:
        """Let all calls pass without counting them."""
        self._armed = False

    @contextmanager
    def installed(self) -> Iterator[Injector]:
        """Install the hooks in every session made meanwhile, before and after other hooks that answer calls."""
        hooks = self._hooks()
        BUILTIN_HANDLERS[0:0] = hooks
        try:
            yield self
        finally:
            for hook in hooks:
                BUILTIN_HANDLERS.remove(hook)

    def spare(self, client: Any) -> None:
        """Exempt a client's calls from counting and failing."""
        for event, handler, *_ in self._hooks():
            client.meta.events.unregister(event, handler)

    def _hooks(self) -> list[tuple[Any, ...]]:
        return [
            ("before-call", self._count),
            ("before-send", self._before),
            ("before-send", self._after, REGISTER_LAST),
        ]

    def _count(self, event_name: str, **_: object) -> tuple[AWSResponse, dict[str, Any]] | None:
        service, operation = event_name.split(".")[1:]
        if self._armed:
            if self._failed and self._then:
                following, (self._fault, self._persistent) = self._then
                self._index, self._then, self._failed = len(self.calls) + following, None, False
            self.calls.append(f"{service}.{operation}")
            self._attempts = 0
            if self._chosen() and self._fault in {Fault.THROTTLE, Fault.INTERNAL}:
                self._fire()
                return refusal(*(THROTTLED[service] if self._fault is Fault.THROTTLE else INTERNAL))
        return None

    def _chosen(self) -> bool:
        on = self._armed and len(self.calls) - 1 == self._index
        return on and (self._persistent or self._attempts == 0)

    def _before(self, request: AWSPreparedRequest, **_: object) -> None:
        if not self._chosen():
            return
        if self._fault is Fault.KILL_BEFORE:
            self._fire()
            raise Killed
        if self._fault is Fault.RESET_BEFORE:
            self._spent()
            raise ConnectionClosedError(endpoint_url=request.url)

    def _after(self, request: AWSPreparedRequest, **_: object) -> None:
        if not self._chosen():
            return
        if self._fault is Fault.KILL_AFTER:
            self._fire()
            raise Killed
        if self._fault is Fault.TIMEOUT_AFTER:
            self._spent()
            raise ReadTimeoutError(endpoint_url=request.url)

    def _spent(self) -> None:
        self._fire()
        self._attempts += 1

    def _fire(self) -> None:
        self._failed, self.fired = True, self._then is None


def refusal(status: int, code: str) -> tuple[AWSResponse, dict[str, Any]]:
    """Return what botocore would have made of the last attempt's answer, to replace a call in `before-call`."""
    parsed = {"Error": {"Code": code, "Message": "made up"}, "ResponseMetadata": {"HTTPStatusCode": status}}
    return AWSResponse("https://aws.test", status, HTTPHeaders(), None), parsed
