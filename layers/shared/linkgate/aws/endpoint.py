"""Endpoint of a service of AWS: signed requests over kept connections. Failures are botocore's exceptions."""

from __future__ import annotations

import re
import select
import socket
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import urlsplit

from linkgate.aws.exchange import exchanged

if TYPE_CHECKING:
    import ssl
    from collections.abc import Mapping

    from linkgate.aws.exchange import Answer
    from linkgate.aws.signature import Keys, Signer

AMAZON_ROOTS = str(Path(__file__).with_name("amazon_roots.pem"))
"""Roots of AWS's certificates. Reading 126 others would take 200 M instructions of a cold start."""
ROOTED = re.compile(r"(us|eu|ap|sa|ca|me|af|il|mx|us-gov)-\w+-\d+")
"""Regions of the partitions aws and aws-us-gov. Their endpoints are below amazonaws.com and have Amazon's own roots."""


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
        self._seconds = seconds
        self._roots = roots
        self._idle: list[socket.socket] = []

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
            answer = exchanged(connection, f"{method} {path}", {**signed, "user-agent": "linkgate"}, body)
        except (OSError, ValueError) as error:
            connection.close()
            raise self._failure(error, sent=True) from error
        if answer.lasts:
            self._idle.append(connection)
        else:
            connection.close()
        return answer

    def _kept(self) -> socket.socket | None:
        """Return a connection that the server neither closed meanwhile nor wrote to unasked."""
        while self._idle:
            connection = self._idle.pop()
            events = select.poll()
            events.register(connection, select.POLLIN)
            if not events.poll(0):
                return connection
            connection.close()
        return None

    def _opened(self) -> socket.socket:
        secure, host = self._url.scheme == "https", self._url.hostname or ""
        connect_seconds, read_seconds = self._seconds
        try:
            made = socket.create_connection((host, self._url.port or (443 if secure else 80)), connect_seconds)
            made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if secure:
                made = _trust(self._roots).wrap_socket(made, server_hostname=host)
        except OSError as error:
            raise self._failure(error, sent=False) from error
        made.settimeout(read_seconds)
        return made

    def _failure(self, error: Exception, *, sent: bool) -> Exception:
        import ssl

        from botocore import exceptions as told

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
