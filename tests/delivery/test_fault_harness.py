"""Every AWS call of every step of delivery fails in every way. Nothing is lost, and copies stay within the promise.

A run is one step with one failing call, followed by what AWS does by itself (the stream and the queue deliver again,
the caller repeats) until nothing more happens. The summary of the test shows the number of runs and how they ended.
"""

from __future__ import annotations

import dataclasses
import itertools
from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from linkgate import wiring
from linkgate.errors import LinkError, Throttled
from linkgate.model.delivery_rules import COPIES
from linkgate.model.link import Channel, DeliveryState
from linkgate.model.tenant import Process
from linkgate.usecases.delivery.resending import ResendLink, resend_link
from linkgate.usecases.history.link_facts import BOUNCED, FAILED, facts_of
from local import demo
from local.functions import Killed
from tests.support.delivery_rig import Recipient, Rig, deps, link, messages, opens, pass_time, share, until_quiet
from tests.support.fault_injection import WAYS, Fault
from tests.support.fault_steps import PROVIDERS, Failure, Plan, Step, calls_of, run
from tests.support.vendor_calls import SEND

if TYPE_CHECKING:
    from collections.abc import Callable

    from local.http_messages import HttpResponse

REMINDED = "reminded-process"
numbers = itertools.count(1)


@pytest.fixture(scope="module")
def bank(rig: Rig) -> Rig:
    """Yield a cloud whose tenant wants SMS for lost e-mails, and has a process with reminders."""
    tenants: Any = wiring.deps().tenants
    tenants.put_tenant(dataclasses.replace(demo.DEMO, sms_fallback=True))
    tenants.put_definition(
        demo.DEMO.id,
        Process(REMINDED, "Open an account", channels=(Channel.EMAIL,), reminders=(timedelta(days=1),)),
    )
    return rig


def create(rig: Rig, recipient: Recipient, **changes: object) -> str:
    """Make a link like a caller who repeats the call with the same key until it is answered."""
    body = {**SEND.body, "serializedModel": recipient.model, "coBrowsingRoles": [], **changes}
    for _ in range(4):
        response: HttpResponse = SEND.make(rig.cloud, body, Idempotency_Key=f"key-{recipient.number}")
        if response.status == 200:
            return str(response.json()["rid"])
        assert response.status in {500, 503}
    raise AssertionError("never answered")


def prepare_nothing(_rig: Rig) -> str:
    return ""


def act_create(rig: Rig, _rid: str) -> str:
    return create(rig, Recipient(next(numbers)))


def prepare_delayed(rig: Rig) -> str:
    """Make a link whose messages could not be sent in the call."""
    for service in ("ses", "sns"):
        rig.cloud.post("/_local/faults", {"service": service, "error": "throttle", "times": 1})
    return create(rig, Recipient(next(numbers)))


def act_nothing(_rig: Rig, rid: str) -> str:
    """Do nothing: the stream, the relay, the queue and the worker do it."""
    return rid


def prepare_sent(rig: Rig) -> str:
    rid = create(rig, Recipient(next(numbers)))
    pass_time(rig.cloud, minutes=2)
    return rid


def act_resend(_rig: Rig, rid: str) -> str:
    """Resend like a caller who repeats failed calls, and takes a requested pause as a sign of success."""
    for _ in range(4):
        try:
            resend_link(ResendLink(tenant=demo.DEMO.id, rid=rid, channel=Channel.EMAIL), deps())
        except Throttled:
            return rid
        except (LinkError, Killed):
            continue
        return rid
    raise AssertionError("never answered")


def prepare_lost_email(rig: Rig) -> str:
    """Make a link sent only by e-mail, to somebody who can get SMS."""
    rid = share(rig.cloud, Recipient(next(numbers)))
    pass_time(rig.cloud, minutes=1)
    return rid


def act_bounce(rig: Rig, rid: str) -> str:
    """Report the bounced e-mail as late as the SMS that replaces it."""
    (sent,) = messages(rig.cloud, rid, Channel.EMAIL)
    assert rig.cloud.post("/_local/feedback", {"message_id": sent.id, "type": "bounce"}).status == 202
    return rid


def prepare_reminder(rig: Rig) -> str:
    return create(rig, Recipient(next(numbers)), processId=REMINDED)


def act_remind(rig: Rig, rid: str) -> str:
    for _ in range(2):
        pass_time(rig.cloud, minutes=2)
    rig.cloud.clock.advance(timedelta(days=1))
    return rid


