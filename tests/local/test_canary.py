"""The canary of every test's cloud catches a leak of each kind, in each place and spelling."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import re
import uuid
import zlib
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import boto3
import pytest

from linkgate import tokens, wiring
from linkgate.aws.relays import SecretRelays
from linkgate.model.caller_keys import new_secret
from local.http_messages import HttpRequest, HttpResponse
from tests.support import canary_secrets
from tests.support.canary import Canary, leaks_in_output
from tests.support.canary_secrets import ALLOWED, HASHED, PUBLIC
from tests.support.cloud import DOMAIN, TEMPLATE, Cloud
from tests.support.vendor_calls import GENERATE
from tests.support.visitor import coded_link, parts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

RID = "r" * 22


class SecretOfRelay:
    """SSM with the secret of a relay."""

    def get_parameter(self, **_: object) -> Any:
        return {"Parameter": {"Value": "shared secret"}}


@pytest.fixture
def canary() -> Iterator[Canary]:
    """Yield a canary that listens to nothing but randomness and hashes."""
    canary = Canary()
    canary.start()
    yield canary
    canary_secrets.listen(None)


def made(canary: Canary, kind: str = "visit") -> str:
    """Make a secret as the code does."""
    secret = tokens.token(os.urandom(16))
    tokens.visit_hash(RID, secret)
    assert canary.secrets.by_text[secret].kind == kind
    return secret


def raw(secret: str) -> bytes:
    return base64.urlsafe_b64decode(secret + "==")


def _encoded(raw_of: Callable[[str], bytes], before: int, secret: str) -> str:
    return base64.b64encode(b"x" * before + raw_of(secret) + b"y").decode()


SPELLINGS: dict[str, Callable[[str], str]] = {
    "as it is": lambda secret: f'{{"a":"{secret}"}}',
    "within a word": lambda secret: f"abc{secret}xyz",
    "first 12 characters": lambda secret: f"({secret[:12]})",
    "middle 12 characters": lambda secret: f"k{secret[5:17]}",
    "last 12 characters": lambda secret: f" {secret[-12:]}.",
    "hex": lambda secret: raw(secret).hex(),
    "12 digits of its hex": lambda secret: f"/{raw(secret).hex()[9:21]}/",
    "upper-case hex": lambda secret: raw(secret).hex().upper(),
    "a UUID": lambda secret: str(uuid.UUID(bytes=raw(secret))),
    "hex of its text": lambda secret: secret.encode().hex(),
    "standard base64": lambda secret: base64.b64encode(raw(secret)).decode(),
    **{f"base64 after {n} bytes": partial(_encoded, str.encode, n) for n in range(3)},
    **{f"base64 of its bytes after {n}": partial(_encoded, raw, n) for n in range(3)},
    "packed": lambda secret: base64.b64encode(zlib.compress(json.dumps({"data": [secret] * 3}).encode())).decode(),
}


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_each_spelling_and_piece_is_found(spelling: str, canary: Canary) -> None:
    canary.hear("log", SPELLINGS[spelling](made(canary)).encode())

    with pytest.raises(AssertionError, match="visit in log"):
        canary.stop()


def test_hashes_and_pieces_of_11_characters_are_no_leak(canary: Canary) -> None:
    secret = made(canary)
    canary.hear("log", f"{tokens.visit_hash(RID, secret)} {secret[:11]} {secret[11:]}".encode())

    canary.stop()


def test_a_guess_is_no_secret(canary: Canary) -> None:
    tokens.visit_hash(RID, "guessguessguessguessgA")
    canary.hear("log", b"guessguessguessguessgA")

    canary.stop()


def test_a_code_is_found_as_a_number_of_its_own(canary: Canary) -> None:
    code = tokens.one_time_code(6, os.urandom)
    canary.hear("queue", f"9{code} {code}0 a{code}b".encode())
    assert not canary.leaks_in("queue", f'"1.{code}"'.encode())

    canary.hear("queue", f'{{"code":"{code}"}}'.encode())

    with pytest.raises(AssertionError, match="code in queue"):
        canary.stop()


def _random_secret() -> str:
    return tokens.token(os.urandom(16))


MAKING: dict[str, Callable[[], object]] = {
    "link": lambda: tokens.secret_hash(RID, _random_secret()),
    "opt-out": lambda: tokens.opt_out_hash(RID, tokens.opt_out_token(RID, _random_secret())),
    "visit": lambda: tokens.visit_hash(RID, _random_secret()),
    "bind": lambda: tokens.bind_hash(RID, _random_secret()),
    "code": lambda: tokens.one_time_code(8, os.urandom),
    "grant": lambda: tokens.grant_hash(RID, _random_secret()),
    "ticket": lambda: tokens.ticket_hash(_random_secret()),
    "session": lambda: tokens.session_hash(_random_secret()),
    "sign-in": lambda: tokens.sign_in_state(_random_secret()),
    "sign-in state": lambda: tokens.sign_in_nonce(_random_secret()),
    "sign-in verifier": lambda: tokens.code_verifier(_random_secret()),
    "key": lambda: tokens.credential_hash("manage", new_secret(os.urandom)),
    "key of a derivation": lambda: tokens.Derivation(os.urandom(32), "key").token("secret"),
    "salt": lambda: tokens.Derivation(os.urandom(32), "key").token("secret"),
    "salt of a file": lambda: tokens.file_commitment(os.urandom(16), "00" * 32),
    "relay": lambda: SecretRelays(("turn:x",), "name", cast("Any", SecretOfRelay), os.urandom).at_hand(
        datetime.now(UTC)
    ),
    "webhook": lambda: tokens.webhook_secret(os.urandom(32), "t", "w", 1),
    "key of webhooks": lambda: tokens.webhook_secret(os.urandom(32), "t", "w", 1),
}


@pytest.mark.parametrize("kind", MAKING)
def test_each_kind_of_secret_is_noted_where_it_is_made(kind: str, canary: Canary) -> None:
    MAKING[kind]()

    noted = [each for each in canary.secrets.all() if each.kind == kind]
    assert noted
    canary.hear("log", noted[0].text.encode())
    with pytest.raises(AssertionError, match=f"{kind} in log"):
        canary.stop()


def test_a_derived_secret_is_noted_each_time(canary: Canary) -> None:
    derivation = tokens.Derivation(b"s" * 32, "key")
    secret = derivation.token("secret", "main")
    tokens.secret_hash(derivation.token("rid", "main"), secret)

    canary.hear("event bus", secret.encode())

    with pytest.raises(AssertionError, match="link in event bus"):
        canary.stop()
    canary.start()
    canary.hear("event bus", secret.encode())
    with pytest.raises(AssertionError, match="link in event bus"):
        canary.stop()


def test_every_hash_says_whether_it_hides_a_secret(canary: Canary) -> None:
    package = Path(tokens.__file__).parent
    written = {name for file in package.rglob("*.py") for name in re.findall(r"linkgate\.(\w+)\.v1", file.read_text())}
    keyed, published = {"webhook", "sign_in"}, {"event", "evidence", "head", "heads"}

    assert {name.decode() for name in {*HASHED, *PUBLIC}} == written - keyed - published
    hashlib.sha256(b"linkgate.new.v1" + os.urandom(16))
    with pytest.raises(AssertionError, match=r"hash linkgate\.new\.v1"):
        canary.stop()


@pytest.mark.parametrize("made_there", [True, False])
def test_an_answer_may_hold_what_its_request_made_or_brought(made_there: bool, canary: Canary) -> None:  # noqa: FBT001
    secrets = [] if made_there else [made(canary)]

    def answer(request: HttpRequest) -> HttpResponse:
        return HttpResponse(200, (), (secrets or [made(canary)])[0].encode() + request.body)

    if made_there:
        canary.answered(HttpRequest("GET", "/v"), answer)
        canary.stop()
        return
    canary.answered(HttpRequest("GET", "/v", (("Cookie", f"v={secrets[0]}"),)), answer)
    assert not canary.leaks_in("table", b"")
    canary.answered(HttpRequest("GET", "/v"), answer)
    with pytest.raises(AssertionError, match="visit in answer"):
        canary.stop()


def test_a_page_whose_address_holds_a_secret_is_caught(canary: Canary) -> None:
    secret = made(canary)
    browser = (("Sec-Fetch-Site", "same-origin"), ("Referer", f"https://{DOMAIN}/l/{secret}"))

    canary.answered(HttpRequest("GET", "/v", browser), lambda _: HttpResponse(200))

    with pytest.raises(AssertionError, match="visit in url"):
        canary.stop()


def test_what_a_person_opens_is_not_an_address_of_ours(canary: Canary) -> None:
    """Filters of mails write `#` as `%23`, so the secret comes with the address."""
    opened = HttpRequest("GET", f"/l/rid%23{made(canary)}", (("Sec-Fetch-Site", "none"),))

    canary.answered(opened, lambda _: HttpResponse(200))

    canary.stop()


def test_a_redirect_with_a_secret_is_caught(canary: Canary) -> None:
    canary.answered(HttpRequest("GET", "/v"), lambda _: HttpResponse(303, (("Location", f"/v?visit={made(canary)}"),)))

    with pytest.raises(AssertionError, match="visit in location"):
        canary.stop()


def test_the_signature_of_a_file_stays_between_browser_and_bucket(canary: Canary) -> None:
    signature = os.urandom(32).hex()
    canary.answered(HttpRequest("GET", "/v"), lambda _: HttpResponse(200, (), f"X-Amz-Signature={signature}".encode()))

    canary.hear("log", signature.encode())

    with pytest.raises(AssertionError, match="file in log"):
        canary.stop()


def _put_item(cloud: Cloud, secret: str) -> None:
    item: Any = {"pk": {"S": "x"}, "sk": {"S": "y"}, "note": {"M": {"a": {"B": secret.encode()}}}}
    boto3.client("dynamodb").put_item(TableName=cloud.environment()["TABLE_NAME"], Item=item)


def _schedule(cloud: Cloud, secret: str) -> None:
    environment = cloud.environment()
    boto3.client("scheduler").create_schedule(
        Name="leak",
        GroupName=environment["REMINDER_GROUP"],
        ScheduleExpression="at(2040-01-01T00:00:00)",
        FlexibleTimeWindow={"Mode": "OFF"},
        Target={"Arn": environment["DELIVERY_QUEUE_ARN"], "RoleArn": environment["REMINDER_ROLE"], "Input": secret},
    )


LEAKS: dict[str, Callable[[Cloud, str], Any]] = {
    "table": _put_item,
    "objects": lambda cloud, secret: boto3.client("s3").put_object(
        Bucket=cloud.environment()["FILES_BUCKET"], Key="a", Body=secret.encode()
    ),
    "queue": lambda cloud, secret: boto3.client("sqs").send_message(
        QueueUrl=cloud.environment()["DELIVERY_QUEUE_URL"], MessageBody=secret
    ),
    "schedule": _schedule,
    "event bus": lambda _, secret: boto3.client("events").put_events(
        Entries=[{"Source": "linkgate", "DetailType": "leak", "Detail": json.dumps({"secret": secret})}]
    ),
    "log": lambda _, secret: wiring.logger().info("leak", extra={"rid": secret}),
    "frame": lambda cloud, secret: cloud.connections.push("nobody", json.dumps({"t": secret}).encode()),
    "answer": lambda cloud, secret: cloud.canary.answered(
        HttpRequest("GET", "/v"), lambda _: HttpResponse(200, (), secret.encode())
    ),
}


@pytest.mark.parametrize("place", LEAKS)
def test_a_leak_in_each_place_fails_the_test_of_the_cloud(place: str) -> None:
    cloud = Cloud(TEMPLATE, domain=DOMAIN, portal_url="").start()
    _, secret = parts(GENERATE.url(GENERATE.make(cloud)))

    LEAKS[place](cloud, secret)

    with pytest.raises(AssertionError, match=f"link in {place}"):
        cloud.stop()
    assert leaks_in_output(f"Traceback: {secret}")


def test_a_leaked_code_fails_the_test_of_the_cloud() -> None:
    cloud = Cloud(TEMPLATE, domain=DOMAIN, portal_url="").start()
    rid, secret = parts(coded_link(cloud))
    assert cloud.post(f"/l/{rid}", {"secret": secret}, {"Accept": "application/json"}).status == 202
    code = re.findall(r"(?<!\d)\d{6,8}(?!\d)", cloud.outbox.messages()[0].text)[0]

    boto3.client("sqs").send_message(QueueUrl=cloud.environment()["DELIVERY_QUEUE_URL"], MessageBody=code)

    with pytest.raises(AssertionError, match="code in queue"):
        cloud.stop()


def test_each_kind_has_its_places_and_reasons() -> None:
    assert set(ALLOWED) == {*MAKING, "file"}
    assert all(reason for places in ALLOWED.values() for reason in places.values())
