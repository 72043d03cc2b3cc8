"""The cloud of every test starts like the first one of the process, whatever earlier tests did."""

from __future__ import annotations

import os
import socket
import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from moto.dynamodb.models.dynamo_type import Item

from linkgate import wiring
from local.demo import seed_demo_tenants
from local.faults import Fault, Service
from local.intrinsics import STACK, queue_url
from tests.support.cloud import DOMAIN, TEMPLATE, Cloud, cloud_on
from tests.support.delivery_rig import depth
from tests.support.dynamodb_local import serve_together
from tests.support.vendor_calls import GENERATE, SEND

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

QUEUES = ("DeliveryQueue", "DeliveryDeadLetters", "WebhookQueue", "WebhookDeadLetters", "EventsDeadLetters")


def seen(cloud: Cloud) -> dict[str, Any]:
    """Return everything that a test could find in a cloud, by its kind."""
    ahead = cloud.clock.now() - datetime.now(UTC)
    return {
        "items": cloud.table(),
        "messages": [message.text for message in cloud.outbox.messages()],
        "events": cloud.aws.events(),
        "queues": {queue: depth(cloud, queue) for queue in QUEUES},
        "schedules": [each["Name"] for each in cloud.aws.client("scheduler").list_schedules()["Schedules"]],
        "senders": [each["IdentityName"] for each in identities(cloud)],
        "parameters": [each["Name"] for each in cloud.aws.client("ssm").describe_parameters()["Parameters"]],
        "hours ahead": round(ahead.total_seconds() / 3600),
        "fault": cloud.faults.take(Service.SNS),
        "records": cloud.settle(),
        "variables": {name: os.environ[name] for name in cloud.environment()},
    }


def identities(cloud: Cloud) -> list[Mapping[str, Any]]:
    found: list[Mapping[str, Any]] = cloud.aws.client("sesv2").list_email_identities()["EmailIdentities"]
    return found


def use(cloud: Cloud) -> None:
    """Leave traces of every kind, and delete some of the initial data."""
    assert SEND.make(cloud, SEND.body).status == 200
    cloud.settle()
    dynamodb, table = cloud.aws.client("dynamodb"), cloud.environment()["TABLE_NAME"]
    known = dynamodb.scan(TableName=table)["Items"][0]
    dynamodb.delete_item(TableName=table, Key={"pk": known["pk"], "sk": known["sk"]})
    for queue in QUEUES:
        cloud.aws.client("sqs").send_message(QueueUrl=queue_url(f"{STACK}-{queue}"), MessageBody="{}", DelaySeconds=900)
    cloud.aws.client("scheduler").create_schedule(
        Name="left-over",
        ScheduleExpression="at(2099-01-01T00:00:00)",
        FlexibleTimeWindow={"Mode": "OFF"},
        Target={"Arn": "arn:aws:lambda:us-east-1:123456789012:function:None", "RoleArn": "arn:aws:iam::1:role/none"},
    )
    cloud.aws.client("sesv2").create_email_identity(EmailIdentity="left-over@example.com")
    cloud.aws.client("ssm").put_parameter(Name="left-over", Type="String", Value="x")
    cloud.clock.advance(timedelta(hours=5))
    cloud.faults.set(Service.SNS, Fault.REJECT, 9)
    os.environ["MAIL_FROM"] = "left-over@example.com"


def test_a_cloud_finds_nothing_of_the_one_before_it() -> None:
    with Cloud(TEMPLATE, domain=DOMAIN, portal_url="") as cloud:
        fresh = seen(cloud)
    with Cloud(TEMPLATE, domain=DOMAIN, portal_url="") as cloud:
        use(cloud)
        used = seen(cloud)
    with Cloud(TEMPLATE, domain=DOMAIN, portal_url="") as cloud:
        after = seen(cloud)

    assert after == fresh
    assert [name for name in fresh if used[name] == fresh[name]] == []


@pytest.mark.parametrize("seed", [True, False])
def test_a_cloud_has_the_demo_tenants_only_where_it_asks_for_them(*, seed: bool) -> None:
    started = Cloud(TEMPLATE, domain=DOMAIN, portal_url="").start(seed=seed)
    items = started.table()
    started.stop()

    assert bool(items) is seed


def test_clouds_on_one_dynamodb_find_nothing_of_each_other(dynamodb_local: str) -> None:
    with cloud_on(dynamodb_local) as cloud:
        fresh = cloud.table()
        assert SEND.make(cloud, SEND.body).status == 200
        assert cloud.table() != fresh
    with cloud_on(dynamodb_local) as cloud:
        after = cloud.table()

    assert [(item["pk"], item["sk"]) for item in after] == [(item["pk"], item["sk"]) for item in fresh]


def test_the_last_process_to_leave_ends_the_server_that_they_share(dynamodb_local: str, tmp_path: Path) -> None:
    assert dynamodb_local
    with serve_together(tmp_path) as url:
        with serve_together(tmp_path) as same:
            assert same == url
        assert answers(url)
    deadline = time.monotonic() + 20
    while answers(url):
        assert time.monotonic() < deadline
        time.sleep(0.02)


def answers(url: str) -> bool:
    try:
        socket.create_connection(("127.0.0.1", int(url.rpartition(":")[2])), timeout=5).close()
    except OSError:
        return False
    return True


def test_moto_does_not_keep_all_that_it_ever_made() -> None:
    kept = len(vars(Item)["instances_tracked"])
    with Cloud(TEMPLATE, domain=DOMAIN, portal_url="") as cloud:
        SEND.make(cloud)
        made = len(cloud.table())

    assert made > 10
    assert len(vars(Item)["instances_tracked"]) <= kept


def test_a_create_is_the_same_after_the_demo_tenants_were_written_again(cloud: Cloud) -> None:
    """A runner over another DynamoDB does so at each start, on a table that was kept."""
    first = GENERATE.make(cloud, idempotency_key="again").json()

    list(seed_demo_tenants(wiring.deps()))

    assert GENERATE.make(cloud, idempotency_key="again").json() == first
