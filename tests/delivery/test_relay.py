"""Changes in the stream, and the work that each requires."""

from __future__ import annotations

import dataclasses
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from functions.stream_relay import app
from linkgate import wiring
from linkgate.errors import Unavailable
from linkgate.model.delivery_rules import FEEDBACK_WAIT
from linkgate.model.delivery_tasks import CheckDelivery, Remind, SendSmsInstead
from linkgate.model.link import Channel, Delivery, DeliveryState, Kind, Link, Recipient
from linkgate.model.policy import LEASE
from linkgate.usecases.changes import Change
from linkgate.usecases.delivery.relaying import relay
from local.functions import Context
from local.template import FunctionSpec
from tests.support.fakes.background import FakeQueue, FakeSchedule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from linkgate.ports.deps import Deps

CONTEXT = Context(FunctionSpec("StreamRelayFunction", "functions.stream_relay.app", "handler", 15, 1024, {}))
NOW = datetime(2026, 11, 21, 22, 5, 16, tzinfo=UTC)
RID = "q83vEjRWeJCrze8SNFZ4kA"
EMAIL, SMS = Channel.EMAIL, Channel.SMS


@dataclasses.dataclass(frozen=True)
class Background:
    """Dependencies of a relay."""

    queue: FakeQueue = dataclasses.field(default_factory=FakeQueue)
    schedule: FakeSchedule = dataclasses.field(default_factory=FakeSchedule)

    def now(self) -> datetime:
        return NOW


def make(**changes: Any) -> Link:
    base = Link(
        rid=RID,
        master_rid=RID,
        tenant="0" * 32,
        kind=Kind.PROCESS,
        dialect="easysend",
        definition_id="p",
        tier="standard",
        portal="https://links.example.com",
        recipient=Recipient(email="ana@example.com", phone="+447700900123", sms_consent=True),
        created_at=NOW,
        expires_at=NOW + timedelta(days=7),
        ttl=NOW + timedelta(days=37),
        max_views=100,
        created_by="0" * 32,
        claim="c",
    )
    return dataclasses.replace(base, **changes)


def delivery(state: DeliveryState, *, channel: Channel = EMAIL, **changes: Any) -> Delivery:
    return dataclasses.replace(Delivery(channel, state, 1, copies=1, at=NOW), **changes)


def with_email(state: DeliveryState, **changes: Any) -> Link:
    return make(deliveries={EMAIL: delivery(state, **changes)})


LEASED = with_email(DeliveryState.SENDING, due=NOW + LEASE)
SENT = with_email(DeliveryState.SENT, message_id="m")
DELAYED = with_email(DeliveryState.DELAYED, due=NOW + timedelta(seconds=31), copies=0)


def relayed(*changes: Change) -> Background:
    background = Background()
    relay(changes, _deps(background))
    return background


def _deps(background: Background) -> Deps:
    """Return only the dependencies that the relay may use. Any other raises AttributeError."""
    given: Any = background
    deps: Deps = given
    return deps


def test_a_link_that_was_sent_while_the_batch_was_gathered_leaves_nothing() -> None:
    background = relayed(Change(None, LEASED), Change(LEASED, SENT))

    assert background.queue.tasks == []


def test_a_link_whose_sending_is_unfinished_is_looked_at_after_its_lease() -> None:
    both = make(
        deliveries={
            EMAIL: delivery(DeliveryState.SENDING, due=NOW + LEASE),
            SMS: delivery(DeliveryState.SENDING, channel=SMS, due=NOW + LEASE),
        }
    )

    assert relayed(Change(None, both)).queue.tasks == [
        CheckDelivery(RID, EMAIL, 1, NOW + LEASE + FEEDBACK_WAIT),
        CheckDelivery(RID, SMS, 1, NOW + LEASE),
    ]


def test_a_delivery_that_became_due_is_looked_at_then() -> None:
    assert relayed(Change(None, LEASED), Change(LEASED, DELAYED)).queue.tasks == [
        CheckDelivery(RID, EMAIL, 1, NOW + timedelta(seconds=31))
    ]


def test_a_claim_is_looked_at_after_its_lease_too() -> None:
    """The worker may die, just like the first call."""
    claimed = with_email(DeliveryState.SENDING, attempt=2, due=NOW + LEASE)

    assert relayed(Change(DELAYED, claimed)).queue.tasks == [CheckDelivery(RID, EMAIL, 2, NOW + LEASE + FEEDBACK_WAIT)]


