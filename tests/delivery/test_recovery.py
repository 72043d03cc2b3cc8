"""A command makes up for changes that the stream's readers gave up, from the links as they are."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from linkgate.model.link import Channel, DeliveryState
from linkgate.model.tenant import Process
from linkgate.usecases.history.recovery import recover
from linkgate.usecases.history.timeline import verify_timeline
from local import demo
from tests.support.delivery_cases import started
from tests.support.delivery_rig import Recipient, deps, fail, link, messages, pass_time, send_link

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.support.cloud import Cloud

EMAIL = Channel.EMAIL
REMINDS = Process("reminds", "T", reminders=(timedelta(days=1), timedelta(days=3)))


@pytest.fixture
def deaf(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cloud]:
    """Yield a system without readers of the stream."""
    with started(tmp_path_factory.mktemp("cloud"), "EasysendSendLinkFunction", "DeliveryWorkerFunction") as rig:
        tenants: Any = deps().tenants
        tenants.put_definition(demo.DEMO.id, REMINDS)
        yield rig.cloud


def test_a_message_nobody_put_off_goes_out_and_its_facts_are_recorded(deaf: Cloud) -> None:
    fail(deaf, "ses", "throttle")
    rid = send_link(deaf, Recipient(1))
    pass_time(deaf, hours=3)
    assert link(deaf, rid).deliveries[EMAIL].state is DeliveryState.DELAYED
    assert verify_timeline(link(deaf, rid), deps()).faults

    recover(link(deaf, rid), deps())
    pass_time(deaf, minutes=1)
    recover(link(deaf, rid), deps())
    pass_time(deaf, hours=1)

    assert link(deaf, rid).deliveries[EMAIL].state is DeliveryState.SENT
    assert len(messages(deaf, rid, EMAIL)) == 1
    assert verify_timeline(link(deaf, rid), deps()).faults == []


def test_reminders_are_scheduled_and_those_that_were_missed_are_one(deaf: Cloud) -> None:
    rid = send_link(deaf, Recipient(2), processId="reminds")
    pass_time(deaf, days=2)
    assert len(messages(deaf, rid, EMAIL)) == 1

    recover(link(deaf, rid), deps())
    recover(link(deaf, rid), deps())
    pass_time(deaf, minutes=1)
    assert len(messages(deaf, rid, EMAIL)) == 2

    pass_time(deaf, days=2)
    assert len(messages(deaf, rid, EMAIL)) == 3