def check_copies(rig: Rig, rid: str, channel: Channel, expected: int, plan: Plan) -> int:
    """Check that the expected messages arrived, all counted, each with a working secret. Returns the extra ones."""
    sent = messages(rig.cloud, rid, channel)
    delivery = link(rig.cloud, rid).deliveries[channel]
    assert expected <= len(sent) <= expected - 1 + delivery.copies
    assert delivery.copies <= 2
    assert all(opens(rig.cloud, message) for message in sent)
    if not plan.failures:
        assert len(sent) == expected
    return len(sent) - expected


def check_sent(rig: Rig, rid: str, plan: Plan) -> int:
    stored = link(rig.cloud, rid)
    failed = {channel for channel, delivery in stored.deliveries.items() if delivery.state is not DeliveryState.SENT}
    if failed and len(plan.failures) > 1:
        # Nobody knows whether either of two copies went out, so there is no third, and the owner is told.
        (channel,) = failed
        assert (stored.deliveries[channel].state, stored.deliveries[channel].copies) == (DeliveryState.FAILED, COPIES)
        assert [fact.kind for fact in facts_of(None, stored)].count(FAILED) == 1
        sent = len(messages(rig.cloud, rid, channel))
        assert sent <= COPIES
        return check_copies(rig, rid, next(each for each in Channel if each != channel), 1, plan) + max(0, sent - 1)
    assert not failed
    return sum(check_copies(rig, rid, channel, 1, plan) for channel in Channel)


def check_resent(rig: Rig, rid: str, plan: Plan) -> int:
    assert link(rig.cloud, rid).deliveries[Channel.EMAIL].state is DeliveryState.SENT
    assert link(rig.cloud, rid).resends == 1
    return check_copies(rig, rid, Channel.EMAIL, 2, plan)


def check_fallen_back(rig: Rig, rid: str, plan: Plan) -> int:
    stored = link(rig.cloud, rid)
    assert stored.deliveries[Channel.EMAIL].state is DeliveryState.BOUNCED
    assert stored.deliveries[Channel.SMS].state is DeliveryState.SENT
    email = stored.recipient.email or ""
    assert deps().suppressions.among(demo.DEMO.id, [email]) == {email: "suppressed"}
    assert BOUNCED in {fact.kind for fact in facts_of(None, stored)}
    return check_copies(rig, rid, Channel.SMS, 1, plan)


def check_reminded(rig: Rig, rid: str, plan: Plan) -> int:
    assert link(rig.cloud, rid).reminded == 1
    assert link(rig.cloud, rid).deliveries[Channel.EMAIL].state is DeliveryState.SENT
    return check_copies(rig, rid, Channel.EMAIL, 2, plan)


def quietly(act: Callable[[Rig, str], str]) -> Callable[[Rig, str], str]:
    """Return the act, followed by all that comes of it."""

    def act_and_wait(rig: Rig, rid: str) -> str:
        rid = act(rig, rid)
        until_quiet(rig.cloud, rid)
        return rid

    return act_and_wait


STEPS = {
    "create and deliver": Step(prepare_nothing, quietly(act_create), check_sent),
    "worker": Step(prepare_delayed, quietly(act_nothing), check_sent),
    "resend": Step(prepare_sent, quietly(act_resend), check_resent),
    "feedback and SMS instead": Step(prepare_lost_email, quietly(act_bounce), check_fallen_back),
    "reminder": Step(prepare_reminder, quietly(act_remind), check_reminded),
}


@pytest.mark.parametrize("name", STEPS)
def test_any_call_may_fail_in_any_way(
    bank: Rig, name: str, record_property: Callable[[str, object], None], capfd: pytest.CaptureFixture[str]
) -> None:
    step = STEPS[name]
    calls = calls_of(bank, step, Plan())
    runs: Counter[Fault] = Counter()
    doubles: Counter[Fault] = Counter()
    for (index, call), way in itertools.product(enumerate(calls), WAYS):
        extra = run(bank, step, Plan(Failure(index, way)))
        if call in PROVIDERS and way.fault in {Fault.THROTTLE, Fault.INTERNAL}:
            assert extra == 0
        if not bank.calls.fired:
            assert index >= len(bank.calls.calls), (index, call, way)
            continue
        runs[way.fault] += 1
        doubles[way.fault] += extra
    capfd.readouterr()  # the runner prints the traceback of each kill
    assert set(runs) == set(Fault)
    lines = [f"{len(calls)} AWS calls: {', '.join(call.partition('.')[2] for call in calls)}"]
    lines += [
        f"{fault:14} {runs[fault]:3} of {runs[fault]:3} recovered, {doubles[fault]} sent twice" for fault in Fault
    ]
    record_property("measured", "\n".join(lines))
