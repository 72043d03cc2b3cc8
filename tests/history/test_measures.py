"""Measures: each fact once however often it is reported, waiting messages, budgets; and how they are written."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from linkgate import wiring
from linkgate.aws.metrics import tell_metrics
from linkgate.errors import Unavailable
from linkgate.model.link import Channel, Delivery, DeliveryState
from linkgate.model.timeline import Fact, details_of
from linkgate.ports.measures import Measure, Metric, Unit
from linkgate.usecases.changes import Change
from linkgate.usecases.history.link_counts import counts_of
from linkgate.usecases.history.link_history import record_changes
from tests.support.delivery_rig import Recipient, pass_time, send_link
from tests.support.fakes.links import NOW, TENANT, link

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from linkgate.ports.deps import Deps
    from linkgate.ports.history import NewFacts
    from tests.support.cloud import Cloud

ROOT = Path(__file__).resolve().parents[2]
SENT = {Channel.EMAIL: Delivery(Channel.EMAIL, DeliveryState.SENT, 1, at=NOW, message_id="m-1")}
BOUNCED = {Channel.EMAIL: Delivery(Channel.EMAIL, DeliveryState.BOUNCED, 1, at=NOW, message_id="m-1")}


@pytest.fixture
def told(cloud: Cloud) -> Iterator[list[Measure]]:  # noqa: ARG001 - the cloud must be running
    """Return every measure that handlers take."""
    measures: list[Measure] = []
    before = wiring.deps()
    wiring.use(replace(before, measure=measures.extend))
    yield measures
    wiring.use(before)


def life() -> list[Change]:
    steps = [link(), link(deliveries=SENT), link(deliveries=BOUNCED), link(deliveries=BOUNCED, revoked_at=NOW)]
    return [Change(old, new) for old, new in zip([None, *steps], steps, strict=False)]


def sums(measures: Sequence[Measure]) -> Counter[str]:
    total: Counter[str] = Counter()
    for measure in measures:
        total[measure.metric] += int(measure.value)
    return total


LIFE = {"LinksCreated": 1, "EmailsSent": 1, "EmailsBounced": 1, "MessagesLost": 1, "LinksRevoked": 1}


@pytest.mark.parametrize(
    ("kind", "details", "metrics"),
    [
        ("link.created", {}, {Metric.LINKS_CREATED}),
        ("link.sent", {"channel": "email"}, {Metric.EMAILS_SENT}),
        ("link.sent", {"channel": "sms"}, {Metric.SMS_SENT}),
        ("link.delivered", {"channel": "email"}, {Metric.MESSAGES_DELIVERED}),
        ("link.bounced", {"channel": "email", "reason": "hard_bounce"}, {Metric.EMAILS_BOUNCED, Metric.MESSAGES_LOST}),
        ("link.bounced", {"channel": "sms", "reason": "blocked"}, {Metric.SMS_UNDELIVERED, Metric.MESSAGES_LOST}),
        ("link.complained", {"channel": "email"}, {Metric.EMAILS_COMPLAINED}),
        ("link.refused", {"channel": "sms", "reason": "sms_budget"}, {Metric.SMS_OVER_BUDGET, Metric.MESSAGES_LOST}),
        (
            "link.refused",
            {"channel": "email", "reason": "email_budget"},
            {Metric.EMAIL_OVER_BUDGET, Metric.MESSAGES_LOST},
        ),
        (
            "link.refused",
            {"channel": "email", "reason": "recipient_budget"},
            {Metric.RECIPIENT_OVER_BUDGET, Metric.MESSAGES_LOST},
        ),
        ("link.refused", {"channel": "sms", "reason": "country"}, {Metric.MESSAGES_LOST}),
        ("link.delivery_failed", {"channel": "email", "reason": "throttled"}, {Metric.MESSAGES_LOST}),
        ("link.delivery_failed", {"channel": "email", "reason": "link_closed"}, set()),
        ("link.delayed", {"channel": "email"}, set()),
        ("link.opened", {"view": 1}, {Metric.LINKS_OPENED}),
        ("link.opened", {"view": 2}, set()),
        ("link.submitted", {}, {Metric.LINKS_SUBMITTED}),
        ("link.revoked", {}, {Metric.LINKS_REVOKED}),
        ("link.locked", {}, {Metric.LINKS_LOCKED}),
        ("link.code_sent", {"channel": "sms"}, {Metric.CODES_SENT}),
        ("link.draft_saved", {}, set()),
    ],
)
def test_what_a_fact_counts_as(kind: str, details: dict[str, object], metrics: set[Metric]) -> None:
    counted = list(counts_of(link(), Fact("x", kind, NOW, details_of(**details))))

    assert {measure.metric for measure in counted} == metrics
    assert len(counted) == len(metrics)
    assert {(measure.dialect, measure.tenant) for measure in counted} <= {(None, None), ("easysend", TENANT)}


@pytest.mark.parametrize("size", [1, 2, 4])
def test_a_fact_is_counted_once_however_often_it_is_told(told: list[Measure], size: int) -> None:
    changes = life()
    for start in range(0, len(changes), size):
        for _ in range(3):
            record_changes(changes[start : start + size], wiring.deps())
    record_changes(changes, wiring.deps())

    assert sums(told) == LIFE


class _BusDown:
    def publish(self, _events: object) -> None:
        raise Unavailable


def test_facts_of_a_batch_that_could_not_be_told_are_counted_once(told: list[Measure]) -> None:
    deps: Deps = replace(wiring.deps(), events=_BusDown())
    for _ in range(3):
        with pytest.raises(Unavailable):
            record_changes(life(), deps)

    record_changes(life(), wiring.deps())

    assert sums(told) == LIFE


class _SecondFails:
    """Timeline that records one link, and then fails."""

    def __init__(self, deps: Deps) -> None:
        self._timeline = deps.timeline

    def append(self, told: Sequence[NewFacts]) -> Iterator[object]:
        yield next(self._timeline.append(told))
        raise Unavailable


def test_what_is_on_record_before_a_batch_fails_is_counted(told: list[Measure]) -> None:
    other = replace(link(), rid="B" * 22, master_rid="B" * 22)
    timeline: Any = _SecondFails(wiring.deps())
    batch = [*life(), Change(None, other)]
    with pytest.raises(Unavailable):
        record_changes(batch, replace(wiring.deps(), timeline=timeline))
    assert sums(told) == LIFE

    record_changes(batch, wiring.deps())

    assert sums(told) == {**LIFE, "LinksCreated": 2}


def test_a_message_that_waits_is_measured_by_its_age(cloud: Cloud, told: list[Measure]) -> None:
    cloud.post("/_local/faults", {"service": "ses", "error": "throttle", "times": 3})
    send_link(cloud, Recipient(1))
    pass_time(cloud, minutes=1)
    pass_time(cloud, minutes=3)

    ages = [measure.value for measure in told if measure.metric == Metric.UNSENT_AGE]

    assert ages == sorted(ages)
    assert len(ages) == 2
    assert 240 <= ages[-1] <= 300
    assert all(measure.unit is Unit.SECONDS for measure in told if measure.metric == Metric.UNSENT_AGE)


def test_the_share_of_a_tenants_sms_is_measured_when_one_went_out(cloud: Cloud, told: list[Measure]) -> None:
    for number in range(2):
        send_link(cloud, Recipient(number))
    cloud.settle()

    tenant = next(measure.tenant for measure in told if measure.metric == Metric.LINKS_CREATED)
    assert tenant is not None
    found = wiring.deps().tenants.tenant(tenant)
    assert found is not None
    shares = [measure for measure in told if measure.metric == Metric.SMS_BUDGET_USED]
    assert [(share.tenant, share.dialect, share.unit) for share in shares] == [(tenant, None, Unit.PERCENT)]
    assert shares[0].value == round(200 / found.sms_per_day, 1)


def test_no_call_of_a_customer_or_recipient_measures_anything(cloud: Cloud, told: list[Measure]) -> None:
    send_link(cloud, Recipient(1))

    assert told == []
    cloud.settle()
    assert sums(told)["LinksCreated"] > 0


PROBE = """
import importlib, json, sys
from dataclasses import fields
from linkgate import wiring
from linkgate.settings import Settings
importlib.import_module(f"functions.{sys.argv[1]}.app")
wiring.build(Settings(**{field.name: "1" for field in fields(Settings)}))
print(json.dumps(sorted(sys.modules)))
"""


@pytest.mark.parametrize("function", ["recipient", "trendsic_customer_link", "easysend_send_link", "manage"])
def test_what_answers_calls_loads_nothing_to_measure_with(function: str) -> None:
    paths = os.pathsep.join([str(ROOT), str(ROOT / "layers/shared")])
    done = subprocess.run(
        [sys.executable, "-c", PROBE, function], check=True, capture_output=True, text=True, env={"PYTHONPATH": paths}
    )

    assert not {"linkgate.ports.measures", "linkgate.aws.metrics"} & set(json.loads(done.stdout))


@pytest.fixture
def on_aws(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POWERTOOLS_SERVICE_NAME", "bank-links")
    monkeypatch.setenv("POWERTOOLS_METRICS_NAMESPACE", "Linkgate")
    monkeypatch.delenv("POWERTOOLS_METRICS_DISABLED", raising=False)


def lines(captured: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in captured.splitlines()]


@pytest.mark.usefixtures("on_aws")
def test_counts_are_told_by_stack_by_dialect_and_by_tenant(capsys: pytest.CaptureFixture[str]) -> None:
    created = Measure(Metric.LINKS_CREATED, dialect="easysend", tenant=TENANT)
    tell_metrics([created, created, replace(created, dialect="ocular"), Measure(Metric.LINKS_REVOKED)])

    first, second, third = lines(capsys.readouterr().out)

    (directive,) = first["_aws"]["CloudWatchMetrics"]
    assert directive["Namespace"] == "Linkgate"
    assert directive["Metrics"] == [{"Name": "LinksCreated", "Unit": "Count"}]
    assert directive["Dimensions"] == [["service"], ["service", "dialect"], ["service", "dialect", "tenant"]]
    assert {name: first[name] for name in ("service", "dialect", "tenant", "LinksCreated")} == {
        "service": "bank-links",
        "dialect": "easysend",
        "tenant": TENANT,
        "LinksCreated": [2.0],
    }
    assert (second["dialect"], second["LinksCreated"]) == ("ocular", [1.0])
    assert third["_aws"]["CloudWatchMetrics"][0]["Dimensions"] == [["service"]]
    assert set(third) == {"_aws", "service", "LinksRevoked"}


@pytest.mark.usefixtures("on_aws")
def test_a_budget_is_told_by_stack_with_its_tenant_beside_it(capsys: pytest.CaptureFixture[str]) -> None:
    tell_metrics([Measure(Metric.SMS_BUDGET_USED, 81.5, Unit.PERCENT, tenant=TENANT)])

    (line,) = lines(capsys.readouterr().out)

    assert line["_aws"]["CloudWatchMetrics"][0]["Dimensions"] == [["service"]]
    assert (line["tenant"], line["SmsBudgetUsed"]) == (TENANT, [81.5])


def test_a_machine_without_cloudwatch_writes_no_metrics(cloud: Cloud, capfd: pytest.CaptureFixture[str]) -> None:
    send_link(cloud, Recipient(1))
    pass_time(cloud, minutes=5)

    assert capfd.readouterr().out == ""


def test_metrics_name_no_link_and_no_person(
    cloud: Cloud, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("POWERTOOLS_METRICS_DISABLED", "false")
    recipient = Recipient(7)
    cloud.post("/_local/faults", {"service": "ses", "error": "throttle", "times": 1})
    rid = send_link(cloud, recipient)
    pass_time(cloud, minutes=5)

    written = capfd.readouterr().out

    names = {name for line in lines(written) for name in line}
    assert {"LinksCreated", "UnsentAge", "SmsBudgetUsed", "EmailBudgetUsed", "EmailsSent"} <= names
    assert names <= {"_aws", "service", "dialect", "tenant"} | {metric.value for metric in Metric}
    for secret in (rid, recipient.email, recipient.phone, "Ana"):
        assert secret not in written


def test_the_age_of_a_reminder_counts_from_its_newest_try() -> None:
    """A link may be weeks old when its reminder is sent."""
    from linkgate.model.link import Occasion
    from linkgate.usecases.delivery.redelivery import _unsent_seconds

    first = Delivery(Channel.EMAIL, DeliveryState.DELAYED, 1, at=NOW + timedelta(hours=1))
    later = NOW + timedelta(hours=2)

    assert _unsent_seconds(link(), first, later) == 7200
    assert _unsent_seconds(link(), replace(first, occasion=Occasion.REMINDER), later) == 3600
