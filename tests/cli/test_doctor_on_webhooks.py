"""The doctor reports receivers that do not accept their events."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from cli.findings import State
from cli.stack_checks import webhooks
from cli.target import Operator
from linkgate.model.webhook import DisableReason, Webhook
from linkgate.store.history.webhooks import DynamoWebhooks
from linkgate.store.table import Table
from local.demo import DEMO

if TYPE_CHECKING:
    from tests.support.cloud import Cloud

MADE = datetime(2026, 11, 22, tzinfo=UTC)
HOOK = Webhook(id="wh_1", tenant=DEMO.id, url="https://hooks.example.org/", created_at=MADE)


@pytest.fixture
def store(cloud: Cloud) -> DynamoWebhooks:
    table = Table(cloud.template.tables[0]["TableName"], lambda: cloud.aws.client("dynamodb"))
    store = DynamoWebhooks(table, cloud.clock.now)
    store.add(HOOK)
    return store


def found(cloud: Cloud) -> list[tuple[str, State, str]]:
    operator = Operator(None, cloud.template.tables[0]["TableName"], None, as_json=False, dry_run=False)
    return [(finding.about, finding.state, finding.text) for finding in webhooks(operator)]


def test_one_that_is_well(cloud: Cloud, store: DynamoWebhooks) -> None:
    assert store.get(DEMO.id, HOOK.id)
    assert found(cloud) == [(f"wh_1 of {DEMO.name}", State.OK, "accepts its events")]


def test_one_that_fails(cloud: Cloud, store: DynamoWebhooks) -> None:
    store.begin_failing(HOOK, MADE)

    assert found(cloud) == [(f"wh_1 of {DEMO.name}", State.WARNING, "failing since 2026-11-22 00:00 UTC")]


def test_one_that_is_disabled(cloud: Cloud, store: DynamoWebhooks) -> None:
    assert store.disable(HOOK, DisableReason.GONE, "evt_1", MADE)

    assert found(cloud) == [(f"wh_1 of {DEMO.name}", State.WARNING, "disabled since 2026-11-22 00:00 UTC: gone")]
