"""A key's rotation is one write, conditional on the old key as it was read."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from linkgate.model.tenant import Credential
from linkgate.store.registry import Registry
from linkgate.store.table import ConditionRefused
from linkgate.store.tenants import DynamoTenants
from tests.support.cloud import table_of

if TYPE_CHECKING:
    from tests.support.cloud import Cloud

NOW = datetime(2026, 11, 22, tzinfo=UTC)
TENANT = "7e" * 16
OLD = Credential("old", "0d" * 16, TENANT, "trendsic", b"s" * 32)


def tables(cloud: Cloud) -> tuple[Registry, DynamoTenants]:
    """Yield a store over the cloud's table, without a shared cache."""
    table = table_of(cloud)
    return Registry(table), DynamoTenants(table, lambda: NOW)


def fresh(number: int) -> Credential:
    return replace(OLD, hash=f"new{number}", id=f"{number:032x}")


@pytest.mark.parametrize("granted", [None, NOW + timedelta(days=30)])
def test_of_many_rotations_at_once_one_makes_a_key(real_cloud: Cloud, granted: datetime | None) -> None:
    registry, tenants = tables(real_cloud)
    old = replace(OLD, expires_at=granted)
    tenants.put_credential(old)
    end = NOW + timedelta(hours=24)

    def rotate(number: int) -> bool:
        try:
            tables(real_cloud)[1].replace_credential(old, fresh(number), end)
        except ConditionRefused:
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        won = list(pool.map(rotate, range(4)))

    assert sum(won) == 1
    made = fresh(won.index(True))
    assert {key.id: key for key in registry.credentials(TENANT)} == {
        OLD.id: replace(old, expires_at=end, replaced_by=made.id),
        made.id: made,
    }


def test_a_key_that_was_revoked_meanwhile_stays_so(real_cloud: Cloud) -> None:
    registry, tenants = tables(real_cloud)
    tenants.put_credential(OLD)
    registry.expire_credential(OLD, NOW)

    with pytest.raises(ConditionRefused):
        tenants.replace_credential(OLD, fresh(1), NOW + timedelta(hours=24))

    assert list(registry.credentials(TENANT)) == [replace(OLD, expires_at=NOW)]
