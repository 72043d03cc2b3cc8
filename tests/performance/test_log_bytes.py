"""Bytes that each step writes to logs are those from which docs/cost.md is calculated."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import pytest

from benchmarks.cost import BATCH, OURS
from benchmarks.log_bytes import access_line
from linkgate import wiring
from linkgate.aws.metrics import tell_metrics
from linkgate.log_lines import LogLines
from linkgate.model.link import Channel, Delivery, DeliveryState
from linkgate.usecases.history.link_counts import counts_of
from linkgate.usecases.history.link_facts import facts_of
from local import demo
from tests.support.delivery_rig import Recipient, messages, report, send_link
from tests.support.fakes.links import NOW, link
from tests.support.vendor_calls import CUSTOMER_LINK
from tests.support.visitor import JSON, Visitor, code_in, coded_link, parts, process_link

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.support.cloud import Cloud

    Recorder = Callable[[str, object], None]

NEAR = 0.05
"""Share by which a line may differ, because durations have more or fewer digits."""


@pytest.fixture
def logged(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], int]]:
    """Yield a function that returns how many bytes were logged since it was last called."""
    monkeypatch.setenv("_X_AMZN_TRACE_ID", "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f;Sampled=0")
    written: list[int] = []

    class Counted(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            # The stack's name, which Lambda has in its environment.
            line = LogLines().format(record).replace('"service":null', '"service":"linkgate"')
            written.append(len(line.encode()))

    logger, counted = wiring.logger(), Counted()
    quiet = logger.level
    logger.addHandler(counted)
    logger.setLevel("INFO")

    def since() -> int:
        whole = sum(written)
        written.clear()
        return whole

    yield since
    logger.setLevel(quiet)
    logger.handlers.remove(counted)


def test_a_calls_line_is_as_long_as_the_page_of_costs_says(
    cloud: Cloud, logged: Callable[[], int], record_property: Recorder
) -> None:
    found: dict[str, int] = {}
    assert CUSTOMER_LINK.make(cloud).status == 200
    found["create"] = logged()
    url = process_link(cloud)
    found["create with a body"] = logged()
    visitor = Visitor(cloud, JSON)
    visitor.open(url)
    found["open"] = logged()
    visitor.get(visitor.thing)
    found["view"] = logged()
    visitor.post(f"{visitor.thing}/fields", {"set": [{"f": "/fullName", "v": "Ada", "base": 0}]})
    found["draft"] = logged()
    assert visitor.post(f"{visitor.thing}/submit", {"data": {"fullName": "Ada"}}).status == 201
    found["submit"] = logged()
    coded = coded_link(cloud)
    Visitor(cloud, JSON).open(coded)
    logged()
    cloud.post(f"/l/{parts(coded)[0]}/code/check", {"code": code_in(cloud)})
    found["code"] = logged()
    body = {"apiVersion": "1", "apiKey": demo.EASYSEND_KEY, "customerId": demo.EASYSEND_CUSTOMER}
    assert cloud.post("/player/api/cancel-request", {**body, "rid": parts(process_link(cloud))[0]}).status == 200
    logged()
    sent = send_link(cloud, Recipient(1))
    logged()
    report(cloud, messages(cloud, sent, Channel.EMAIL)[0], "delivery")
    cloud.settle()
    found["provider's report"] = logged()

    record_property("measured", f"{found}, the gateway's line {len(access_line())}")
    for step, measured in found.items():
        assert measured == pytest.approx(OURS[step].log_bytes, rel=NEAR), step


def test_the_metrics_of_a_batch_are_as_long_as_the_page_of_costs_says(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("POWERTOOLS_METRICS_NAMESPACE", "Linkgate")
    monkeypatch.setenv("POWERTOOLS_SERVICE_NAME", "linkgate")

    def mail(state: DeliveryState) -> dict[Channel, Delivery]:
        return {Channel.EMAIL: Delivery(Channel.EMAIL, state, 1, at=NOW, message_id="m-1")}

    sent, delivered = link(deliveries=mail(DeliveryState.SENT)), link(deliveries=mail(DeliveryState.DELIVERED))
    opened = link(deliveries=delivered.deliveries, views=1, opened_at=NOW, visits={"v": NOW})
    batch = [(None, sent), (None, sent), (sent, delivered), (delivered, opened), (delivered, opened)]
    assert len(batch) == BATCH

    tell_metrics([measure for old, new in batch for fact in facts_of(old, new) for measure in counts_of(new, fact)])

    assert len(capsys.readouterr().out) / BATCH == pytest.approx(OURS["change told"].log_bytes, rel=NEAR)
