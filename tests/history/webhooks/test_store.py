"""The table and the fake keep the contract of webhooks. Each change is one conditional write."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from linkgate.model.webhook import ATTEMPTS_KEPT, Attempt, DisableReason, Webhook
from linkgate.store.history.attempts import DynamoAttempts
from linkgate.store.history.webhooks import DynamoWebhooks
from tests.support.cloud import table_of
from tests.support.fakes.webhooks import FakeWebhooks

if TYPE_CHECKING:
    from tests.support.cloud import Cloud

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
TENANT = "t" * 32
MINUTE = timedelta(minutes=1)


def over(cloud: Cloud) -> DynamoWebhooks:
    return DynamoWebhooks(table_of(cloud), cloud.clock.now)


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
    assert table.enable(webhook) is None


def test_only_what_is_enabled_is_disabled_by_hand(table: DynamoWebhooks) -> None:
    webhook = made(table)

    assert table.disable_by_operator(webhook, NOW) == replace(
        webhook, disabled_at=NOW, disabled_because=DisableReason.OPERATOR
    )
    assert table.disable_by_operator(webhook, NOW) is None
    assert table.change(replace(webhook, id="wh_2"), webhook.url, frozenset()) is None
    assert table.disable_by_operator(replace(webhook, id="wh_2"), NOW) is None


def test_another_url_forgets_failures_and_other_types_do_not(table: DynamoWebhooks) -> None:
    webhook = made(table, failing_since=NOW)

    other_types = table.change(webhook, webhook.url, frozenset({"link.sent"}))
    assert other_types
    other_url = table.change(other_types, "https://new.example.com/", frozenset())

    assert other_types == replace(webhook, events=frozenset({"link.sent"}))
    assert other_url == replace(webhook, url="https://new.example.com/", failing_since=None)


def test_each_rotation_keeps_the_secrets_whose_time_is_not_up(table: DynamoWebhooks) -> None:
    made(table)
    for hour in (0, 10, 20):
        table.rotate(now_of(table), NOW + timedelta(hours=hour), timedelta(hours=24))
    webhook = now_of(table)

    assert webhook.secret_version == 4
    assert webhook.signing_versions(NOW + timedelta(hours=23)) == [4, 3, 2, 1]
    assert webhook.signing_versions(NOW + timedelta(hours=24)) == [4, 3, 2]
    assert webhook.signing_versions(NOW + timedelta(hours=44)) == [4]
    rotated = table.rotate(webhook, NOW + timedelta(hours=21), timedelta())
    assert rotated == now_of(table)
    assert rotated.signing_versions(NOW + timedelta(hours=21)) == [5]


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
        return over(real_cloud).rotate(webhook, NOW, timedelta(hours=24)) is not None

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


# ---- Attempts ----

HOUR = timedelta(hours=1)
FAILED = Attempt(
    at=NOW, event="evt_1", kind="link.opened", rid="r", delivered=False, status=503, took=212, number=1,
    next_at=NOW + MINUTE,
)  # fmt: skip
DELIVERED = Attempt(at=NOW, event="evt_2", kind="webhook.test", rid=None, delivered=True, status=204, took=9, number=2)


def attempts(cloud: Cloud) -> DynamoAttempts:
    return DynamoAttempts(table_of(cloud))


def test_each_failed_attempt_is_kept_and_told_apart_from_another_webhooks(cloud: Cloud) -> None:
    kept, silent = attempts(cloud), replace(FAILED, at=NOW + MINUTE, status=None, reason="timeout", next_at=None)
    for attempt in (FAILED, replace(FAILED, event="evt_9"), silent):
        kept.add("wh_1", attempt)
    kept.add("wh_2", FAILED)

    assert kept.of("wh_1", NOW + HOUR, 9) == [silent, replace(FAILED, event="evt_9"), FAILED]
    assert kept.of("wh_1", NOW + HOUR, 1) == [silent]
    assert kept.of("wh_2", NOW + HOUR, 9) == [FAILED]


def test_of_each_hour_the_last_success_is_kept(cloud: Cloud) -> None:
    kept, later = attempts(cloud), replace(DELIVERED, at=NOW + 2 * MINUTE, event="evt_3")
    for attempt in (DELIVERED, later, replace(DELIVERED, at=NOW + HOUR)):
        kept.add("wh_1", attempt)

    assert kept.of("wh_1", NOW + HOUR, 9) == [replace(DELIVERED, at=NOW + HOUR), later]


def test_a_success_that_is_told_late_stands_behind_the_later_one(cloud: Cloud) -> None:
    later = replace(DELIVERED, at=NOW + 2 * MINUTE, status=None, rid="r")
    attempts(cloud).add("wh_1", later)
    attempts(cloud).add("wh_1", DELIVERED)

    assert attempts(cloud).of("wh_1", NOW + HOUR, 9) == [later]


def test_a_busy_webhook_costs_a_write_a_minute(cloud: Cloud) -> None:
    kept = attempts(cloud)
    kept.add("wh_1", DELIVERED)
    kept.add("wh_1", replace(DELIVERED, at=NOW + MINUTE / 2))

    assert kept.of("wh_1", NOW + HOUR, 9) == [DELIVERED]


def test_attempts_are_on_record_for_a_month(cloud: Cloud) -> None:
    kept = attempts(cloud)
    kept.add("wh_1", FAILED)
    kept.add("wh_1", DELIVERED)

    assert len(kept.of("wh_1", NOW + ATTEMPTS_KEPT, 9)) == 2
    assert kept.of("wh_1", NOW + ATTEMPTS_KEPT + HOUR, 9) == []
