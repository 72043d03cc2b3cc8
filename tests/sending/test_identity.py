"""Tokens of identity providers: only a right one, by the provider's own keys, for us, now, signs anybody in."""

from __future__ import annotations

import base64
import hmac
import json
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import parse_qs

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey

from linkgate.errors import SignInRefused, Unavailable
from linkgate.model.person import SignIn
from linkgate.ports.history import Answer
from linkgate.sending.identity import KEYS_AGAIN, KEYS_LIFE, OpenIdProviders

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from linkgate.sending.receiver_post import ReceiverPost

NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)
AT = int(NOW.timestamp())
ISSUER, CLIENT = "https://id.example.com", "client id"
SIGN_IN = SignIn("id", "1" * 32, "Id", ISSUER, CLIENT, "/secret", f"{ISSUER}/a", f"{ISSUER}/t", f"{ISSUER}/keys")
KEY = ECKey.generate_key("P-256", {"kid": "one", "use": "sig"})
OTHER = ECKey.generate_key("P-256", {"kid": "one", "use": "sig"})
RSA = RSAKey.generate_key(2048, {"kid": "rsa", "use": "sig"})
CLAIMS: Mapping[str, Any] = {"iss": ISSUER, "aud": CLIENT, "sub": "ana", "iat": AT, "exp": AT + 300, "nonce": "n"}
UNUSABLE: tuple[object, ...] = (
    {"kty": "RSA", "kid": "crypt", "use": "enc", "n": "AQAB", "e": "AQAB"},
    {"kty": "AKP", "kid": "new"},
    {"kty": "EC", "kid": "curve", "crv": "P-999", "x": "AA", "y": "AA"},
    {"kty": "OKP", "kid": "exchange", "crv": "X25519", "x": "AAAA"},
    {"kty": "RSA", "kid": "parts"},
    {"kty": "RSA", "kid": "short", "n": "AQAB", "e": "AQAB"},
    "text",
    None,
)
"""Entries that a provider may list besides its keys for signatures. None of them keeps anybody out."""
OURS: Mapping[str, Any] = {"alg": "ES256", "kid": "one"}
DEEP = "[" * 9000 + "]" * 9000


class Provider:
    """An identity provider with scripted answers, in the place of HTTP."""

    def __init__(self, token: str = "") -> None:
        self.token = Answer(status=200, body=json.dumps({"id_token": token}).encode())
        self.keys: list[Any] = [KEY, RSA]
        self.asked: list[tuple[str, Mapping[str, str], bytes]] = []
        self.reads = 0

    def __call__(self, url: str, headers: Mapping[str, str], body: bytes, _now: datetime) -> Answer:
        self.asked.append((url, headers, body))
        return self.token

    def get(self, url: str, _now: datetime) -> Answer:
        assert url == SIGN_IN.jwks_uri
        self.reads += 1
        keys = [*UNUSABLE, *(key.as_dict(private=False) for key in self.keys)]
        return Answer(status=200, body=json.dumps({"keys": keys}).encode())

    def providers(self) -> OpenIdProviders:
        parameter = {"Parameter": {"Value": "a secret:%"}}
        ssm = SimpleNamespace(get_parameter=lambda **_: parameter)
        return OpenIdProviders(lambda: cast("Any", ssm), False, cast("ReceiverPost", self))  # noqa: FBT003 - as wired


def signed(claims: Mapping[str, Any] = CLAIMS, key: Any = KEY, **header: Any) -> str:
    return jwt.encode({"alg": "ES256", "kid": "one", **header}, dict(claims), key)


def without(name: str) -> dict[str, Any]:
    return {each: value for each, value in CLAIMS.items() if each != name}


def claims_of(token: str, at: datetime = NOW) -> Mapping[str, object]:
    return Provider(token).providers().claims(SIGN_IN, "code", "verifier", "https://us/back", at)


def test_a_right_token_gives_its_claims_and_the_client_proves_itself() -> None:
    provider = Provider(signed())

    claims = provider.providers().claims(SIGN_IN, "the code", "verifier", "https://us/back", NOW)

    assert claims == CLAIMS
    ((url, headers, body),) = provider.asked
    assert url == SIGN_IN.token_endpoint
    assert base64.b64decode(headers["Authorization"].removeprefix("Basic ")).decode() == "client%20id:a%20secret%3A%25"
    assert parse_qs(body.decode()) == {
        "grant_type": ["authorization_code"],
        "code": ["the code"],
        "redirect_uri": ["https://us/back"],
        "code_verifier": ["verifier"],
    }


@pytest.mark.parametrize("more", [{"aud": [CLIENT]}, {"aud": [CLIENT, "other"], "azp": CLIENT}, {"azp": CLIENT}])
def test_an_audience_among_several_needs_to_name_us_as_the_party(more: Mapping[str, Any]) -> None:
    assert claims_of(signed({**CLAIMS, **more}))["sub"] == "ana"


def test_a_token_may_be_signed_with_rsa() -> None:
    assert claims_of(jwt.encode({"alg": "RS256", "kid": "rsa"}, dict(CLAIMS), RSA))["sub"] == "ana"


def by_hand(header: Mapping[str, Any], sign: Callable[[bytes], bytes], claims: str = "") -> str:
    """Make a token that the library refuses to make."""
    texts = [json.dumps(dict(header)), claims or json.dumps(dict(CLAIMS))]
    parts = [base64.urlsafe_b64encode(text.encode()).rstrip(b"=") for text in texts]
    content = b".".join(parts)
    return (content + b"." + base64.urlsafe_b64encode(sign(content)).rstrip(b"=")).decode()


