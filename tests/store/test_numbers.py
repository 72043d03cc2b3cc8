"""Numbers of links are leased in blocks that no two processes share, and go on where earlier releases ended."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from linkgate.store.table import Table, Update
from linkgate.store.tenants import NUMBER_BLOCK, DynamoTenants
from tests.support.cloud import table_of

if TYPE_CHECKING:
    from tests.support.cloud import Cloud

TENANT = "7e" * 16


def process(cloud: Cloud) -> tuple[Table, DynamoTenants]:
    table = table_of(cloud)
    return table, DynamoTenants(table, lambda: datetime(2026, 11, 26, tzinfo=UTC))


def test_many_processes_that_begin_at_once_share_no_number(real_cloud: Cloud) -> None:
    processes = [process(real_cloud)[1] for _ in range(12)]

    with ThreadPoolExecutor(12) as threads:
        numbers = list(threads.map(lambda tenants: tenants.next_number(TENANT), processes))

    assert sorted(numbers) == [1 + NUMBER_BLOCK * block for block in range(12)]


def test_numbers_go_on_where_an_earlier_release_ended(real_cloud: Cloud) -> None:
    table, _ = process(real_cloud)
    table.update(f"tenant#{TENANT}", "numbers", Update("SET leased = :last", None, values={"last": 700}))
    processes = [process(real_cloud)[1] for _ in range(8)]

    with ThreadPoolExecutor(8) as threads:
        numbers = list(threads.map(lambda tenants: tenants.next_number(TENANT), processes))

    assert sorted(numbers) == [701 + NUMBER_BLOCK * block for block in range(8)]
    assert process(real_cloud)[1].next_number(TENANT) == 701 + NUMBER_BLOCK * 8


def test_nothing_is_written_to_the_tenants_partition(real_cloud: Cloud) -> None:
    process(real_cloud)[1].next_number(TENANT)

    assert not [item for item in real_cloud.table() if item["pk"] == f"tenant#{TENANT}"]
