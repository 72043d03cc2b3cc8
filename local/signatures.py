"""Signature Version 4 of requests to Amazon S3, recomputed with the key of this machine.

Clients hold addresses and forms that Linkgate signed. S3 computes the signature again from what it received, so that
nothing which was signed can differ.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, quote, unquote

from local.s3_errors import S3Error, denied

if TYPE_CHECKING:
    from collections.abc import Mapping

    from local.http_messages import HttpRequest

ALGORITHM = "AWS4-HMAC-SHA256"
UNSIGNED = "UNSIGNED-PAYLOAD"
_DATE = "%Y%m%dT%H%M%SZ"
_PARAMETERS = ("Algorithm", "Credential", "Date", "Expires", "SignedHeaders", "Signature")
_LONGEST = 7 * 24 * 3600
_SKEW = timedelta(minutes=15)
"""Time that a client's clock may be ahead."""


@dataclass(frozen=True, slots=True)
class Key:
    """Key of the account, where it counts."""

    id: str
    secret: str
    region: str

    def signature(self, day: str, text: str) -> str:
        """Sign a text with the key of one day."""
        signed = f"AWS4{self.secret}".encode()
        for part in (day, self.region, "s3", "aws4_request", text):
            signed = hmac.digest(signed, part.encode(), "sha256")
        return signed.hex()

    def check_credential(self, credential: str, moment: str) -> None:
        """Raise S3Error unless a credential is this key, on the day of the moment."""
        named, _, scope = credential.partition("/")
        if named != self.id:
            raise S3Error(
                403, "InvalidAccessKeyId", "The AWS Access Key Id you provided does not exist in our records."
            )
        if scope != f"{moment[:8]}/{self.region}/s3/aws4_request":
            raise _malformed(f'the Credential is mal-formed; expecting "{moment[:8]}/{self.region}/s3/aws4_request"')


def check_signed_address(request: HttpRequest, target: str, key: Key, now: datetime) -> timedelta:
    """Raise S3Error unless the request is what was signed. Returns the signature's age.

    `target` is path and query under which the client asked.
    """
    path, _, query = target.partition("?")
    asked = parse_qsl(query, keep_blank_values=True)
    given = dict(asked)
    if any(f"X-Amz-{name}" not in given for name in _PARAMETERS) or given["X-Amz-Algorithm"] != ALGORITHM:
        raise _malformed(
            "Query-string authentication version 4 requires the X-Amz-Algorithm and five other parameters."
        )
    moment, lasts = given["X-Amz-Date"], given["X-Amz-Expires"]
    key.check_credential(given["X-Amz-Credential"], moment)
    age = _age(moment, lasts, now)
    names = given["X-Amz-SignedHeaders"].split(";")
    headers = headers_of(request)
    _check_all_signed(headers, names)
    canonical = "\n".join([
        request.method,
        quote(unquote(path), safe="/~"),
        "&".join(f"{n}={v}" for n, v in sorted((_escaped(n), _escaped(v)) for n, v in asked if n != "X-Amz-Signature")),
        *(f"{name}:{headers.get(name, '')}" for name in names),
        "",
        ";".join(names),
        headers.get("x-amz-content-sha256", UNSIGNED),
    ])  # fmt: skip
    scope = given["X-Amz-Credential"].partition("/")[2]
    text = "\n".join([ALGORITHM, moment, scope, hashlib.sha256(canonical.encode()).hexdigest()])
    if not hmac.compare_digest(key.signature(moment[:8], text).encode(), given["X-Amz-Signature"].encode()):
        raise wrong_signature(CanonicalRequest=canonical)
    return age


def headers_of(request: HttpRequest) -> dict[str, str]:
    """Return the headers as they are signed."""
    found: dict[str, str] = {}
    for name, value in request.headers:
        text = re.sub(r" +", " ", value.strip())
        found[name.lower()] = f"{found[name.lower()]},{text}" if name.lower() in found else text
    return found


def age_of(moment: str, now: datetime) -> timedelta:
    """Return the age of a signature; raises S3Error if it is no moment, or lies ahead."""
    try:
        signed = datetime.strptime(moment, _DATE).replace(tzinfo=UTC)
    except ValueError:
        raise _malformed("X-Amz-Date must be in the ISO8601 Long Format \"yyyyMMdd'T'HHmmss'Z'\"") from None
    if signed > now + _SKEW:
        raise denied("Request is not yet valid")
    return now - signed


def wrong_signature(**facts: object) -> S3Error:
    """Return the error for a signature that is not that of the request."""
    message = "The request signature we calculated does not match the signature you provided."
    return S3Error(403, "SignatureDoesNotMatch", message, **facts)


def _age(moment: str, lasts: str, now: datetime) -> timedelta:
    if not lasts.isascii() or not lasts.isdecimal() or not 0 < int(lasts) <= _LONGEST:
        raise _malformed("X-Amz-Expires must be between 1 and 604800 seconds")
    age = age_of(moment, now)
    if age > timedelta(seconds=int(lasts)):
        raise denied("Request has expired", **{"X-Amz-Expires": lasts, "ServerTime": f"{now:%Y-%m-%dT%H:%M:%SZ}"})
    return age


def _check_all_signed(headers: Mapping[str, str], names: list[str]) -> None:
    unsigned = sorted(name for name in headers if name.startswith("x-amz-") and name not in names)
    if "host" not in names or unsigned:
        told = {"HeadersNotSigned": ", ".join(unsigned or ["host"])}
        raise denied("There were headers present in the request which were not signed", **told)


def _malformed(message: str) -> S3Error:
    return S3Error(400, "AuthorizationQueryParametersError", message)


def _escaped(text: str) -> str:
    return quote(text, safe="-_.~")