def unsigned() -> str:
    return by_hand({"alg": "none"}, lambda _: b"")


def keyed_with_the_public_key() -> str:
    """A signature that a checker accepts if it takes the provider's public key for a shared secret."""
    public = KEY.as_pem(private=False)
    return by_hand({"alg": "HS256", "kid": "one"}, lambda content: hmac.digest(public, content, "sha256"))


def sign(content: bytes) -> bytes:
    """Sign with the provider's own key."""
    private = KEY.private_key
    assert private
    r, s = decode_dss_signature(private.sign(content, ec.ECDSA(hashes.SHA256())))
    return r.to_bytes(32, "big") + s.to_bytes(32, "big")


def with_an_unknown_critical_part() -> str:
    assert claims_of(by_hand(OURS, sign)) == CLAIMS
    return by_hand({**OURS, "crit": ["x"], "x": 1}, sign)


def with_a_key_of_its_own() -> str:
    return signed(key=OTHER, jwk=OTHER.as_dict(private=False))


def tampered() -> str:
    head, _, signature = signed().split(".")
    body = base64.urlsafe_b64encode(json.dumps({**CLAIMS, "sub": "eve"}).encode()).decode().rstrip("=")
    return f"{head}.{body}.{signature}"


HOSTILE: Mapping[str, Callable[[], str]] = {
    "no signature": unsigned,
    "signed with the public key": keyed_with_the_public_key,
    "a foreign key under our id": lambda: signed(key=OTHER),
    "a key in its own head": with_a_key_of_its_own,
    "an unknown key": lambda: signed(key=OTHER, kid="nobody"),
    "other content": tampered,
    "another issuer": lambda: signed({**CLAIMS, "iss": "https://evil.example"}),
    "an issuer that begins alike": lambda: signed({**CLAIMS, "iss": f"{ISSUER}/"}),
    "another audience": lambda: signed({**CLAIMS, "aud": "other"}),
    "several audiences and no party": lambda: signed({**CLAIMS, "aud": [CLIENT, "other"]}),
    "another party": lambda: signed({**CLAIMS, "azp": "other"}),
    "expired": lambda: signed({**CLAIMS, "exp": AT - 61}),
    "made in the future": lambda: signed({**CLAIMS, "iat": AT + 61}),
    "not valid yet": lambda: signed({**CLAIMS, "nbf": AT + 61}),
    "an unknown critical part": with_an_unknown_critical_part,
    "deep claims": lambda: by_hand(OURS, sign, f'{{"sub": {DEEP}}}'),
    "no text": lambda: "",
    "no token": lambda: "a.b.c",
    "a name that is no text": lambda: by_hand(OURS, sign, json.dumps({**CLAIMS, "sub": "\ud800"})),
    "a list": lambda: base64.urlsafe_b64encode(b"[]").decode() * 3,
    **{f"no {name}": (lambda name=name: signed(without(name))) for name in ("iss", "aud", "sub", "exp", "iat")},  # type: ignore[misc]  # the name is bound early
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_token_signs_nobody_in(name: str) -> None:
    token = HOSTILE[name]()

    with pytest.raises(SignInRefused):
        claims_of(token)


def test_a_minutes_difference_of_clocks_is_borne() -> None:
    assert claims_of(signed({**CLAIMS, "exp": AT - 59, "iat": AT + 59}))["sub"] == "ana"


def test_keys_are_read_again_after_an_hour_or_if_a_token_names_an_unknown_one() -> None:
    provider = Provider(signed())
    providers = provider.providers()

    def sign_in(at: datetime) -> None:
        moved = int(at.timestamp())
        renewed = {**CLAIMS, "iat": moved, "exp": moved + 300}
        provider.token = Answer(status=200, body=json.dumps({"id_token": signed(renewed, provider.keys[0])}).encode())
        providers.claims(SIGN_IN, "code", "verifier", "https://us/back", at)

    sign_in(NOW)
    sign_in(NOW + KEYS_LIFE - timedelta(seconds=1))
    assert provider.reads == 1
    sign_in(NOW + KEYS_LIFE)
    assert provider.reads == 2
    provider.keys = [OTHER]
    with pytest.raises(SignInRefused):
        sign_in(NOW + KEYS_LIFE + timedelta(seconds=30))
    assert provider.reads == 2  # not for each forged token
    sign_in(NOW + KEYS_LIFE + KEYS_AGAIN)
    assert provider.reads == 3


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (Answer(status=400, body=b'{"error":"invalid_grant"}'), SignInRefused),
        (Answer(status=401), SignInRefused),
        (Answer(status=500), Unavailable),
        (Answer(reason="timeout"), Unavailable),
        (Answer(status=200, body=b"<html>"), Unavailable),
        (Answer(status=200, body=b"[1]"), Unavailable),
        (Answer(status=200, body=DEEP.encode()), Unavailable),
        (Answer(status=200, body=b"{}"), SignInRefused),
        (Answer(status=200, body=b'{"id_token": 7}'), SignInRefused),
    ],
)
def test_an_answer_without_a_token_signs_nobody_in(answer: Answer, error: type[Exception]) -> None:
    provider = Provider()
    provider.token = answer

    with pytest.raises(error):
        provider.providers().claims(SIGN_IN, "code", "verifier", "https://us/back", NOW)
