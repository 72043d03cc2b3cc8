"""The table and the fake keep the contract of webhooks. Each change is one conditional write."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from linkgate.aws.clients import Clients
from linkgate.model.webhook import DisableReason, Webhook
from linkgate.store.history.webhooks import DynamoWebhooks
from linkgate.store.table import ConditionRefused, Table
from tests.support.fakes.webhooks import FakeWebhooks

if TYPE_CHECKING:
    from tests.support.cloud import Cloud

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
TENANT = "t" * 32
MINUTE = timedelta(minutes=1)


def over(cloud: Cloud) -> DynamoWebhooks:
    clients = Clients()
    return DynamoWebhooks(Table(cloud.environment()["TABLE_NAME"], lambda: clients.dynamodb), cloud.clock.now)


@pytest.fixture
def table(cloud: Cloud) -> DynamoWebhooks:
    return over(cloud)


@pytest.fixture(params=["fake", "table"])
def store(request: pytest.FixtureRequest) -> FakeWebhooks | DynamoWebhooks:
    if request.param == "fake":
        return FakeWebhooks()
    found: DynamoWebhooks = request.getfixturevalue("table")
    return found


def made(store: FakeWebhooks | DynamoWebhooks, **changes: object) -> Webhook:
    webhook = Webhook(id="wh_1", tenant=TENANT, url="https://hooks.example.com/?t=1", created_at=NOW)
    webhook = replace(webhook, **changes)  # type: ignore[arg-type] # any of its fields
    store.add(webhook)
    return webhook


def now_of(store: FakeWebhooks | DynamoWebhooks) -> Webhook:
    found = store.get(TENANT, "wh_1")
    assert found is not None
    return found


# ---- The contract ----


def test_a_webhook_is_kept_whole(store: FakeWebhooks | DynamoWebhooks) -> None:
    webhook = made(
        store,
        events=frozenset({"link.opened", "link.sent"}),
        secret_version=3,
        earlier_versions={"2": NOW + MINUTE},
        disabled_at=NOW,
        disabled_because=DisableReason.GONE,
        disabled_by="evt_1",
        failing_since=NOW - MINUTE,
    )

    assert store.get(TENANT, "wh_1") == webhook
    assert list(store.of(TENANT)) == [webhook]
    assert store.get("o" * 32, "wh_1") is None
    assert list(store.of("o" * 32)) == []


def test_failing_begins_with_the_first_failure(store: FakeWebhooks | DynamoWebhooks) -> None:
    webhook = made(store)
    store.begin_failing(webhook, NOW)
    store.begin_failing(webhook, NOW + MINUTE)

    assert now_of(store).failing_since == NOW


def test_a_success_ends_the_failing_that_it_knew_of(store: FakeWebhooks | DynamoWebhooks) -> None:
    made(store, failing_since=NOW)
    seen = now_of(store)
    store.end_failing(seen)
    assert now_of(store).failing_since is None
    store.begin_failing(seen, NOW + MINUTE)

    store.end_failing(seen)

    assert now_of(store).failing_since == NOW + MINUTE


def test_it_is_disabled_once_and_for_one_reason(store: FakeWebhooks | DynamoWebhooks) -> None:
    webhook = made(store)

    assert store.disable(webhook, DisableReason.GONE, "evt_1", NOW)
    assert not store.disable(webhook, DisableReason.FAILING, "evt_2", NOW + MINUTE)
    stored = now_of(store)
    assert (stored.disabled_at, stored.disabled_because, stored.disabled_by) == (NOW, DisableReason.GONE, "evt_1")


def test_failing_disables_only_what_has_failed_that_long(store: FakeWebhooks | DynamoWebhooks) -> None:
    webhook = made(store)
    assert not store.disable(webhook, DisableReason.FAILING, "evt_1", NOW, failing_since=NOW)
    store.begin_failing(webhook, NOW + MINUTE)
    assert not store.disable(webhook, DisableReason.FAILING, "evt_1", NOW, failing_since=NOW)

    assert store.disable(webhook, DisableReason.FAILING, "evt_1", NOW, failing_since=NOW + MINUTE)


def test_what_was_said_of_another_url_disables_nothing(store: FakeWebhooks | DynamoWebhooks) -> None:
    webhook = made(store)

    assert not store.disable(replace(webhook, url="https://old.example.com/"), DisableReason.GONE, "evt_1", NOW)
    assert now_of(store).disabled_at is None


def test_nothing_brings_back_what_was_removed(store: FakeWebhooks | DynamoWebhooks) -> None:
    ghost = Webhook(id="wh_1", tenant=TENANT, url="https://hooks.example.com/", created_at=NOW, failing_since=NOW)
    store.begin_failing(ghost, NOW)
    store.end_failing(ghost)

    assert not store.disable(ghost, DisableReason.GONE, "evt_1", NOW)
    assert store.get(TENANT, "wh_1") is None


# ---- Operators' own ----


def test_enabling_forgets_what_was(table: DynamoWebhooks) -> None:
    webhook = made(table, failing_since=NOW)
    table.disable(webhook, DisableReason.FAILING, "evt_1", NOW, failing_since=NOW)

    assert table.enable(webhook) == replace(webhook, failing_since=None)
    with pytest.raises(ConditionRefused):
        table.enable(webhook)


def test_another_url_forgets_failures_and_other_types_do_not(table: DynamoWebhooks) -> None:
    webhook = made(table, failing_since=NOW)

    assert table.change(webhook, webhook.url, frozenset({"link.sent"})).failing_since == NOW
    assert table.change(webhook, "https://new.example.com/", frozenset()).failing_since is None


def test_each_rotation_keeps_the_secrets_whose_time_is_not_up(table: DynamoWebhooks) -> None:
    webhook = made(table)
    for hour in (0, 10, 20):
        webhook = table.rotate(webhook, NOW + timedelta(hours=hour), timedelta(hours=24))

    assert webhook.secret_version == 4
    assert webhook.signing_versions(NOW + timedelta(hours=23)) == [4, 3, 2, 1]
    assert webhook.signing_versions(NOW + timedelta(hours=24)) == [4, 3, 2]
    assert webhook.signing_versions(NOW + timedelta(hours=44)) == [4]
    webhook = table.rotate(webhook, NOW + timedelta(hours=21), timedelta())
    assert webhook.signing_versions(NOW + timedelta(hours=21)) == [5]


def test_the_list_is_cached_and_does_not_outlive_a_minute(cloud: Cloud, table: DynamoWebhooks) -> None:
    assert list(table.of(TENANT)) == []
    made(over(cloud))
    assert list(table.of(TENANT)) == []

    cloud.clock.advance(timedelta(seconds=61))

    assert len(table.of(TENANT)) == 1


def test_of_many_rotations_at_once_each_that_succeeds_is_a_version_of_its_own(real_cloud: Cloud) -> None:
    table = over(real_cloud)
    webhook = made(table)

    def rotate(_: int) -> bool:
        try:
            over(real_cloud).rotate(webhook, NOW, timedelta(hours=24))
        except ConditionRefused:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(rotate, range(8))) == 1
    assert now_of(table).secret_version == 2


def test_of_many_that_disable_at_once_one_does(real_cloud: Cloud) -> None:
    table = over(real_cloud)
    webhook = made(table)

    with ThreadPoolExecutor(8) as pool:
        won = list(pool.map(lambda n: over(real_cloud).disable(webhook, DisableReason.GONE, f"evt_{n}", NOW), range(8)))

    assert sum(won) == 1
    assert now_of(table).disabled_by == f"evt_{won.index(True)}"
