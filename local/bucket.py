"""Buckets as browsers and other programs reach them: by addresses and forms that Linkgate signed.

moto checks neither signature nor policy nor checksum, so all of it is checked here, as S3 does. The buckets have an
origin of their own, as on AWS: if the portal is at `127.0.0.1`, they are at `localhost`. So a page whose Content
Security Policy or a bucket whose CORS would fail on AWS fails here, too.
"""

from __future__ import annotations

import base64
import hashlib
from html import escape
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, quote, unquote, urlencode

from local.cors import headers_for, preflight
from local.faults import Fault, Service, error_reply
from local.http_messages import HttpResponse
from local.iam import Ask, refuses
from local.post_policies import check_policy, read_form
from local.s3_errors import S3Error, denied
from local.signatures import UNSIGNED, Key, check_signed_address

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import timedelta

    from local.clock import Clock
    from local.faults import Faults
    from local.http_messages import HttpRequest
    from local.iam import Context
    from local.object_store import ObjectStore
    from local.s3_errors import Answer
    from local.template import Bucket

_CHECKSUM = "x-amz-checksum-sha256"
_KEPT = ("content-type", "content-disposition", "cache-control", _CHECKSUM)
"""Fields of a form that are kept with the object."""
_SIGNING = "x-amz-"
_FORM = "application/x-www-form-urlencoded"


class BucketSite:
    """Answers requests for objects, and no others."""

    def __init__(self, base: str, key: Key, objects: ObjectStore, clock: Clock, faults: Faults) -> None:
        host, slash, path = base.partition("://")[2].partition("/")
        self._host, self._prefix = host, slash + path
        self._key = key
        self._objects = objects
        self._clock = clock
        self._faults = faults

    def handle(self, request: HttpRequest) -> HttpResponse | None:
        """Return the response, or None if the request is not for a bucket."""
        if request.header("host") != self._host or not request.path.startswith(f"{self._prefix}/"):
            return None
        name, _, key = request.path.removeprefix(f"{self._prefix}/").partition("/")
        bucket = self._objects.bucket(unquote(name))
        if bucket is None:
            return None
        try:
            status, headers, body = self._answer(request, bucket, unquote(key))
        except S3Error as error:
            status, headers, body = error.answer()
        allowed = headers_for(bucket.cors, request) if request.method != "OPTIONS" else {}
        return HttpResponse(status, (*headers.items(), *allowed.items()), body, f"S3 {request.method}")

    def _answer(self, request: HttpRequest, bucket: Bucket, key: str) -> Answer:
        if request.method == "OPTIONS":
            return preflight(bucket.cors, request)
        fault = self._faults.take(Service.S3)
        if fault not in {None, Fault.TIMEOUT_AFTER}:
            return error_reply(Service.S3, fault)
        answer = (
            self._form(request, bucket) if request.method == "POST" and not key else self._object(request, bucket, key)
        )
        # Whoever is not answered does not know what happened. S3 says the same of its own errors.
        return error_reply(Service.S3, Fault.ERROR) if fault else answer

    def _object(self, request: HttpRequest, bucket: Bucket, key: str) -> Answer:
        actions = {"GET": "s3:GetObject", "HEAD": "s3:GetObject", "PUT": "s3:PutObject", "DELETE": "s3:DeleteObject"}
        if request.method not in actions or not key:
            raise S3Error(405, "MethodNotAllowed", "The specified method is not allowed against this resource.")
        if "X-Amz-Signature=" not in request.query:
            raise denied()
        age = check_signed_address(request, request.target, self._key, self._clock.now())
        self._judge(bucket, actions[request.method], key, "REST-QUERY-STRING", age)
        headers = {name.lower(): value for name, value in request.headers}
        _check_content(headers, request.body)
        asked = parse_qsl(request.query, keep_blank_values=True)
        rest = urlencode([(n, v) for n, v in asked if not n.lower().startswith(_SIGNING)], quote_via=quote)
        target = f"/{bucket.name}/{quote(key)}" + (f"?{rest}" if rest else "")
        if request.method == "PUT":
            return self._store("PutObject", target, headers, request.body)
        method = "DELETE" if request.method == "DELETE" else "GET"
        ranged = {"Range": headers["range"]} if "range" in headers else {}
        return self._objects.answer(method, method, target, ranged, b"")

    def _form(self, request: HttpRequest, bucket: Bucket) -> Answer:
        form = read_form(request.header("content-type"), request.body)
        age = check_policy(form, bucket.name, self._key, self._clock.now())
        self._judge(bucket, "s3:PutObject", form.key, "POST", age)
        kept = {name: form.fields[name] for name in _KEPT if name in form.fields}
        _check_content(kept, form.content)
        status, headers, body = self._store("PostObject", f"/{bucket.name}/{quote(form.key)}", kept, form.content)
        if status == 200:  # noqa: PLR2004 - stored
            return _stored(
                form.fields,
                bucket,
                {**headers, "location": f"http://{self._host}{self._prefix}/{bucket.name}/{quote(form.key)}"},
            )
        return status, headers, body

    def _store(self, operation: str, target: str, headers: Mapping[str, str], body: bytes) -> Answer:
        sent = {name: value for name, value in headers.items() if name in {*_KEPT, "if-none-match"}}
        # moto takes content of a form's type, which programs send by default, for fields and stores none of it.
        if sent.get("content-type", _FORM) == _FORM:
            sent["content-type"] = "binary/octet-stream"  # S3's own default
        if _CHECKSUM in sent:
            sent["x-amz-sdk-checksum-algorithm"] = "SHA256"
        return self._objects.answer(operation, "PUT", target, sent, body)

    def _judge(self, bucket: Bucket, action: str, key: str, kind: str, age: timedelta) -> None:
        """Raise S3Error if the bucket's policy denies this."""
        context: Context = {
            "aws:SecureTransport": ("true",),  # on AWS, nothing else comes this far
            "s3:authType": (kind,),
            "s3:signatureAge": (str(round(age.total_seconds() * 1000)),),
        }
        if refuses(bucket.statements, Ask(action, f"arn:aws:s3:::{bucket.name}/{key}", context)):
            raise denied()


