"""Events from a link's change to a tenant's own system, through the real handlers, over days, with failing calls."""

from __future__ import annotations

import importlib
import json
import logging
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from io import StringIO
from typing import TYPE_CHECKING, Any

import pytest

from linkgate import wiring
from linkgate.aws.webhook_key import key_text
from linkgate.log_lines import LogLines
from linkgate.model.webhook import TRIES, Webhook
from linkgate.tokens import webhook_secret
from local.demo import DEMO, MANAGE_KEY, OTHER
from tests.management.conftest import OTHER_KEY, Manager
from tests.support.cloud import DOMAIN, TEMPLATE, Cloud
from tests.support.delivery_rig import depth, template_of
from tests.support.fault_injection import Fault, Injector
from tests.support.webhook_receiver import Receiver, verify_at

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    Recorder = Callable[[str, object], None]

KEY = b"k" * 32
PARAMETER = "/linkgate/linkgate-local/webhook-key"
FUNCTIONS = (
    "ManageFunction",
    "RecipientFunction",
    "LinkEventsFunction",
    "StreamRelayFunction",
    "WebhookWorkerFunction",
)


@dataclass
class Rig:
    """A running system with calls that can be made to fail, and a receiver of the first demo tenant's events."""

    cloud: Cloud
    calls: Injector
    receiver: Receiver
    manager: Manager

    @property
    def store(self) -> Any:
        return wiring.deps().webhooks

    def add(self, id_: str = "wh_mine", **changes: object) -> Webhook:
        made = Webhook(id=id_, tenant=DEMO.id, url=self.receiver.url, created_at=self.cloud.clock.now())
        made = replace(made, **changes)  # type: ignore[arg-type] # any of its fields
        self.store.add(made)
        return made

    def now_of(self, webhook: Webhook) -> Webhook:
        found: Webhook = self.store.get(webhook.tenant, webhook.id)
        return found

    def waiting(self) -> bool:
        """Tell whether any event for a webhook waits in the queue or in a schedule."""
        schedules = self.cloud.aws.client("scheduler").list_schedules()["Schedules"]
        return bool(depth(self.cloud, "WebhookQueue") or schedules)

    def until_quiet(
        self, step: timedelta = timedelta(seconds=1), longest_step: timedelta = timedelta(hours=3)
    ) -> timedelta:
        """Let time pass until nothing waits, and return how long that took. Each try may be one step late."""
        began = self.cloud.clock.now()
        while True:
            self.cloud.settle()
            gone = self.cloud.clock.now() - began
            if not self.waiting():
                return gone
            assert gone < timedelta(days=5), "still not quiet"
            self.cloud.clock.advance(step)
            step = min(step * 2, longest_step)

    def given_up(self) -> int:
        return depth(self.cloud, "WebhookDeadLetters")

    def told(self, kind: str) -> list[dict[str, Any]]:
        """Return the events of a type on the bus."""
        return [each["detail"] for each in self.cloud.aws.events() if each["detail-type"] == kind]


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Yield a cloud without functions that are not part of webhooks, such as the daily sweep."""
    return template_of(tmp_path_factory.mktemp("cloud"), *FUNCTIONS)


@pytest.fixture
def rig(template: Path) -> Iterator[Rig]:
    receiver, injector = Receiver(), Injector()
    with injector.installed(), Cloud(template, domain=DOMAIN, portal_url="") as cloud:
        for service in ("dynamodb", "dynamodbstreams", "scheduler", "sqs", "ssm"):
            injector.spare(cloud.aws.client(service))
        cloud.aws.client("ssm").put_parameter(Name=PARAMETER, Type="SecureString", Value=key_text(KEY))
        yield Rig(cloud, injector, receiver, Manager(cloud, MANAGE_KEY))
    receiver.close()


def secret(webhook: Webhook, version: int = 1) -> str:
    return webhook_secret(KEY, webhook.tenant, webhook.id, version)


def test_a_receiver_with_the_official_library_accepts_what_happens_to_a_link(rig: Rig) -> None:
    webhook = rig.add()
    rid = rig.manager.share()
    rig.cloud.settle()
    rig.manager.post(f"/links/{rid}/revoke")
    rig.cloud.settle()

    told = [call.verified(secret(webhook)) for call in rig.receiver.calls]

    assert sorted(each["type"] for each in told) == ["link.created", "link.revoked"]
    assert {each["data"]["rid"] for each in told} == {rid}
    assert len(set(rig.receiver.ids)) == 2
    # The bus has the same events.
    assert {each["id"] for each in rig.told("link.created") + rig.told("link.revoked")} == set(rig.receiver.ids)
    assert all(call.headers["content-type"] == "application/json" for call in rig.receiver.calls)


def test_nothing_personal_and_no_secret_leaves(rig: Rig) -> None:
    webhook = rig.add()
    made = rig.manager.ask("canary.person@example.com", customerName="Canary Person")
    rig.cloud.settle()
    rig.manager.submit(made["link"], {"rating": 5, "comment": "CANARY"})
    rig.cloud.settle()

    assert len(rig.receiver.calls) >= 3
    for call in rig.receiver.calls:
        text = call.body.decode().lower()
        assert "canary" not in text
        assert made["link"].partition("#")[2].lower() not in text
        assert call.verified(secret(webhook))


def test_a_receiver_that_is_down_for_three_days_is_disabled_and_the_bus_is_told(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    webhook = rig.add(events=frozenset({"link.created"}))
    verify_at(monkeypatch, rig.cloud.clock.now)
    rig.receiver.status = 500
    rig.manager.share()

    took = rig.until_quiet(longest_step=timedelta(minutes=15))

    assert timedelta(days=2.7) < took < timedelta(days=3.7)
    assert len(rig.receiver.calls) == TRIES
    assert len(set(rig.receiver.ids)) == 1
    stamps = [int(call.headers["webhook-timestamp"]) for call in rig.receiver.calls]
    assert stamps == sorted(set(stamps))
    assert len({call.body for call in rig.receiver.calls}) == 1
    assert rig.receiver.calls[-1].verified(secret(webhook))
    stored = rig.now_of(webhook)
    assert stored.disabled_because == "failing"
    (told,) = rig.told("webhook.disabled")
    assert (told["tenant"], told["webhook"]) == (DEMO.id, webhook.id)
    assert rig.given_up() == 0


def test_a_receiver_that_comes_back_gets_everything_and_is_well_again(rig: Rig) -> None:
    webhook = rig.add(events=frozenset({"link.created"}))
    rig.receiver.status = [503, 503, 503, 503, 204]
    rig.manager.share()
    rig.manager.share(uid="f" * 32)

    rig.until_quiet()

    assert len(set(rig.receiver.ids)) == 2
    assert len(rig.receiver.calls) == 6
    assert rig.now_of(webhook).failing_since is None
    assert rig.told("webhook.disabled") == []


def test_gone_is_the_end_and_what_waited_is_dropped(rig: Rig) -> None:
    webhook = rig.add()
    rig.receiver.status = 410
    for number in range(3):
        rig.manager.share(uid=str(number) * 32)

    rig.until_quiet()

    assert len(rig.receiver.calls) == 1
    assert rig.now_of(webhook).disabled_because == "gone"
    assert len(rig.told("webhook.disabled")) == 1


def test_for_a_day_both_secrets_sign_and_then_the_new_one_alone(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    webhook = rig.add(events=frozenset({"link.created"}))
    verify_at(monkeypatch, rig.cloud.clock.now)
    rig.store.rotate(webhook, rig.cloud.clock.now(), timedelta(hours=24))
    rig.manager.share()
    rig.cloud.settle()
    for version in (1, 2):
        assert rig.receiver.calls[-1].verified(secret(webhook, version))

    rig.cloud.clock.advance(timedelta(hours=24))
    rig.manager.share(uid="f" * 32)
    rig.cloud.settle()

    assert len(rig.receiver.calls) == 2
    assert rig.receiver.calls[-1].verified(secret(webhook, 2))
    assert " " not in rig.receiver.calls[-1].headers["webhook-signature"]


def test_no_event_goes_to_another_tenants_webhook(rig: Rig) -> None:
    theirs = Receiver()
    mine = rig.add()
    others = rig.add("wh_theirs", tenant=OTHER.id, url=theirs.url)
    other = Manager(rig.cloud, OTHER_KEY)
    for number in range(4):
        rig.manager.share(uid=str(number) * 32)
        other.share(uid=str(number) * 32)
    rig.cloud.settle()
    theirs.close()

    assert len(rig.receiver.calls) >= 4
    assert len(theirs.calls) >= 4
    assert {call.verified(secret(mine))["data"]["tenant"] for call in rig.receiver.calls} == {DEMO.id}
    assert {call.verified(secret(others))["data"]["tenant"] for call in theirs.calls} == {OTHER.id}


@contextmanager
def logged() -> Iterator[StringIO]:
    """Yield a copy of the log. The log itself may write to the output of a test that has ended."""
    log, logger = StringIO(), wiring.logger()
    kept, quiet = logging.StreamHandler(log), logger.level
    kept.setFormatter(LogLines())
    logger.addHandler(kept)
    logger.setLevel("INFO")
    yield log
    logger.setLevel(quiet)
    logger.handlers.remove(kept)


def test_no_secret_and_no_url_is_kept_logged_or_queued(rig: Rig) -> None:
    rig.receiver.status = 500
    webhook = rig.add(secret_version=2, earlier_versions={"1": rig.cloud.clock.now() + timedelta(hours=24)})
    with logged() as log:
        rig.manager.share()
        rig.cloud.settle()
        for _ in range(3):
            rig.cloud.clock.advance(timedelta(minutes=40))
            rig.cloud.settle()

    schedules = rig.cloud.aws.client("scheduler")
    names = schedules.list_schedules()["Schedules"]
    queued = json.dumps([schedules.get_schedule(GroupName=n["GroupName"], Name=n["Name"]) for n in names], default=str)
    assert webhook.id in queued
    table = json.dumps(rig.cloud.table())
    assert webhook.id in table
    assert webhook.id in log.getvalue()
    for text in (queued, table, log.getvalue()):
        for version in (1, 2):
            assert secret(webhook, version).removeprefix("whsec_") not in text
        assert key_text(KEY) not in text
    for text in (queued, log.getvalue(), json.dumps(rig.cloud.aws.events(), default=str)):
        assert "receivers-own" not in text
        assert "127.0.0.1" not in text
    assert '"ok"' not in log.getvalue()


def test_the_sample_event_is_handled(rig: Rig) -> None:
    event = json.loads((TEMPLATE.parent / "events/webhook_worker.json").read_text())
    rig.add("wh_9NnLYxVvTn2Jm1o0bLsp4A")

    handler = importlib.import_module("functions.webhook_worker.app").handler

    assert handler(event, None) == {"batchItemFailures": []}
    assert rig.receiver.ids == ["evt_5f3a1c0e9b7d4826a1b2c3d4e5f60718"]
    event["Records"][0]["body"] = "{}"
    assert handler(event, None) == {"batchItemFailures": [{"itemIdentifier": event["Records"][0]["messageId"]}]}


def test_without_webhooks_nothing_is_queued_and_nothing_read_twice(rig: Rig) -> None:
    rig.manager.share()
    rig.cloud.settle()
    rig.calls.arm()
    rig.manager.share(uid="f" * 32)
    rig.cloud.settle()
    rig.calls.disarm()
    calls = rig.calls.calls
    assert "eventbridge.PutEvents" in calls

    assert "sqs.SendMessageBatch" not in calls
    assert calls.count("dynamodb.Query") == 1  # for the timeline
    assert "ssm.GetParameter" not in calls


# ---- Calls that die ----


@pytest.mark.parametrize("fault", [Fault.KILL_BEFORE, Fault.KILL_AFTER, Fault.THROTTLE])
@pytest.mark.parametrize("statuses", [[204], [500, 204], [500, 500, 500, 204], [410]], ids=str)
def test_nothing_is_lost_when_a_call_dies(
    rig: Rig,
    statuses: list[int],
    fault: Fault,
    record_property: Recorder,
    capfd: pytest.CaptureFixture[str],
) -> None:
    """Fail every AWS call of both functions in turn, for an event that is sent, delayed, scheduled and refused."""
    webhook = rig.add(events=frozenset({"link.created"}))
    index = runs = 0
    while True:
        if statuses == [410] and rig.now_of(webhook).disabled_at:
            rig.store.enable(rig.now_of(webhook))
        wiring.deps().webhooks._cache.clear()  # type: ignore[attr-defined]  # noqa: SLF001 - each run reads anew
        rig.receiver.calls.clear()
        rig.receiver.status = list(statuses)
        notices = len(rig.told("webhook.disabled"))
        rid = rig.manager.share()
        rig.calls.arm(index, fault)
        for _ in range(3):
            # Lambda repeats a batch of the stream, and SQS delivers a message again once it is visible.
            rig.until_quiet(timedelta(minutes=7))
            rig.cloud.clock.advance(timedelta(minutes=7))
        fired = rig.calls.fired
        rig.calls.disarm()

        assert {json.loads(call.body)["data"]["rid"] for call in rig.receiver.calls} == {rid}, (index, runs)
        assert len(set(rig.receiver.ids)) == 1
        assert len(rig.receiver.calls) <= len(statuses) + 1
        assert rig.given_up() == 0
        if statuses == [410]:
            assert rig.now_of(webhook).disabled_because == "gone"
            assert len({each["id"] for each in rig.told("webhook.disabled")[: -notices or None]}) == 1
        if not fired:
            break
        index, runs = index + 1, runs + 1
    capfd.readouterr()
    assert runs >= 4
    record_property("measured", f"{fault}, {statuses}: {runs} calls died, one after the other; every event arrived")
