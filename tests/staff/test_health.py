"""An administrator sees what needs attention, counted from the table alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from linkgate import wiring
from linkgate.model.link import Channel
from linkgate.model.webhook import DisableReason, Webhook
from linkgate.usecases.authentication import person_caller
from linkgate.usecases.staff.health import Sent, health_of
from linkgate.usecases.staff.keys import MakeKey, make_key
from local.demo import DEMO, OTHER
from tests.management.conftest import OTHER_KEY, Manager
from tests.support.delivery_rig import fail, report

if TYPE_CHECKING:
    from tests.support.cloud import Cloud


def test_messages_are_counted_by_channel_and_day(cloud: Cloud) -> None:
    manager = Manager(cloud)
    Manager(cloud, OTHER_KEY).share(channels=["email"])
    manager.share(channels=["email"])
    cloud.clock.advance(timedelta(days=1))
    manager.share(channels=["email"])
    cloud.settle()
    report(cloud, cloud.outbox.messages()[0], "bounce")
    cloud.settle()

    found = health_of(DEMO, wiring.deps())

    assert (found.links, found.cut) == (2, False)
    assert found.today[Channel.EMAIL] == Sent(1, 1, 0)
    assert found.week[Channel.EMAIL] == Sent(2, 1, 0)
    assert found.week[Channel.SMS] == Sent(0, 0, 0)
    assert found.used[Channel.EMAIL][1] == DEMO.emails_per_day
    assert found.used[Channel.SMS] == (0, DEMO.sms_per_day)
    assert found.suppressed == 1
    cloud.clock.advance(timedelta(days=8))
    assert health_of(DEMO, wiring.deps()).links == 0


def test_what_has_not_left_is_named_after_five_minutes(cloud: Cloud) -> None:
    fail(cloud, "ses", "throttle", 50)
    rid = Manager(cloud).share(channels=["email"])
    assert health_of(DEMO, wiring.deps()).unsent == []

    cloud.clock.advance(timedelta(minutes=6))

    assert [link.rid for link in health_of(DEMO, wiring.deps()).unsent] == [rid]


def test_failing_systems_and_keys_that_end_are_named(cloud: Cloud) -> None:
    deps, now = wiring.deps(), cloud.clock.now()
    hook = Webhook(id="wh_1", tenant=DEMO.id, url="https://hooks.example.com/", created_at=now)
    for each in (
        hook,
        replace(hook, id="wh_2", failing_since=now),
        replace(hook, id="wh_3", disabled_at=now, disabled_because=DisableReason.OPERATOR),
        replace(hook, id="wh_4", disabled_at=now, disabled_because=DisableReason.GONE),
        replace(hook, id="wh_5", tenant=OTHER.id, failing_since=now),
    ):
        deps.staff.webhooks.add(each)
    caller = person_caller(DEMO, "a" * 32, "admin", frozenset())
    for name, days in (("soon", 14), ("later", 15), ("never", None)):
        make_key(MakeKey(caller=caller, name=name, dialect="manage", days=days), deps)

    found = health_of(DEMO, deps)

    assert {state.webhook.id for state in found.webhooks} == {"wh_2", "wh_4"}
    assert [state.credential.name for state in found.keys] == ["soon"]
    cloud.clock.advance(timedelta(days=14))
    assert [state.credential.name for state in health_of(DEMO, deps).keys] == ["later"]


@pytest.mark.parametrize(
    ("sent", "bad"),
    [
        (Sent(1_000, 50, 1), False),
        (Sent(1_000, 51, 0), True),
        (Sent(1_000, 0, 2), True),
        (Sent(29, 29, 29), False),
    ],
)
def test_a_share_that_amazon_looks_into_is_bad(sent: Sent, *, bad: bool) -> None:
    assert sent.is_bad(Channel.EMAIL) is bad
    assert not sent.is_bad(Channel.SMS)


def test_a_link_that_has_ended_waits_for_nothing(cloud: Cloud) -> None:
    fail(cloud, "ses", "throttle", 50)
    manager = Manager(cloud)
    rid = manager.share(channels=["email"])
    manager.post(f"/links/{rid}/revoke")
    cloud.clock.advance(timedelta(minutes=6))

    assert health_of(DEMO, wiring.deps()).unsent == []
