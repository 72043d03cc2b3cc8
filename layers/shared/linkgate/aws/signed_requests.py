"""Requests to AWS that are signed here, because botocore's client for a call or two would add a quarter to a start."""

from __future__ import annotations

import socket
import threading
from typing import TYPE_CHECKING, Any

from linkgate.aws.lean_botocore import AMAZON_ROOTS, user_agent
from linkgate.aws.thin_dynamodb import ROOTED, credentials_of
from linkgate.errors import Unavailable

if TYPE_CHECKING:
    from collections.abc import Mapping

    from botocore.awsrequest import AWSResponse

_CONNECT_SECONDS, _READ_SECONDS = 1, 2
_TOO_MANY, _ERROR = 429, 500


class SignedRequests:
    """Requests to one service, by the name that its signatures have."""

    def __init__(self, service: str, environ: Mapping[str, str]) -> None:
        self._service = service
        self._environ = environ
        self._made: tuple[Any, Any] | None = None
        """HTTP session and credentials, made on first use."""
        self._lock = threading.Lock()

    @property
    def region(self) -> str:
        return self._environ.get("AWS_DEFAULT_REGION") or self._environ.get("AWS_REGION", "")

    def send(self, method: str, url: str, data: bytes, kind: str) -> AWSResponse:
        """Return the response to a request with content of a kind. Raises Unavailable.

        A busy or broken service, and a kept connection that it had closed, get a second try.
        """
        from botocore import exceptions

        for last in (False, True):
            try:
                response = self._send(method, url, data, kind)
            except exceptions.ReadTimeoutError as error:
                raise Unavailable from error  # it may have arrived
            except (exceptions.ConnectionError, exceptions.HTTPClientError) as error:
                if last:
                    raise Unavailable from error
            else:
                if last or (response.status_code != _TOO_MANY and response.status_code < _ERROR):
                    return response
        raise Unavailable

    def _send(self, method: str, url: str, data: bytes, kind: str) -> AWSResponse:
        from botocore.auth import SigV4Auth
        from botocore.awsrequest import AWSRequest

        session, credentials = self._parts()
        request = AWSRequest(method, url, {"Content-Type": kind, "User-Agent": user_agent()}, data)
        SigV4Auth(credentials.get_frozen_credentials(), self._service, self.region).add_auth(request)
        response: AWSResponse = session.send(request.prepare())
        return response

    def _parts(self) -> tuple[Any, Any]:
        with self._lock:
            if self._made is None:
                self._made = (self._session(), credentials_of(self._environ))
            return self._made

    def _session(self) -> Any:  # noqa: ANN401 - its type stubs are incomplete
        from botocore.httpsession import URLLib3Session

        made: Any = URLLib3Session
        roots = AMAZON_ROOTS if ROOTED.fullmatch(self.region) else True
        options = [(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)]  # as in thin_dynamodb
        return made(roots, timeout=(_CONNECT_SECONDS, _READ_SECONDS), socket_options=options)
