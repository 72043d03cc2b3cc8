"""A request to a stranger's URL, mostly a POST. Its host is resolved once and checked, and the exchange is limited.

None of our libraries can both connect to a given address and limit the time of the whole exchange. Therefore the socket
is made here and passed to `http.client`. Nothing comes from the environment, neither a proxy nor netrc.
"""

from __future__ import annotations

import socket
import threading
import time
from contextlib import suppress
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from linkgate.model.receiver_urls import ForbiddenReceiverError, check_address, receiver_of
from linkgate.ports.history import Answer

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime, timedelta
    from http.client import HTTPResponse
    from typing import Self

    from linkgate.model.receiver_urls import Receiver

CONNECT_SECONDS = 3.0
TOTAL_SECONDS = 10.0
"""Seconds from the first connection to the last byte read. A receiver that trickles its answer is cut off."""

ANSWER_BYTES = 4096
ADDRESSES_TRIED = 2


class _Message(NamedTuple):
    method: str
    headers: Mapping[str, str]
    body: bytes


class ReceiverPost:
    """Posts to receivers. By default, it uses the system's resolver, sockets and trusted certificates."""

    def __init__(
        self,
        *,
        loopback: bool = False,
        resolve: Callable[[str, int], Sequence[str]] | None = None,
        connect: Callable[[tuple[str, int], float], socket.socket] | None = None,
        roots: Callable[[], ssl.SSLContext] | None = None,
        answer_bytes: int = ANSWER_BYTES,
    ) -> None:
        """Set the means of connecting. `loopback` allows this machine, even unencrypted; for the local runner only.

        Not more than `answer_bytes` of an answer's body are read.
        """
        self._loopback = loopback
        self._answer_bytes = answer_bytes
        self._resolve = resolve or system_addresses
        self._connect = connect or socket.create_connection
        self._roots = roots or system_roots

    def check(self, url: str) -> None:
        """Raise ForbiddenReceiverError for a URL that no webhook may have, OSError if its host does not resolve."""
        self._addresses(receiver_of(url, loopback=self._loopback))

    def __call__(self, url: str, headers: Mapping[str, str], body: bytes, now: datetime) -> Answer:
        """Post the body and return the answer. Every fault becomes an answer."""
        return self._ask(url, _Message("POST", headers, body), now)

    def get(self, url: str, now: datetime) -> Answer:
        """Read what is at a URL. Every fault becomes an answer."""
        return self._ask(url, _Message("GET", {"Accept": "application/json"}, b""), now)

    def _ask(self, url: str, message: _Message, now: datetime) -> Answer:
        try:
            receiver = receiver_of(url, loopback=self._loopback)
            addresses = self._addresses(receiver)
        except ForbiddenReceiverError:
            return Answer(reason="forbidden")
        except OSError:
            return Answer(reason="unresolved")
        end = time.monotonic() + TOTAL_SECONDS
        try:
            connected = self._connected(receiver, addresses)
        except OSError:
            return Answer(reason="unreachable")
        with connected, _Cut(end) as cut:
            return self._exchange(receiver, connected, cut, message, now)

    def _addresses(self, receiver: Receiver) -> Sequence[str]:
        """Return all addresses of the host. Raises ForbiddenReceiverError unless each is allowed."""
        addresses = self._resolve(receiver.host, receiver.port)
        if not addresses:
            raise OSError("no address")
        for address in addresses:
            check_address(receiver, address, loopback=self._loopback)
        return addresses

    def _connected(self, receiver: Receiver, addresses: Sequence[str]) -> socket.socket:
        """Connect to one of the checked addresses. They are literal, so nothing is resolved a second time."""
        failure = OSError("no address")
        for address in addresses[:ADDRESSES_TRIED]:
            try:
                return self._connect((address, receiver.port), CONNECT_SECONDS)
            except OSError as error:
                failure = error
        raise failure

    def _exchange(
        self,
        receiver: Receiver,
        connected: socket.socket,
        cut: _Cut,
        message: _Message,
        now: datetime,
    ) -> Answer:
        import ssl
        from http.client import HTTPException

        try:
            with self._secured(receiver, connected, cut) as channel:
                return _answer(_sent(receiver, channel, message), now, self._answer_bytes)
        except ssl.SSLError:
            return Answer(reason="timeout" if cut.done else "tls")
        except TimeoutError:
            return Answer(reason="timeout")
        except (HTTPException, OSError, ValueError):
            return Answer(reason="timeout" if cut.done else "protocol")

    def _secured(self, receiver: Receiver, connected: socket.socket, cut: _Cut) -> socket.socket:
        connected.settimeout(cut.seconds_left)
        if not receiver.encrypted:
            cut.watch(connected)
            return connected
        # The certificate is checked against the host's name, not its address.
        channel = self._roots().wrap_socket(connected, server_hostname=receiver.host, do_handshake_on_connect=False)
        cut.watch(channel)
        try:
            channel.do_handshake()
        except BaseException:
            channel.close()  # the channel owns the socket now
            raise
        return channel


def system_addresses(host: str, port: int) -> Sequence[str]:
    """Return the addresses from the system's resolver, in its order. Raises OSError."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


@cache
def system_roots() -> ssl.SSLContext:
    """Return the system's certificates, which AWS keeps current. Reading them is slow."""
    import ssl

    return ssl.create_default_context()


class _Cut:
    """Timer that ends an exchange from outside. A socket's own timeout starts again with every byte."""

    def __init__(self, end: float) -> None:
        self._end = end
        self._socket: socket.socket | None = None
        self._timer: threading.Timer | None = None
        self.done = False

    @property
    def seconds_left(self) -> float:
        return max(0.001, self._end - time.monotonic())

    def watch(self, watched: socket.socket) -> None:
        self._socket = watched
        self._timer = threading.Timer(self.seconds_left, self._cut)
        self._timer.daemon = True
        self._timer.start()

    def _cut(self) -> None:
        self.done = True
        if self._socket is not None:
            with suppress(OSError):
                # `SSLSocket.shutdown` would remove the state that the reading thread uses.
                socket.socket.shutdown(self._socket, socket.SHUT_RDWR)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._timer is not None:
            self._timer.cancel()


def _sent(receiver: Receiver, channel: socket.socket, message: _Message) -> HTTPResponse:
    from http.client import HTTPConnection

    connection = HTTPConnection(receiver.host, receiver.port)
    connection.auto_open = 0
    connection.sock = channel
    connection.putrequest(message.method, receiver.target, skip_host=True, skip_accept_encoding=True)
    connection.putheader("Host", receiver.authority)
    for name, value in message.headers.items():
        connection.putheader(name, value)
    if message.method == "POST":
        connection.putheader("Content-Length", str(len(message.body)))
    connection.putheader("Connection", "close")
    connection.endheaders(message.body or None)
    return connection.getresponse()


def _answer(response: HTTPResponse, now: datetime, most: int) -> Answer:
    with response:
        return Answer(
            status=response.status,
            retry_after=_retry_after(response.getheader("Retry-After"), now),
            body=response.read(most),
        )


def _retry_after(text: str | None, now: datetime) -> timedelta | None:
    """Parse seconds or an HTTP date. Returns None for anything else."""
    from datetime import UTC, timedelta
    from email.utils import parsedate_to_datetime

    text = (text or "").strip()
    try:
        if text.isascii() and text.isdecimal():
            return timedelta(seconds=int(text[:9]))
        date = parsedate_to_datetime(text)
        return max(timedelta(), (date if date.tzinfo else date.replace(tzinfo=UTC)) - now)
    except (OverflowError, TypeError, ValueError):
        return None
