"""One request and its answer over a connection, in as much of HTTP/1.1 as AWS's services speak (RFC 9112).

`http.client` reads the headers of an answer with the parser of e-mails, and checks each header of a request. That was
half of a call to AWS. Here whatever is no whole answer is a failure, and nothing is guessed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import socket
    from collections.abc import Mapping
    from io import BufferedReader

_LONGEST_LINE, _MOST_HEADERS = 64 * 1024, 100
_FINAL = 200
_EMPTY = frozenset({204, 304})
"""Statuses of answers that have neither a body nor a length."""


class Answer(NamedTuple):
    """Answer to a request, read to its end. Names of headers are in lower case."""

    status: int
    headers: Mapping[str, str]
    content: bytes
    lasts: bool
    """True if the connection can be used for another request."""


def exchanged(connection: socket.socket, target: str, headers: Mapping[str, str], body: bytes) -> Answer:
    """Send a request, whose `target` is its method and path, and return the answer. Raises OSError or ValueError."""
    told = {**headers, "accept-encoding": "identity", "content-length": str(len(body))}
    lines = [f"{target} HTTP/1.1", *[f"{name}: {value}" for name, value in told.items()], "", ""]
    connection.sendall("\r\n".join(lines).encode("latin-1") + body)
    with connection.makefile("rb") as stream:
        return _answer(stream)


def _answer(stream: BufferedReader) -> Answer:
    version, status, headers = "", 0, dict[str, str]()
    while status < _FINAL:  # a server may say first that it goes on
        version, _, rest = _line(stream).partition(" ")
        if version not in {"HTTP/1.0", "HTTP/1.1"}:
            raise ValueError("no version")
        status, headers = _number(rest[:3]), _headers(stream)
    lasts, encoding = version == "HTTP/1.1" and headers.get("connection") != "close", headers.get("transfer-encoding")
    if status in _EMPTY:
        content = b""
    elif encoding:
        if encoding != "chunked":
            raise ValueError("unknown encoding")
        content = b"".join(iter(lambda: _chunk(stream), b""))
    elif "content-length" in headers:
        content = _exactly(stream, _number(headers["content-length"]))
    else:
        content, lasts = stream.read(), False
    return Answer(status, headers, content, lasts)


def _headers(stream: BufferedReader) -> dict[str, str]:
    headers: dict[str, str] = {}
    while line := _line(stream):
        name, _, value = line.partition(":")
        headers.setdefault(name.lower(), value.strip())
        if len(headers) > _MOST_HEADERS:
            raise ValueError("too many headers")
    return headers


def _chunk(stream: BufferedReader) -> bytes:
    """Return the next chunk, empty for the last one."""
    size = _number(_line(stream).partition(";")[0].strip(), 16)
    if not size:
        _headers(stream)
    elif (chunk := _exactly(stream, size + 2)).endswith(b"\r\n"):
        return chunk[:-2]
    else:
        raise ValueError("no end of a chunk")
    return b""


def _line(stream: BufferedReader) -> str:
    line = stream.readline(_LONGEST_LINE)
    if not line.endswith(b"\r\n"):
        raise ValueError("no end of a line")
    return line[:-2].decode("latin-1")


def _exactly(stream: BufferedReader, size: int) -> bytes:
    content = stream.read(size)
    if len(content) < size:
        raise ValueError("no end of an answer")
    return content


def _number(text: str, base: int = 10) -> int:
    if not text.isalnum():  # `int` takes signs and blanks, too
        raise ValueError("no number")
    return int(text, base)
