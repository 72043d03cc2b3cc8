"""Endpoint of a service of AWS: signed requests over kept connections. Failures are botocore's exceptions."""

from __future__ import annotations

import re
import select
from functools import cache
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol
from urllib.parse import urlsplit

if TYPE_CHECKING:
    import ssl
    from collections.abc import Mapping
    from http.client import HTTPMessage

    from linkgate.aws.signature import Keys, Signer

AMAZON_ROOTS = str(Path(__file__).with_name("amazon_roots.pem"))
"""Roots of AWS's certificates. Reading 126 others would take 200 M instructions of a cold start."""
ROOTED = re.compile(r"(us|eu|ap|sa|ca|me|af|il|mx|us-gov)-\w+-\d+")
"""Regions of the partitions aws and aws-us-gov. Their endpoints are below amazonaws.com and have Amazon's own roots."""


class Answer(NamedTuple):
    """Answer to a request, read to its end."""

    status: int
    headers: HTTPMessage
    content: bytes


class Signing(Protocol):
    """Credentials, ours or botocore's."""

    def get_frozen_credentials(self) -> Keys:
        """Return the keys of now, renewed if need be."""


class Endpoint:
    """Endpoint at an address. A connection that is not in use is kept for the next request."""

    def __init__(
        self, url: str, signer: Signer, credentials: Signing, seconds: tuple[float, float], roots: str = AMAZON_ROOTS
    ) -> None:
        """`seconds` are for connecting and for each part of an answer. `roots` is a file with trusted certificates."""
        self._url = urlsplit(url)
        self._signer = signer
        self._credentials = credentials
        self._connect_seconds, self._read_seconds = seconds
        self._roots = roots
        self._idle: list[HTTPConnection] = []

    def __del__(self) -> None:
        for connection in self._idle:
            connection.close()

    def send(self, method: str, path: str, headers: Mapping[str, str], body: bytes) -> Answer:
        """Return the answer to a request, which is made once. Raises botocore's ConnectionError or HTTPClientError.

        A ConnectionError says that nothing was sent.
        """
        path = self._url.path.rstrip("/") + path
        keys = self._credentials.get_frozen_credentials()
        signed = self._signer.signed(keys, method, path, {"host": self._url.netloc, **headers}, body)
        connection = self._kept() or self._opened()
        try:
            connection.request(method, path, body, {**signed, "user-agent": "linkgate"})
            response = connection.getresponse()
            answer = Answer(response.status, response.headers, response.read())
        except (OSError, HTTPException) as error:
            raise self._failure(connection, error, sent=True) from error
        if connection.sock:
            self._idle.append(connection)
        return answer

    def _kept(self) -> HTTPConnection | None:
        """Return a connection that the server neither closed meanwhile nor wrote to unasked."""
        while self._idle:
            connection = self._idle.pop()
            events = select.poll()
            events.register(connection.sock, select.POLLIN)
            if not events.poll(0):
                return connection
            connection.close()
        return None

    def _opened(self) -> HTTPConnection:
        address, seconds = self._url.netloc, self._connect_seconds
        made = (
            HTTPSConnection(address, timeout=seconds, context=_trust(self._roots))
            if self._url.scheme == "https"
            else HTTPConnection(address, timeout=seconds)
        )
        try:
            made.connect()
        except OSError as error:
            raise self._failure(made, error, sent=False) from error
        made.sock.settimeout(self._read_seconds)
        return made

    def _failure(self, connection: HTTPConnection, error: Exception, *, sent: bool) -> Exception:
        import ssl

        from botocore import exceptions as told

        connection.close()
        kind: Any
        if isinstance(error, TimeoutError):
            kind = told.ReadTimeoutError if sent else told.ConnectTimeoutError
        elif sent:
            kind = told.ConnectionClosedError
        else:
            kind = told.SSLError if isinstance(error, ssl.SSLError) else told.EndpointConnectionError
        failure: Exception = kind(endpoint_url=self._url.geturl(), error=error)
        return failure


def failures() -> tuple[type[Exception], ...]:
    """Return botocore's exceptions of a call that fails, for an `except` clause, which asks once one is raised."""
    from botocore import exceptions

    return exceptions.ClientError, exceptions.ConnectionError, exceptions.HTTPClientError


@cache
def _trust(roots: str) -> ssl.SSLContext:
    """Return a context that demands a certificate of these roots for the host's name."""
    import ssl

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_verify_locations(roots)
    return context
