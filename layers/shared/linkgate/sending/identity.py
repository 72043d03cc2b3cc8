"""Calls to identity providers that speak OpenID Connect, and the check of the tokens that they issue.

Only this module loads `joserfc`, which is in a layer of its own. Sources: OpenID Connect Core 1.0, 3.1.3, and RFC 9700.
"""

from __future__ import annotations

import base64
import json
from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import JWKRegistry, KeySet

from linkgate.errors import SignInRefused, Unavailable
from linkgate.model.epoch import epoch_seconds
from linkgate.sending.receiver_post import ReceiverPost

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from joserfc.jwk import Key
    from types_boto3_ssm import SSMClient

    from linkgate.model.person import SignIn
    from linkgate.ports.history import Answer

ALGORITHMS = ["RS256", "PS256", "ES256", "EdDSA"]
"""Signatures with a key pair. A shared secret never signs, because the provider's public key could pass for one."""
KEYS_LIFE = timedelta(hours=1)
KEYS_AGAIN = timedelta(minutes=1)
"""Pause before keys are read again because a token names an unknown one."""
CLOCK_SKEW = 60
"""Seconds by which a provider's clock may differ from ours."""
_ANSWER_BYTES = 64 * 1024
_OK = 200
_REFUSALS = range(400, 500)


class OpenIdProviders:
    """`ports.staff.IdentityProviders` over HTTP."""

    def __init__(self, ssm: Callable[[], SSMClient], loopback: bool, http: ReceiverPost | None = None) -> None:  # noqa: FBT001 - made by `late`, which passes no names
        """`loopback` allows providers on this machine. It is for the local runner only."""
        self._ssm = ssm
        self._http = http or ReceiverPost(loopback=loopback, answer_bytes=_ANSWER_BYTES)
        self._keys: dict[str, tuple[datetime, KeySet]] = {}

    def claims(self, sign_in: SignIn, code: str, verifier: str, back: str, now: datetime) -> Mapping[str, object]:
        form = {"grant_type": "authorization_code", "code": code, "redirect_uri": back, "code_verifier": verifier}
        headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            "Accept": "application/json",
            "Authorization": self._authorization(sign_in),
        }
        answer = self._http(sign_in.token_endpoint, headers, urlencode(form).encode(), now)
        if answer.status in _REFUSALS:
            raise SignInRefused("code")
        token = _object(answer).get("id_token")
        if not isinstance(token, str):
            raise SignInRefused("no_token")
        return self._checked(sign_in, token, now)

    def _authorization(self, sign_in: SignIn) -> str:
        """Return the client's own proof, each part percent-encoded first (RFC 6749, 2.3.1)."""
        from linkgate.aws.calls import unavailable_on_failure

        with unavailable_on_failure():
            found = self._ssm().get_parameter(Name=sign_in.secret_name, WithDecryption=True)["Parameter"]
        pair = f"{quote(sign_in.client_id, safe='')}:{quote(found['Value'], safe='')}"
        return "Basic " + base64.b64encode(pair.encode()).decode()

    def _checked(self, sign_in: SignIn, token: str, now: datetime) -> Mapping[str, object]:
        try:
            decoded = self._decoded(sign_in, token, now)
            _rules(sign_in, epoch_seconds(now)).validate(decoded.claims)
            decoded.claims["sub"].encode()
        except (JoseError, RecursionError, TypeError, ValueError):
            raise SignInRefused("token") from None
        claims: dict[str, object] = decoded.claims
        # The library does not look at the party that the token was issued to, if that is named besides the audience.
        audience = claims["aud"]
        several = isinstance(audience, list) and len(audience) > 1
        if claims.get("azp", None if several else sign_in.client_id) != sign_in.client_id:
            raise SignInRefused("token")
        return claims

    def _decoded(self, sign_in: SignIn, token: str, now: datetime) -> Any:  # noqa: ANN401 - the library's token
        read_at, keys = self._keys_of(sign_in, now)
        try:
            return jwt.decode(token, keys, algorithms=ALGORITHMS)
        except (JoseError, ValueError):
            if read_at + KEYS_AGAIN > now:
                raise
        _, keys = self._keys_of(sign_in, now, newest=True)
        return jwt.decode(token, keys, algorithms=ALGORITHMS)

    def _keys_of(self, sign_in: SignIn, now: datetime, *, newest: bool = False) -> tuple[datetime, KeySet]:
        known = self._keys.get(sign_in.jwks_uri)
        if known is None or newest or known[0] + KEYS_LIFE <= now:
            keys = _usable(_object(self._http.get(sign_in.jwks_uri, now)))
            if not keys:
                raise Unavailable
            self._keys[sign_in.jwks_uri] = known = now, KeySet(keys)
        return known


def _object(answer: Answer) -> dict[str, Any]:
    """Return the JSON object of an answer. Raises Unavailable if there is none."""
    if answer.status != _OK:
        raise Unavailable
    try:
        read = json.loads(answer.body)
    except (RecursionError, ValueError):
        raise Unavailable from None
    if not isinstance(read, dict):
        raise Unavailable
    return read


def _usable(document: Mapping[str, Any]) -> list[Key]:
    """Return the keys that can check signatures. Providers also list keys that we do not use or cannot read."""
    listed, keys = document.get("keys"), []
    for each in listed if isinstance(listed, list) else []:
        if isinstance(each, dict) and each.get("kty") in {"RSA", "EC", "OKP"} and each.get("use", "sig") == "sig":
            with suppress(JoseError, ValueError, KeyError, TypeError):
                keys.append(JWKRegistry.import_key(each))
    return keys


def _rules(sign_in: SignIn, now: int) -> jwt.JWTClaimsRegistry:
    return jwt.JWTClaimsRegistry(
        now=now,
        leeway=CLOCK_SKEW,
        iss={"essential": True, "value": sign_in.issuer},
        aud={"essential": True, "value": sign_in.client_id},
        sub={"essential": True},
        exp={"essential": True},
        iat={"essential": True},
    )
