"""Delivery of one event to one webhook: when it is retried, when it is given up, and what is recorded."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, fields, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from linkgate.errors import Unavailable
from linkgate.model.webhook import JITTER, LONGEST_HEEDED, TRIES, WAITS, DisableReason, Notice, Webhook, wait_after
from linkgate.ports.history import Answer, Event
from linkgate.settings import Settings
from linkgate.usecases.history.webhook_delivery import NoticeOutcome, deliver
from linkgate.usecases.history.webhook_notices import notify
from linkgate.wiring import build
from tests.support.fakes.webhooks import FakeAttempts, FakeReceivers, FakeWebhookQueue, FakeWebhooks

if TYPE_CHECKING:
    from collections.abc import Sequence

    from linkgate.ports.deps import Deps

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
OK, FAILED, GONE = Answer(status=204), Answer(status=500), Answer(status=410)
SILENT = Answer(reason="timeout")


def webhook(**changes: object) -> Webhook:
    made = Webhook(id="wh_1", tenant="t" * 32, url="https://hooks.example.com/", created_at=NOW)
    return replace(made, **changes)  # type: ignore[arg-type] # any of its fields


def event(number: int = 1, kind: str = "link.opened", tenant: str = "t" * 32) -> Event:
    detail = {"type": kind, "at": "x", "tenant": tenant, "rid": "r", "data": {"view": number}}
    return Event(id=f"evt_{number}", kind=kind, detail=detail, at=NOW)


@dataclass
class Bus:
    """`ports.history.EventBus`."""

    events: list[Event] = field(default_factory=list)
    down: bool = False

    def publish(self, events: Sequence[Event]) -> None:
        if self.down:
            raise Unavailable
        self.events += events


@dataclass
class Rig:
    """Everything that a delivery needs, with a clock."""

    webhooks: FakeWebhooks = field(default_factory=FakeWebhooks)
    queue: FakeWebhookQueue = field(default_factory=FakeWebhookQueue)
    receivers: FakeReceivers = field(default_factory=FakeReceivers)
    bus: Bus = field(default_factory=Bus)
    attempts: FakeAttempts = field(default_factory=FakeAttempts)
    now: datetime = NOW

    def __post_init__(self) -> None:
        nothing = dict.fromkeys((each.name for each in fields(Settings)), "")
        self.deps: Deps = replace(
            build(Settings(**nothing)),
            webhooks=self.webhooks,
            attempts=self.attempts,
            webhook_queue=self.queue,
            webhook_sender=self.receivers,
            events=self.bus,
            now=lambda: self.now,
            random=lambda count: b"\x80" * count,
        )

    def tell(self, *events: Event) -> None:
        notify(events, self.deps)

    def take(self) -> Notice:
        return self.queue.notices.pop(0)

    def until_done(self) -> int:
        """Handle notices at their times until none is left. Returns the number of POSTs."""
        before = len(self.receivers.sent)
        while self.queue.notices:
            self.queue.notices.sort(key=lambda notice: notice.not_before)
            notice = self.take()
            self.now = max(self.now, notice.not_before)
            deliver(notice, self.deps)
        return len(self.receivers.sent) - before


@pytest.fixture
def rig() -> Rig:
    made = Rig()
    made.webhooks.add(webhook())
    return made


def test_an_event_is_told_once_and_a_healthy_webhook_is_left_as_it_is(rig: Rig) -> None:
    rig.tell(event())

    assert rig.until_done() == 1
    ((url, id_, body),) = rig.receivers.sent
    assert (url, id_) == ("https://hooks.example.com/", "evt_1")
    assert json.loads(body) == {
        "type": "link.opened",
        "timestamp": "2026-11-22T12:00:00.000Z",
        "data": {"tenant": "t" * 32, "rid": "r", "details": {"view": 1}},
    }
    assert rig.webhooks.writes == 0


def test_each_attempt_is_on_record_with_its_answer_and_the_next_one(rig: Rig) -> None:
    rig.receivers.answers = [FAILED, SILENT, OK]
    rig.tell(event())
    rig.until_done()

    first, second, third = rig.attempts.kept
    assert (first.at, first.event, first.kind, first.rid) == (NOW, "evt_1", "link.opened", "r")
    assert (first.delivered, first.status, first.number, first.next_at) == (False, 500, 1, second.at)
    assert (second.status, second.reason, second.number, second.next_at) == (None, "timeout", 2, third.at)
    assert (third.delivered, third.status, third.number, third.next_at) == (True, 204, 3, None)


def test_a_record_that_cannot_be_kept_sends_nothing_again(rig: Rig) -> None:
    rig.attempts.down = True
    rig.receivers.answers = [FAILED, OK]
    rig.tell(event())

    assert rig.until_done() == 2


def test_the_same_event_told_again_is_the_same_message(rig: Rig) -> None:
    rig.tell(event())
    rig.tell(event())

    first, second = rig.queue.notices
    assert first == second


def test_only_its_own_tenants_webhooks_that_want_it_are_told(rig: Rig) -> None:
    rig.webhooks.add(webhook(id="wh_2", events=frozenset({"link.submitted"})))
    rig.webhooks.add(webhook(id="wh_3", disabled_at=NOW))
    rig.webhooks.add(webhook(id="wh_4", tenant="o" * 32))

    rig.tell(event(1), event(2, "link.submitted"), event(3, tenant="o" * 32), event(4, tenant="n" * 32))

    told = {(notice.tenant[0], notice.webhook, notice.event) for notice in rig.queue.notices}
    assert told == {("t", "wh_1", "evt_1"), ("t", "wh_1", "evt_2"), ("t", "wh_2", "evt_2"), ("o", "wh_4", "evt_3")}


def test_a_failure_is_tried_again_for_three_days_and_then_disables_and_tells(rig: Rig) -> None:
    rig.receivers.answers = [FAILED]
    rig.tell(event())

    assert rig.until_done() == TRIES == 10
    assert timedelta(days=3) <= rig.now - NOW <= timedelta(days=3, hours=6)
    stored = rig.webhooks.get("t" * 32, "wh_1")
    assert stored is not None
    assert (stored.disabled_because, stored.failing_since) == (DisableReason.FAILING, NOW)
    (told,) = rig.bus.events
    assert told.kind == "webhook.disabled"
    assert told.detail["webhook"] == "wh_1"
    assert "hooks.example.com" not in json.dumps(told.detail)
    assert rig.webhooks.writes == 2


@pytest.mark.parametrize("answer", [FAILED, SILENT, Answer(status=302), Answer(status=404), Answer(reason="forbidden")])
def test_everything_but_success_and_gone_is_put_off(rig: Rig, answer: Answer) -> None:
    rig.receivers.answers = [answer]
    rig.tell(event())

    assert deliver(rig.take(), rig.deps).outcome is NoticeOutcome.PUT_OFF
    notice = rig.take()
    assert (notice.tries, notice.began, notice.event) == (1, NOW, "evt_1")
    assert notice.not_before > NOW


def test_a_success_in_between_keeps_it_enabled(rig: Rig) -> None:
    """One event that the receiver never accepts, among others that it accepts."""
    rig.receivers.answers = [FAILED]
    rig.tell(event(1))
    deliver(rig.take(), rig.deps)
    waiting = rig.take()
    rig.now += timedelta(seconds=1)
    rig.receivers.answers = [OK]
    rig.tell(event(2))
    deliver(rig.take(), rig.deps)
    stored = rig.webhooks.get("t" * 32, "wh_1")
    assert stored is not None
    assert stored.failing_since is None

    rig.receivers.answers = [FAILED]
    rig.queue.notices = [waiting]
    assert rig.until_done() == TRIES - 1

    stored = rig.webhooks.get("t" * 32, "wh_1")
    assert stored is not None
    assert stored.disabled_at is None
    assert rig.bus.events == []


def test_gone_disables_at_once_and_what_waits_is_dropped(rig: Rig) -> None:
    rig.receivers.answers = [GONE]
    rig.tell(event(1), event(2), event(3))

    assert rig.until_done() == 1
    (told,) = rig.bus.events
    assert told.detail["because"] == "gone"


def test_the_notice_of_disabling_survives_a_death_in_between(rig: Rig) -> None:
    rig.receivers.answers = [GONE]
    rig.tell(event(1))
    notice = rig.take()
    rig.bus.down = True
    with pytest.raises(Unavailable):
        deliver(notice, rig.deps)
    assert rig.bus.events == []
    rig.bus.down = False

    deliver(notice, rig.deps)
    deliver(notice, rig.deps)

    assert len(rig.receivers.sent) == 1
    assert len({told.id for told in rig.bus.events}) == 1


def test_what_came_early_waits_and_what_is_gone_is_dropped(rig: Rig) -> None:
    rig.tell(event())
    notice = rig.take()
    early = replace(notice, not_before=NOW + timedelta(seconds=1))

    assert deliver(early, rig.deps).outcome is NoticeOutcome.EARLY
    assert rig.take() == early
    assert deliver(replace(notice, webhook="wh_9"), rig.deps).outcome is NoticeOutcome.DROPPED
    assert deliver(replace(notice, tenant="o" * 32), rig.deps).outcome is NoticeOutcome.DROPPED
    assert rig.receivers.sent == []


def test_a_queue_that_is_down_loses_nothing(rig: Rig) -> None:
    rig.receivers.answers = [FAILED, OK]
    rig.tell(event())
    notice = rig.take()
    rig.queue.down = True

    with pytest.raises(Unavailable):
        deliver(notice, rig.deps)

    rig.queue.down = False
    assert deliver(notice, rig.deps).outcome is NoticeOutcome.DELIVERED
    rig.queue.down = True
    with pytest.raises(Unavailable):
        rig.tell(event())


def test_a_receiver_may_ask_for_patience_within_reason() -> None:
    middle = b"\x80\x00"

    assert wait_after(1, middle) < timedelta(seconds=6)
    assert wait_after(1, middle, timedelta(minutes=20)) == timedelta(minutes=20)
    assert wait_after(1, middle, timedelta(days=300)) == LONGEST_HEEDED
    assert wait_after(9, middle, timedelta(seconds=1)) > timedelta(hours=20)


@pytest.mark.parametrize("tries", range(1, TRIES))
def test_waits_are_spread(tries: int) -> None:
    least, most = (wait_after(tries, random) for random in (b"\x00\x00", b"\xff\xff"))

    assert least == WAITS[tries - 1] * (1 - JITTER)
    assert most == WAITS[tries - 1] * (1 + JITTER)
