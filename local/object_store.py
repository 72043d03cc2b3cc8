"""Amazon S3 for one process: objects in memory, for the calls and signed addresses that Linkgate uses."""

from __future__ import annotations

import base64
import hashlib
import threading
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, unquote, urlsplit

if TYPE_CHECKING:
    from collections.abc import Mapping

    Answer = tuple[int, dict[str, str], bytes]

SIGNATURE = "X-Amz-Signature"
_CHECKSUM = "x-amz-checksum-sha256"


def is_signed_address(query: str) -> bool:
    """Tell whether a request's query is that of a signed address of S3."""
    return SIGNATURE in parse_qs(query)


class ObjectStore:
    """Objects by path: the bucket and the key. It answers like S3, and checks digest, length and age of an upload."""

    def __init__(self) -> None:
        self._objects: dict[str, bytes] = {}
        self._lock = threading.Lock()

    def answer(self, method: str, url: str, headers: Mapping[str, str], body: bytes) -> Answer:
        """Answer PUT, GET or DELETE of one object."""
        address = urlsplit(url)
        path, query = unquote(address.path), {name: values[0] for name, values in parse_qs(address.query).items()}
        given = {name.lower(): _text(value) for name, value in headers.items()}
        if refused := self._refused(query, given, body):
            return refused
        with self._lock:
            match method:
                case "PUT":
                    self._objects[path] = body
                    return 200, {"ETag": f'"{hashlib.md5(body, usedforsecurity=False).hexdigest()}"'}, b""
                case "DELETE":
                    self._objects.pop(path, None)
                    return 204, {}, b""
                case "GET" if path in self._objects:
                    return _part(self._objects[path], given.get("range", ""), query)
                case "GET":
                    return _error(404, "NoSuchKey")
                case _:
                    return _error(405, "MethodNotAllowed")

    def read(self, bucket: str, key: str) -> bytes:
        """Return an object; raises KeyError."""
        with self._lock:
            return self._objects[f"/{bucket}/{key}"]

    def _refused(self, query: Mapping[str, str], given: Mapping[str, str], body: bytes) -> Answer | None:
        if SIGNATURE in query:
            signed = datetime.strptime(query["X-Amz-Date"], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
            # Signatures have the time of the machine, not of the runner's clock, which may be ahead of it.
            if datetime.now(UTC) > signed + timedelta(seconds=int(query["X-Amz-Expires"])):
                return _error(403, "AccessDenied")
            if set(query["X-Amz-SignedHeaders"].split(";")) - {*given, "host"}:
                return _error(403, "SignatureDoesNotMatch")
        digest = base64.b64encode(hashlib.sha256(body).digest()).decode()
        if given.get(_CHECKSUM, digest) != digest:
            return _error(400, "BadDigest")
        return None


def _part(content: bytes, range_: str, query: Mapping[str, str]) -> Answer:
    headers = {"Content-Type": "application/octet-stream"}
    if "response-content-disposition" in query:
        headers["Content-Disposition"] = query["response-content-disposition"]
    if not range_:
        return 200, {**headers, "Content-Length": str(len(content))}, content
    first, _, last = range_.removeprefix("bytes=").partition("-")
    if int(first) >= len(content):
        return _error(416, "InvalidRange")
    part = content[int(first) : int(last) + 1]
    return 206, {**headers, "Content-Length": str(len(part))}, part


def _error(status: int, code: str) -> Answer:
    return status, {"Content-Type": "application/xml"}, f"<Error><Code>{code}</Code><Message/></Error>".encode()


def _text(value: object) -> str:
    return value.decode() if isinstance(value, bytes) else str(value)
