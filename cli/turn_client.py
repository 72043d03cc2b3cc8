"""Client of a TURN relay with long-term credentials (RFC 8489 and 8656), to ask whether one lets calls through."""

import hashlib
import hmac
import os
import re
import socket
import ssl
import struct
from collections.abc import Mapping
from types import TracebackType
from typing import Self

_URL = re.compile(r"(?P<scheme>turns?):(?P<host>[^:?]+)(?::(?P<port>\d+))?(?:\?transport=(?P<transport>udp|tcp))?")
_COOKIE = 0x2112A442
_ALLOCATE, _REFRESH, _SUCCESS, _ERROR = 0x0003, 0x0004, 0x0100, 0x0110
_USERNAME, _INTEGRITY, _ERROR_CODE, _LIFETIME, _RELAYED = 0x0006, 0x0008, 0x0009, 0x000D, 0x0016
_REALM, _NONCE, _TRANSPORT = 0x0014, 0x0015, 0x0019
_HEADER = struct.Struct("!HHI12s")
_UNAUTHORISED, _STALE_NONCE = 401, 438
_SECONDS = 5.0
_ATTEMPTS = 3


class TurnFailed(Exception):
    """A relay did not answer as it should. The text has no credential."""


class TurnClient:
    """Connection to a relay. Leaving the block gives an allocation back."""

    def __init__(self, url: str, username: str, credential: str) -> None:
        found = _URL.fullmatch(url)
        if found is None:
            raise TurnFailed(f"{url} is not the address of a relay")
        self._secure = found["scheme"] == "turns"
        self._reliable = self._secure or found["transport"] == "tcp"
        self._address = (found["host"], int(found["port"] or (5349 if self._secure else 3478)))
        self._username, self._credential = username, credential
        self._realm = self._nonce = b""

    def __enter__(self) -> Self:
        try:
            self._socket = self._connect()
        except OSError as error:
            raise TurnFailed(f"no connection: {error}") from error
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._socket.close()

    def allocate(self) -> str:
        """Reserve an address of the relay and return it. Raises TurnFailed."""
        reply = self._ask(_ALLOCATE, {_TRANSPORT: bytes([17, 0, 0, 0])})
        _, family, port, *raw = struct.unpack("!BBH4B", reply[_RELAYED][:8])
        if family != 1:
            return "an IPv6 address"
        octets = bytes(raw[i] ^ _COOKIE.to_bytes(4)[i] for i in range(4))
        return f"{socket.inet_ntoa(octets)}:{port ^ (_COOKIE >> 16)}"

    def refresh(self, seconds: int) -> int:
        """Ask for the address for so long, 0 to give it back, and return what was granted. Raises TurnFailed."""
        return int.from_bytes(self._ask(_REFRESH, {_LIFETIME: seconds.to_bytes(4)})[_LIFETIME])

    def _connect(self) -> socket.socket:
        if not self._reliable:
            plain = socket.socket(socket.getaddrinfo(*self._address, type=socket.SOCK_DGRAM)[0][0], socket.SOCK_DGRAM)
            plain.settimeout(_SECONDS / _ATTEMPTS)
            plain.connect(self._address)
            return plain
        stream = socket.create_connection(self._address, _SECONDS)
        context = ssl.create_default_context()
        return context.wrap_socket(stream, server_hostname=self._address[0]) if self._secure else stream

    def _ask(self, method: int, attributes: Mapping[int, bytes]) -> Mapping[int, bytes]:
        for _ in range(3):
            kind, reply = self._exchange(method, attributes)
            if kind == method | _SUCCESS:
                return reply
            code = reply.get(_ERROR_CODE, b"\0\0\0\0")
            number = code[2] * 100 + code[3]
            fresh = (reply.get(_REALM, b""), reply.get(_NONCE, b""))
            if number not in {_UNAUTHORISED, _STALE_NONCE} or fresh[1] in {b"", self._nonce}:
                raise TurnFailed(f"refused with {number}")
            self._realm, self._nonce = fresh[0] or self._realm, fresh[1]
        raise TurnFailed("the credential was refused")

    def _exchange(self, method: int, attributes: Mapping[int, bytes]) -> tuple[int, Mapping[int, bytes]]:
        id_ = os.urandom(12)
        message = self._message(method, id_, attributes)
        try:
            for attempt in range(_ATTEMPTS):
                self._socket.sendall(message)
                try:
                    kind, got, body = self._receive()
                except TimeoutError:
                    if self._reliable or attempt == _ATTEMPTS - 1:
                        raise
                    continue
                if got == id_:
                    return kind, body
        except (OSError, struct.error) as error:
            raise TurnFailed(f"no answer: {type(error).__name__}") from error
        raise TurnFailed("no answer to this request")

    def _message(self, method: int, id_: bytes, attributes: Mapping[int, bytes]) -> bytes:
        known = {_USERNAME: self._username.encode(), _REALM: self._realm, _NONCE: self._nonce} if self._nonce else {}
        body = b"".join(_attribute(kind, value) for kind, value in {**attributes, **known}.items())
        if not known:
            return _HEADER.pack(method, len(body), _COOKIE, id_) + body
        # The checksum covers a header whose length already counts the checksum.
        head = _HEADER.pack(method, len(body) + 24, _COOKIE, id_)
        key = hashlib.md5(b":".join([known[_USERNAME], self._realm, self._credential.encode()]), usedforsecurity=False)
        return head + body + _attribute(_INTEGRITY, hmac.digest(key.digest(), head + body, "sha1"))

    def _receive(self) -> tuple[int, bytes, Mapping[int, bytes]]:
        data = self._socket.recv(2048)
        while self._reliable and data and len(data) < 20 + (int.from_bytes(data[2:4]) if len(data) >= 4 else 0):  # noqa: PLR2004 - a header's length
            data += self._socket.recv(2048)
        kind, length, _, id_ = _HEADER.unpack(data[:20])
        found: dict[int, bytes] = {}
        at, end = 20, 20 + length
        while at + 4 <= end:
            name, size = struct.unpack("!HH", data[at : at + 4])
            found.setdefault(name, data[at + 4 : at + 4 + size])
            at += 4 + size + -size % 4
        return kind, id_, found


def _attribute(kind: int, value: bytes) -> bytes:
    return struct.pack("!HH", kind, len(value)) + value + bytes(-len(value) % 4)
