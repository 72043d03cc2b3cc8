"""Clients for the runner's own use, whose calls meet no faults and are not recorded."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import boto3
from botocore.handlers import BUILTIN_HANDLERS

from local.intrinsics import REGION

if TYPE_CHECKING:
    from collections.abc import Callable

    from botocore.awsrequest import AWSPreparedRequest, AWSResponse

    Answer = Callable[[AWSPreparedRequest, str, str], AWSResponse | None]

_STOCK = tuple(BUILTIN_HANDLERS)
"""The SDK's hooks without anybody else's."""


class OwnClients:
    """Creates each client on first use. Whoever answers their calls may change."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._session: boto3.Session | None = None
        self._clients: dict[str, Any] = {}
        self._answer: Answer | None = None

    def answered_by(self, answer: Answer) -> None:
        """Let this function answer every call from now on. Its None lets a call through."""
        self._answer = answer

    def client(self, service: Any, without: tuple[str, Any]) -> Any:  # noqa: ANN401 - one type per service
        """Return a client that lacks one of the SDK's hooks."""
        with self._lock:
            if self._session is None:
                self._session = boto3.Session(region_name=REGION)
                events: Any = self._session.events
                events.unregister(*without)
                events.register("before-send", self._call)
            if service not in self._clients:
                self._clients[service] = self._session.client(service)
            return self._clients[service]

    def _call(self, request: AWSPreparedRequest, event_name: str, **_: object) -> AWSResponse | None:
        service, operation = event_name.split(".")[1:]
        return self._answer(request, service, operation) if self._answer else None


_kept = OwnClients()


def clients_for_moto() -> OwnClients:
    """Return the clients that every cloud over moto of this process can use, one after the other.

    Creating them takes longer than most tests run. A process whose SDK has been given further hooks gets new ones.
    """
    return _kept if tuple(BUILTIN_HANDLERS) == _STOCK else OwnClients()
