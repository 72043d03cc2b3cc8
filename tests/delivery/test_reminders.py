"""Reminders are off by default. Missed ones are sent at most once, and none if there is no need."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from linkgate.model.link import Channel, DeliveryState
from linkgate.model.tenant import Process
from linkgate.store.tenants import CACHE_LIFE
from local import demo
from tests.support.delivery_rig import (
    Recipient,
    Rig,
    deps,
    fail,
    link,
    messages,
    opens,
    pass_time,
    report,
    send_link,
    until_quiet,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from local.outbox import Message
    from tests.support.cloud import Cloud

EMAIL, SMS = Channel.EMAIL, Channel.SMS
PROCESS = "reminds-after-1-3-and-5-days"


@pytest.fixture(scope="module", autouse=True)
def process(rig: Rig) -> None:
    tenants: Any = deps().tenants
    days = (timedelta(days=1), timedelta(days=3), timedelta(days=5), timedelta(days=40))
    tenants.put_definition(demo.DEMO.id, Process(PROCESS, "Open an account", reminders=days))
    rig.cloud.clock.advance(CACHE_LIFE)


def made(cloud: Cloud, recipient: Recipient) -> str:
    """Make a link with scheduled reminders."""
    rid = send_link(cloud, recipient, processId=PROCESS)
    pass_time(cloud, minutes=1)
    return rid


def reminders(cloud: Cloud, rid: str) -> list[Message]:
    return [m for channel in Channel for m in messages(cloud, rid, channel) if "emin" in f"{m.subject}{m.text}"]


def test_off_unless_the_process_asks_for_them(rig: Rig, recipient: Recipient) -> None:
    rid = send_link(rig.cloud, recipient)
    assert link(rig.cloud, rid).reminders == ()

    pass_time(rig.cloud, days=6)

    assert reminders(rig.cloud, rid) == []


def test_what_was_not_sent_is_not_reminded_of(rig: Rig, recipient: Recipient) -> None:
    body = {
        "apiVersion": "1",
        "apiKey": demo.EASYSEND_KEY,
        "customerId": demo.EASYSEND_CUSTOMER,
        "processId": PROCESS,
        "serializedModel": recipient.model,
    }
    rid = rig.cloud.post("/player/api/generate-link", body).json()["rid"]

    assert link(rig.cloud, rid).reminders == ()


def test_each_comes_at_its_time_by_one_channel_with_a_secret_that_works(rig: Rig, recipient: Recipient) -> None:
    rid = made(rig.cloud, recipient)
    assert len(link(rig.cloud, rid).reminders) == 3  # reminders after the link's expiry are left out
    counts = []
    for _ in range(6):
        pass_time(rig.cloud, days=1)
        counts.append(len(reminders(rig.cloud, rid)))

    assert counts == [1, 1, 2, 2, 3, 3]
    assert {message.channel for message in reminders(rig.cloud, rid)} == {"email"}
    assert all(opens(rig.cloud, message) for message in reminders(rig.cloud, rid))
    assert link(rig.cloud, rid).reminded == 3


def test_missed_ones_become_one(rig: Rig, recipient: Recipient) -> None:
    rid = made(rig.cloud, recipient)

    pass_time(rig.cloud, days=5, hours=1)
    until_quiet(rig.cloud, rid)

    assert len(reminders(rig.cloud, rid)) == 1
    assert link(rig.cloud, rid).reminded == 3


def test_one_that_fails_is_tried_again_as_a_reminder(rig: Rig, recipient: Recipient) -> None:
    rid = made(rig.cloud, recipient)
    fail(rig.cloud, "ses", "throttle")

    pass_time(rig.cloud, days=1)
    assert reminders(rig.cloud, rid) == []
    until_quiet(rig.cloud, rid)

    assert len(reminders(rig.cloud, rid)) == 1
    email = link(rig.cloud, rid).deliveries[EMAIL]
    assert (email.state, email.attempt, email.first, email.copies) == (DeliveryState.SENT, 3, 2, 1)


def _end(field: str) -> Callable[[Cloud, str], None]:
    def change(cloud: Cloud, rid: str) -> None:
        cloud.aws.client("dynamodb").update_item(
            TableName=cloud.environment()["TABLE_NAME"],
            Key={"pk": {"S": rid}, "sk": {"S": "link"}},
            UpdateExpression=f"SET {field} = :now",
            ExpressionAttributeValues={":now": {"N": str(int(cloud.clock.timestamp() * 1000))}},
        )

    return change


def _complain(cloud: Cloud, rid: str) -> None:
    report(cloud, messages(cloud, rid, EMAIL)[0], "complaint")


def _bounce_all(cloud: Cloud, rid: str) -> None:
    for channel in Channel:
        report(cloud, messages(cloud, rid, channel)[0], "bounce")


ENDS: dict[str, Callable[[Cloud, str], None]] = {
    "submitted": _end("submitted_at"),
    "revoked": _end("revoked_at"),
    "expired": _end("expires_at"),
    "complained": _complain,
    "bounced everywhere": _bounce_all,
}


@pytest.mark.parametrize("end", ENDS)
def test_none_comes_once_there_is_nothing_to_remind_of(rig: Rig, recipient: Recipient, end: str) -> None:
    rid = made(rig.cloud, recipient)
    ENDS[end](rig.cloud, rid)

    for _ in range(6):
        pass_time(rig.cloud, days=1)

    assert reminders(rig.cloud, rid) == []


def test_after_a_bounced_email_the_sms_that_arrived_is_reminded_by_sms(rig: Rig, recipient: Recipient) -> None:
    rid = made(rig.cloud, recipient)
    report(rig.cloud, messages(rig.cloud, rid, EMAIL)[0], "bounce")

    pass_time(rig.cloud, days=1)

    assert len(messages(rig.cloud, rid, SMS)) == 2
    assert len(messages(rig.cloud, rid, EMAIL)) == 1
