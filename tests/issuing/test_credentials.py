"""Who may call: wrong, unknown, expired, foreign and missing credentials look the same."""

from __future__ import annotations

import dataclasses
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from linkgate import wiring
from linkgate.model.tenant import Credential
from linkgate.store.tenants import DynamoTenants
from linkgate.tokens import credential_hash
from local import demo
from tests.support.vendor_calls import CALLS, CUSTOMER_LINK, GENERATE, SESSION, SURVEY

if TYPE_CHECKING:
    from local.http_messages import HttpResponse
    from tests.support.cloud import Cloud

OTHER_KEYS = demo.KEYS[demo.OTHER.id]


def with_key(name: str, cloud: Cloud, key: str | None) -> HttpResponse:
    """Return the call with another key. DigiDesk's key is `user:password`."""
    call = CALLS[name]
    match name:
        case "generate" | "send":
            return call.make(cloud, {**call.body, "apiKey": key})
        case "survey":
            user, _, password = (key or "").partition(":")
            return cloud.post(call.target, call.body, basic=(user, password) if key else None)
        case _:
            headers = {k: v for k, v in call.headers.items() if k != "Authorization"}
            prefix = "Bearer " if name == "customerlink" else ""
            return cloud.post(
                call.target, call.body, {**headers, "Authorization": f"{prefix}{key}"} if key else headers
            )


@pytest.mark.parametrize("name", CALLS)
def test_bad_credentials_cannot_be_told_apart(cloud: Cloud, name: str) -> None:
    expired = Credential(
        hash=credential_hash(_dialect(name), "expired:key"),
        id="ee" * 16,
        tenant=demo.DEMO.id,
        dialect=_dialect(name),
        salt=b"s" * 32,
        expires_at=cloud.clock.now() - timedelta(seconds=1),
    )
    tenants = wiring.deps().tenants
    assert isinstance(tenants, DynamoTenants)
    tenants.put_credential(expired)

    replies = [with_key(name, cloud, key) for key in ("wrong:key", "expired:key", "é:💥", None, " ", "x" * 5000)]

    assert {reply.status for reply in replies} == {401}
    assert len({reply.body for reply in replies}) == 1
    assert [item for item in cloud.table() if item["sk"] == "link"] == []


def test_a_key_works_for_its_own_customer_only(cloud: Cloud) -> None:
    foreign = GENERATE.make(cloud, {**GENERATE.body, "apiKey": OTHER_KEYS["easysend"]})
    unknown = GENERATE.make(cloud, {**GENERATE.body, "apiKey": "unknown"})
    unnamed = GENERATE.make(cloud, {name: value for name, value in GENERATE.body.items() if name != "customerId"})
    disagreeing = GENERATE.make(cloud, Customer_id="other-customer")

    assert [reply.status for reply in (foreign, unknown, unnamed, disagreeing)] == [401] * 4
    assert len({reply.body for reply in (foreign, unknown, unnamed, disagreeing)}) == 1


def test_a_key_works_in_its_own_dialect_only(cloud: Cloud) -> None:
    for name in CALLS:
        for dialect, key in demo.KEYS[demo.DEMO.id].items():
            if dialect != _dialect(name):
                assert with_key(name, cloud, key).status == 401, (name, dialect)


@pytest.mark.parametrize(
    "headers",
    [
        {"Authorization": f"Bearer {demo.TRENDSIC_KEY}"},
        {"Authorization": f"bearer {demo.TRENDSIC_KEY}"},
        {"X-Api-Key": demo.TRENDSIC_KEY},
    ],
)
def test_trendsics_ways_to_bring_a_key(cloud: Cloud, headers: dict[str, str]) -> None:
    assert cloud.post(CUSTOMER_LINK.target, CUSTOMER_LINK.body, headers).status == 200


def test_trendsics_key_as_a_user_without_password(cloud: Cloud) -> None:
    assert cloud.post(CUSTOMER_LINK.target, CUSTOMER_LINK.body, basic=(demo.TRENDSIC_KEY, "")).status == 200


@pytest.mark.parametrize("parameter", ["apikey", "api_key", "Authorization"])
def test_no_key_is_taken_from_the_address(cloud: Cloud, parameter: str) -> None:
    target = f"{CUSTOMER_LINK.target}?{parameter}={demo.TRENDSIC_KEY}"

    assert cloud.post(target, CUSTOMER_LINK.body).status == 401


def test_digidesk_challenges(cloud: Cloud) -> None:
    assert cloud.post(SURVEY.target, SURVEY.body).header("www-authenticate") == 'Basic realm="DigiDesk"'


def test_oculars_key_is_checked_before_the_ajax_header(cloud: Cloud) -> None:
    assert cloud.post(SESSION.target, SESSION.body).json() == {"statusCode": 9, "message": "No Authorization token"}


def test_a_key_without_the_scope_is_forbidden(cloud: Cloud) -> None:
    tenants = wiring.deps().tenants
    assert isinstance(tenants, DynamoTenants)
    known = tenants.credential(credential_hash("ocular", demo.OCULAR_KEY))
    assert known
    tenants.put_credential(dataclasses.replace(known, scopes=frozenset({"links:read"})))

    assert SESSION.make(cloud).status == 403


def test_a_revoked_key_stops_working_within_a_minute(cloud: Cloud) -> None:
    assert SESSION.make(cloud).status == 200
    table: Any = cloud.aws.client("dynamodb")
    key = {"pk": {"S": f"credential#{credential_hash('ocular', demo.OCULAR_KEY)}"}, "sk": {"S": "credential"}}
    table.delete_item(TableName=cloud.environment()["TABLE_NAME"], Key=key)

    cloud.clock.advance(timedelta(seconds=61))

    assert SESSION.make(cloud).status == 401


def _dialect(name: str) -> str:
    return {"customerlink": "trendsic", "survey": "digidesk", "session": "ocular"}.get(name, "easysend")
