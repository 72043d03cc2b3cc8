"""Requests are signed as botocore's signer signs them. `make signatures` compares 100,000 of them."""

from __future__ import annotations

import hmac
import os
import random
import string
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from linkgate.aws.signature import Keys, Signer

if TYPE_CHECKING:
    import pytest

REQUESTS = int(os.environ.get("SIGNATURES", "2000"))
DAY = 24 * 60 * 60
LETTERS = string.ascii_letters + string.digits
SERVICES = [("dynamodb", "/"), ("ses", "/v2/email/outbound-emails"), ("execute-api", "/live/@connections/")]
REGIONS = ["eu-west-1", "us-gov-east-1", "ap-southeast-3"]


def text(chance: random.Random, letters: str, most: int, least: int = 0) -> str:
    return "".join(chance.choices(letters, k=chance.randint(least, most)))


def signed_by_botocore(  # noqa: PLR0913, PLR0917 - the parts of a request
    keys: Keys, scope: tuple[str, str], method: str, url: str, headers: dict[str, str], body: bytes, moment: str
) -> str:
    signer: Any = SigV4Auth(Credentials(*keys), *scope)
    token = {"x-amz-security-token": keys.token} if keys.token else {}
    request: Any = AWSRequest(method, url, {**headers, "x-amz-date": moment, **token}, body)
    request.context["timestamp"] = moment
    signature = signer.signature(signer.string_to_sign(request, signer.canonical_request(request)), request)
    listed = signer.signed_headers(signer.headers_to_sign(request))
    return f"AWS4-HMAC-SHA256 Credential={signer.scope(request)}, SignedHeaders={listed}, Signature={signature}"


def test_random_requests_are_signed_as_botocore_signs_them(monkeypatch: pytest.MonkeyPatch) -> None:
    chance = random.Random(20)
    now = [0.0]
    gmtime = time.gmtime
    monkeypatch.setattr(time, "gmtime", lambda seconds=None: gmtime(now[0] if seconds is None else seconds))
    signers = {(service, region): Signer(service, region) for service, _ in SERVICES for region in REGIONS}
    keys = Keys("AKIA", "secret", None)
    for number in range(REQUESTS):
        # One signer meets several days and several secrets, in any order.
        now[0] = chance.choice([chance.uniform(0, 4e9), now[0], now[0] + DAY / 3])
        if not number % 3:
            token = text(chance, LETTERS + "+/=", 400, 1) if chance.random() < 0.7 else None
            keys = Keys(text(chance, LETTERS, 20, 16), text(chance, LETTERS + "+/", 40, 40), token)
        service, path = chance.choice(SERVICES)
        region = chance.choice(REGIONS)
        host = chance.choice(["dynamodb.eu-west-1.amazonaws.com", "127.0.0.1:8000", "api.example.com:8443"])
        if path.endswith("/@connections/"):
            path += quote(text(chance, LETTERS + "=/+~ é@:", 20, 1), safe="")
        method = chance.choice(["POST", "DELETE"])
        body = text(chance, string.printable + "éü漢😀", 500).encode()
        headers = {"content-type": chance.choice(["application/json", "text/plain;  charset=utf-8 ", "a \t b"])}
        if chance.random() < 0.5:
            headers[f"x-{text(chance, string.ascii_lowercase + '-', 12, 1)}"] = text(chance, LETTERS + " .#/", 40, 1)

        found = signers[service, region].signed(keys, method, path, {"host": host, **headers}, body)

        moment = datetime.fromtimestamp(int(now[0]), UTC).strftime("%Y%m%dT%H%M%SZ")
        url = f"https://{host}{path}"
        expected = signed_by_botocore(keys, (service, region), method, url, headers, body, moment)
        assert found["x-amz-date"] == moment
        assert found["authorization"] == expected, (number, method, url, headers)
        assert found.get("x-amz-security-token") == keys.token


def test_the_derived_key_is_kept_for_its_day(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[bytes] = []
    digest = hmac.digest

    def counted(key: bytes, message: bytes, name: str) -> bytes:
        made.append(key)
        return digest(key, message, name)

    monkeypatch.setattr(hmac, "digest", counted)
    monkeypatch.setattr(time, "gmtime", lambda: datetime(2026, 11, 28, tzinfo=UTC).timetuple())
    signer, keys = Signer("dynamodb", "eu-west-1"), Keys("a", "b", None)
    for _ in range(3):
        signer.signed(keys, "POST", "/", {"host": "x"}, b"")

    assert len(made) == 4 + 3, "four to derive the key, and one for each signature"
