"""Messages to connected browsers by API Gateway's PostToConnection, signed here.

Botocore's client for it would add a quarter to a cold start, for two calls that differ in their verb.
"""

from __future__ import annotations

import socket
import threading
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from linkgate.aws.lean_botocore import AMAZON_ROOTS, user_agent
from linkgate.aws.thin_dynamodb import ROOTED, credentials_in
from linkgate.errors import Unavailable

if TYPE_CHECKING:
    from collections.abc import Mapping

    from botocore.awsrequest import AWSResponse

_CONNECT_SECONDS, _READ_SECONDS = 1, 2
_GONE, _TOO_MANY, _ERROR = 410, 429, 500
_LAST = 299


class GatewayPushes:
    """`ports.live.Pushes`. `endpoint` is the stage's address, such as `https://<api>.execute-api.<region>.../live`."""

    def __init__(self, endpoint: str, environ: Mapping[str, str]) -> None:
        self._endpoint = endpoint.rstrip("/")
        self._environ = environ
        self._made: tuple[Any, Any] | None = None
        """HTTP session and credentials, made on first use."""
        self._lock = threading.Lock()

    def push(self, connection: str, data: bytes) -> bool:
        status = self._call("POST", connection, data)
        if status == _GONE:
            return False
        if status > _LAST:
            raise Unavailable
        return True

    def close(self, connection: str) -> None:
        status = self._call("DELETE", connection, b"")
        if status > _LAST and status != _GONE:
            raise Unavailable

    def _call(self, method: str, connection: str, data: bytes) -> int:
        """Return the status. A busy or broken gateway, and a kept connection that it had closed, get a second try."""
        from botocore import exceptions

        url = f"{self._endpoint}/@connections/{quote(connection, safe='')}"
        for last in (False, True):
            try:
                status = self._send(method, url, data).status_code
            except exceptions.ReadTimeoutError as error:
                raise Unavailable from error  # it may have arrived
            except (exceptions.ConnectionError, exceptions.HTTPClientError) as error:
                if last:
                    raise Unavailable from error
            else:
                if last or (status != _TOO_MANY and status < _ERROR):
                    return status
        raise Unavailable

    def _send(self, method: str, url: str, data: bytes) -> AWSResponse:
        from botocore.auth import SigV4Auth
        from botocore.awsrequest import AWSRequest

        session, credentials = self._parts()
        headers = {"Content-Type": "application/octet-stream", "User-Agent": user_agent()}
        request = AWSRequest(method, url, headers, data)
        SigV4Auth(credentials.get_frozen_credentials(), "execute-api", self._region).add_auth(request)
        response: AWSResponse = session.send(request.prepare())
        return response

    @property
    def _region(self) -> str:
        return self._environ.get("AWS_DEFAULT_REGION") or self._environ.get("AWS_REGION", "")

    def _parts(self) -> tuple[Any, Any]:
        with self._lock:
            if self._made is None:
                self._made = (self._session(), credentials_in(self._environ) or _of_session())
            return self._made

    def _session(self) -> Any:  # noqa: ANN401 - its type stubs are incomplete
        from botocore.httpsession import URLLib3Session

        made: Any = URLLib3Session
        roots = AMAZON_ROOTS if ROOTED.fullmatch(self._region) else True
        options = [(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)]  # as in thin_dynamodb
        return made(roots, timeout=(_CONNECT_SECONDS, _READ_SECONDS), socket_options=options)


def _of_session() -> Any:  # noqa: ANN401 - botocore's credentials
    from botocore.session import Session

    return Session().get_credentials()
