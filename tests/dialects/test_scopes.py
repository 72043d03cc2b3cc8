"""The scopes of a vendor's key bind it, and it only cancels links of its own dialect."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, cast

import pytest

from linkgate import wiring
from linkgate.ports.links import NotChanged
from linkgate.tokens import credential_hash
from local import demo
from tests.support.vendor_calls import CUSTOMER_LINK, GENERATE

if TYPE_CHECKING:
    from linkgate.store.tenants import DynamoTenants
    from local.http_messages import HttpResponse
    from tests.support.cloud import Cloud

CREATE, READ, WRITE, RESULTS = "links:create", "links:read", "links:write", "results:read"
LIST = "/v1/customerlink/resource/Invoice/0123456789abcdef0123456789abcdef"


def issue_key(dialect: str, *scopes: str) -> str:
    key = f"a key of {dialect} with {scopes}".replace(" ", "-").ljust(24, "x")
    tenants = cast("DynamoTenants", wiring.deps().tenants)
    known = tenants.credential(credential_hash("trendsic", demo.TRENDSIC_KEY))
    assert known is not None
    id_ = key.encode().hex()[-32:]
    fresh = replace(known, hash=credential_hash(dialect, key), dialect=dialect, id=id_, scopes=frozenset(scopes))
    tenants.put_credential(fresh)
    return key


def cancel(cloud: Cloud, key: str, rid: str, **further: object) -> HttpResponse:
    body = {"apiVersion": "1", "apiKey": key, "rid": rid, **further}
    return cloud.post("/player/api/cancel-request", body)


@pytest.mark.parametrize(
    ("scopes", "status"), [((READ,), 200), ((CREATE, READ), 200), ((CREATE,), 403), ((CREATE, WRITE, RESULTS), 403)]
)
def test_a_list_needs_links_read(cloud: Cloud, scopes: tuple[str, ...], status: int) -> None:
    key = issue_key("trendsic", *scopes)

    assert cloud.get(LIST, Authorization=f"Bearer {key}").status == status


@pytest.mark.parametrize(
    ("scopes", "status"), [((WRITE,), 200), ((CREATE, WRITE), 200), ((CREATE,), 403), ((CREATE, READ, RESULTS), 403)]
)
def test_a_cancellation_needs_links_write(cloud: Cloud, scopes: tuple[str, ...], status: int) -> None:
    rid = GENERATE.make(cloud).json()["rid"]
    key = issue_key("easysend", *scopes)

    assert cancel(cloud, key, rid).status == status


def test_a_create_needs_links_create(cloud: Cloud) -> None:
    easysend, trendsic = issue_key("easysend", READ, WRITE), issue_key("trendsic", READ, WRITE)

    assert GENERATE.make(cloud, {**GENERATE.body, "apiKey": easysend}).status == 403
    headers = {"Authorization": f"Bearer {trendsic}"}
    assert cloud.post(CUSTOMER_LINK.target, CUSTOMER_LINK.body, headers).status == 403


def test_a_cancellation_needs_no_customer_but_a_wrong_one_is_refused(cloud: Cloud) -> None:
    rid = GENERATE.make(cloud).json()["rid"]

    assert cancel(cloud, demo.EASYSEND_KEY, rid, customerId="somebody-else").status == 401
    assert cancel(cloud, demo.EASYSEND_KEY, rid, customerId=7).status == 401
    assert cancel(cloud, "not-the-key", rid).status == 401
    assert cancel(cloud, demo.EASYSEND_KEY, rid).json()["status"] == "Revoked"
    assert cancel(cloud, demo.EASYSEND_KEY, rid, customerId=demo.EASYSEND_CUSTOMER).status == 200


def test_a_link_of_another_dialect_is_not_cancelled(cloud: Cloud) -> None:
    made = CUSTOMER_LINK.make(cloud)
    url = CUSTOMER_LINK.url(made)
    rid = url.partition("/l/")[2].partition("#")[0]

    refused, unknown = cancel(cloud, demo.EASYSEND_KEY, rid), cancel(cloud, demo.EASYSEND_KEY, "9" * 21 + "A")

    assert (refused.status, refused.body) == (unknown.status, unknown.body)
    assert refused.status == 404
    (link,) = [item for item in cloud.table() if item["sk"] == "link"]
    assert "revoked_at" not in link


def test_the_dialect_is_a_rule_of_the_write(cloud: Cloud) -> None:
    rid = GENERATE.make(cloud).json()["rid"]
    administration, now = wiring.deps().administration, cloud.clock.now()

    with pytest.raises(NotChanged):
        administration.revoke(demo.DEMO.id, rid, "00" * 16, now, "trendsic")
    assert administration.revoke(demo.DEMO.id, rid, "00" * 16, now, "easysend").revoked_at