def _check_content(headers: Mapping[str, str], body: bytes) -> None:
    """Raise S3Error unless the bytes are those that the headers announce."""
    digest = hashlib.sha256(body)
    announced = headers.get("x-amz-content-sha256", UNSIGNED)
    if announced not in {UNSIGNED, digest.hexdigest()}:
        message = "The provided 'x-amz-content-sha256' header does not match what was computed."
        raise S3Error(400, "XAmzContentSHA256Mismatch", message)
    if headers.get(_CHECKSUM, expected := base64.b64encode(digest.digest()).decode()) != expected:
        raise S3Error(400, "BadDigest", "The SHA256 you specified did not match the calculated checksum.")


def _stored(fields: Mapping[str, str], bucket: Bucket, headers: Mapping[str, str]) -> Answer:
    """Answer a form as it asks for: by a redirect, by XML or by nothing."""
    told = {"Bucket": bucket.name, "Key": fields["key"], "ETag": headers["etag"]}
    if next_page := fields.get("success_action_redirect", ""):
        added = urlencode({name.lower(): value for name, value in told.items()})
        return 303, {**headers, "location": f"{next_page}{'&' if '?' in next_page else '?'}{added}"}, b""
    status = fields.get("success_action_status")
    if status == "201":
        elements = "".join(
            f"<{name}>{escape(value, quote=False)}</{name}>"
            for name, value in {**told, "Location": headers["location"]}.items()
        )
        xml = f"<PostResponse>{elements}</PostResponse>"
        return 201, {**headers, "content-type": "application/xml"}, xml.encode()
    return 200 if status == "200" else 204, dict(headers), b""
