"""Amazon S3 for one process: the template's buckets in moto, and the events of what is stored in them."""

from __future__ import annotations

import threading
import uuid
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote, urlencode, urlsplit

from botocore.awsrequest import AWSPreparedRequest
from botocore.compat import HTTPHeaders

from linkgate.model.moments import utc
from local.intrinsics import ACCOUNT, REGION

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from moto.core.common_types import TYPE_RESPONSE

    from local.clock import Clock
    from local.s3_errors import Answer
    from local.template import Bucket

SAME_ORIGIN = "/_local/bucket"
"""Path of the buckets where they have no origin of their own."""

_STORING = {
    "PutObject": "PutObject",
    "CopyObject": "CopyObject",
    "PostObject": "POST Object",
    "CompleteMultipartUpload": "CompleteMultipartUpload",
}
"""Operations that store an object, and their names in events."""
_VERSIONED = b"<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>"
_HOST = f"https://s3.{REGION}.amazonaws.com"
_NOT_FOUND = 404


class ObjectStore:
    """Buckets of the template. Each is made when it is first used, because most tests use none."""

    def __init__(self, ask_moto: Callable[[AWSPreparedRequest], TYPE_RESPONSE], clock: Clock) -> None:
        self._ask_moto = ask_moto
        self._clock = clock
        self._buckets: Mapping[str, Bucket] = {}
        self._lock = threading.Lock()
        self._events: list[dict[str, Any]] = []

    def use(self, buckets: Sequence[Bucket]) -> None:
        """Set the buckets."""
        self._buckets = {each.name: each for each in buckets}

    def bucket(self, name: str) -> Bucket | None:
        """Return the bucket of that name, if the template has it."""
        return self._buckets.get(name)

    def used(self) -> list[str]:
        """Return the names of the buckets that have been used."""
        return [name for name in self._buckets if self._ask("HEAD", f"/{name}", {}, b"")[0] != _NOT_FOUND]

    def answer(self, operation: str, method: str, target: str, headers: Mapping[str, str], body: bytes) -> Answer:
        """Answer a call that is allowed. `target` is path and query, the path beginning with the bucket."""
        bucket, _, key = unquote(urlsplit(target).path).lstrip("/").partition("/")
        made = self._buckets.get(bucket)
        status, given, content = self._ask(method, target, headers, body)
        if status == _NOT_FOUND and made and b"<Code>NoSuchBucket</Code>" in content:
            self._make(made)
            status, given, content = self._ask(method, target, headers, body)
        if status < 300 and operation in _STORING and made and made.tells_events:  # noqa: PLR2004 - success
            self._tell(operation, bucket, key, given.get("x-amz-version-id"))
        return status, given, content

    def read(self, bucket: str, key: str, version: str | None = None) -> bytes:
        """Return an object; raises KeyError."""
        status, _, content = self.answer("GetObject", "GET", _target(bucket, key, version), {}, b"")
        if status == _NOT_FOUND:
            raise KeyError(key)
        return content

    def take_events(self) -> list[dict[str, Any]]:
        """Return the events of new objects since the last call, oldest first."""
        with self._lock:
            taken, self._events = self._events, []
        return taken

    def _make(self, bucket: Bucket) -> None:
        self._ask("PUT", f"/{bucket.name}", {}, b"")
        if bucket.versioned:
            self._ask("PUT", f"/{bucket.name}?versioning", {}, _VERSIONED)

    def _tell(self, operation: str, bucket: str, key: str, version: str | None) -> None:
        _, found, _ = self._ask("HEAD", _target(bucket, key, version), {}, b"")
        object_ = {"key": key, "size": int(found["content-length"]), "etag": found["etag"].strip('"')}
        detail = {
            "version": "0",
            "bucket": {"name": bucket},
            "object": {**object_, **({"version-id": version} if version else {}), "sequencer": uuid.uuid4().hex[:18]},
            "request-id": uuid.uuid4().hex[:16],
            "requester": ACCOUNT,
            "reason": _STORING[operation],
        }
        event = bus_event("aws.s3", "Object Created", utc(self._clock.now()), f"arn:aws:s3:::{bucket}", detail)
        with self._lock:
            self._events.append(event)

    def _ask(self, method: str, target: str, headers: Mapping[str, str], body: bytes) -> Answer:
        sent = HTTPHeaders()
        for name, value in {"Authorization": "checked", **headers}.items():
            sent[name] = value
        request = AWSPreparedRequest(method, _HOST + target, sent, body, stream_output=False)
        status, given, content = self._ask_moto(request)
        lower = {str(name).lower(): str(value) for name, value in given.items()}
        return status, lower, content.encode() if isinstance(content, str) else content


def bucket_base(domain: str) -> str:
    """Return the base of the buckets' addresses, given host and port of the portal.

    Only a machine's own browser knows two names of it. Others reach the buckets at the portal's own origin.
    """
    host, _, port = domain.rpartition(":")
    match host.strip("[]"):
        case "127.0.0.1" | "::1":
            return f"http://localhost:{port}"
        case "localhost":
            return f"http://127.0.0.1:{port}"
        case _:
            return f"http://{domain}{SAME_ORIGIN}"


def target_of(url: str) -> str:
    """Return path and query of an address of the buckets, the path beginning with the bucket."""
    address = urlsplit(url)
    return address.path.removeprefix(SAME_ORIGIN) + (f"?{address.query}" if address.query else "")


def bus_event(source: str, kind: str, time: str, resource: str, detail: Mapping[str, Any]) -> dict[str, Any]:
    """Return an event as AWS itself puts it on the default bus."""
    return {
        "version": "0",
        "id": str(uuid.uuid4()),
        "detail-type": kind,
        "source": source,
        "account": ACCOUNT,
        "time": time,
        "region": REGION,
        "resources": [resource],
        "detail": detail,
    }


def _target(bucket: str, key: str, version: str | None) -> str:
    return f"/{bucket}/{quote(key)}" + (f"?{urlencode({'versionId': version})}" if version else "")