@pytest.mark.parametrize("link", [LEASED, DELAYED, SENT], ids=["leased", "delayed", "sent"])
def test_what_else_happens_to_a_link_is_none_of_its_business(link: Link) -> None:
    opened = dataclasses.replace(link, views=1, opened_at=NOW)

    background = relayed(Change(link, opened), Change(opened, dataclasses.replace(opened, submitted_at=NOW)))

    assert (background.queue.tasks, background.schedule.added) == ([], [])


def test_it_never_writes_what_it_reads() -> None:
    """The relay has no store, so its work causes no changes, and no bus, because facts are published once recorded."""
    assert {field.name for field in dataclasses.fields(Background)} == {"queue", "schedule"}
    relayed(Change(None, dataclasses.replace(LEASED, reminders=(NOW + timedelta(days=1),))))


def test_a_lost_email_makes_way_for_an_sms() -> None:
    bounced = with_email(DeliveryState.BOUNCED)

    assert relayed(Change(SENT, bounced)).queue.tasks == [SendSmsInstead(RID, NOW)]
    with_sms = dataclasses.replace(
        bounced, deliveries={**bounced.deliveries, SMS: delivery(DeliveryState.SENT, channel=SMS)}
    )
    assert relayed(Change(bounced, with_sms)).queue.tasks == []
    assert relayed(Change(SENT, dataclasses.replace(bounced, recipient=Recipient(phone="+1")))).queue.tasks == []


def test_reminders_are_put_on_the_schedule_when_the_link_is_made() -> None:
    first, second = NOW + timedelta(days=1), NOW + timedelta(days=3)
    link = dataclasses.replace(SENT, reminders=(first, second))

    assert relayed(Change(None, link)).schedule.added == [
        (f"{RID}.1", Remind(RID, first)),
        (f"{RID}.2", Remind(RID, second)),
    ]
    assert relayed(Change(link, dataclasses.replace(link, views=1))).schedule.added == []


def sample() -> dict[str, Any]:
    event: dict[str, Any] = json.loads((Path(__file__).parents[2] / "events/stream_relay.json").read_text())
    return event


@pytest.fixture
def background() -> Iterator[Background]:
    given = Background()
    before = wiring._in_use  # noqa: SLF001 - to restore it
    wiring.use(_deps(given))
    yield given
    wiring._in_use = before  # noqa: SLF001 - ditto


def test_the_sample_event_is_relayed(background: Background) -> None:
    assert app.handler(sample(), CONTEXT) == {"batchItemFailures": []}

    (task,) = background.queue.tasks
    assert isinstance(task, CheckDelivery)
    assert (task.rid, task.attempt) == (RID, 1)


def test_a_record_nobody_can_read_holds_up_only_what_follows_it(background: Background) -> None:
    event = sample()
    poison = json.loads(json.dumps(event["Records"][1]))
    poison["dynamodb"]["SequenceNumber"] = "poison"
    del poison["dynamodb"]["NewImage"]["expires_at"]
    event["Records"].append(poison)

    assert app.handler(event, CONTEXT) == {"batchItemFailures": [{"itemIdentifier": "poison"}]}
    assert len(background.queue.tasks) == 1


def test_a_reminder_that_is_due_already_waits_in_the_queue() -> None:
    link = dataclasses.replace(SENT, reminders=(NOW - timedelta(hours=1), NOW + timedelta(days=1)))

    done = relayed(Change(None, link))

    assert done.queue.tasks == [Remind(RID, NOW - timedelta(hours=1))]
    assert [name for name, _ in done.schedule.added] == [f"{RID}.2"]


@pytest.mark.parametrize("down", ["queue", "schedule"])
def test_a_batch_that_could_not_be_handed_on_is_repeated(background: Background, down: str) -> None:
    getattr(background, down).down = True
    event = sample()
    image = event["Records"][1]["dynamodb"]["NewImage"]
    image["reminders"] = {"L": [{"N": "1795400000000"}]}

    first = event["Records"][0]["dynamodb"]["SequenceNumber"]
    assert app.handler(event, CONTEXT) == {"batchItemFailures": [{"itemIdentifier": first}]}

    getattr(background, down).down = False
    assert app.handler(event, CONTEXT) == {"batchItemFailures": []}
    assert background.queue.tasks
    assert background.schedule.added


def test_the_fakes_fail_as_the_real_ones_do() -> None:
    for fake in (FakeQueue(down=True), FakeSchedule(down=True)):
        with pytest.raises(Unavailable):
            fake.fail_if_down()
