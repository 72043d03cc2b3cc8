"""Signature Version 4 of requests to AWS.

Source: "Create a signed AWS API request" in the User Guide of AWS Identity and Access Management.
"""

from __future__ import annotations

import hmac
import time
from hashlib import sha256
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import quote

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


class Keys(NamedTuple):
    """Credentials of one moment."""

    access_key: str
    secret_key: str
    token: str | None

    def get_frozen_credentials(self) -> Keys:
        """Return the keys themselves. Botocore's credentials, which may stand in for these, have the same method."""
        return self


def signing_key(secret: str, scope: Iterable[str]) -> bytes:
    """Derive the key of a scope: a day, a region, a service, and the end that all scopes have."""
    key = f"AWS4{secret}".encode()
    for part in scope:
        key = hmac.digest(key, part.encode(), "sha256")
    return key


class Signer:
    """Signs requests to one service in one region. The key that it derives from a secret is good for a day."""

    def __init__(self, service: str, region: str) -> None:
        self._scope = (region, service, "aws4_request")
        self._derived = ("", "", b"")
        """Day, secret, and the key derived from both."""

    def signed(self, keys: Keys, method: str, path: str, headers: Mapping[str, str], body: bytes) -> dict[str, str]:
        """Return the headers, whose names are in lower case and include `host`, with those of the signature."""
        moment = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime())
        signed = {**headers, "x-amz-date": moment}
        if keys.token:
            signed["x-amz-security-token"] = keys.token
        names = sorted(signed)
        listed = ";".join(names)
        lines = [f"{name}:{' '.join(signed[name].split())}" for name in names]
        request = "\n".join((method, quote(path, safe="/~"), "", *lines, "", listed, sha256(body).hexdigest()))
        scope = "/".join((moment[:8], *self._scope))
        text = f"AWS4-HMAC-SHA256\n{moment}\n{scope}\n{sha256(request.encode()).hexdigest()}"
        signature = hmac.digest(self._key(moment[:8], keys.secret_key), text.encode(), "sha256").hex()
        credential = f"Credential={keys.access_key}/{scope}"
        signed["authorization"] = f"AWS4-HMAC-SHA256 {credential}, SignedHeaders={listed}, Signature={signature}"
        return signed

    def _key(self, day: str, secret: str) -> bytes:
        if self._derived[:2] != (day, secret):
            self._derived = (day, secret, signing_key(secret, (day, *self._scope)))
        return self._derived[2]
