"""Thousands of deliveries through unreliable providers: all are accounted for, exactly once except for unknowns.

LINKGATE_DELIVERIES sets their number. 10,000 take some minutes.
"""

from __future__ import annotations

import json
import os
import random
from collections import Counter, defaultdict
from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

import pytest
from botocore.exceptions import ConnectionClosedError, ReadTimeoutError
from botocore.handlers import BUILTIN_HANDLERS, REGISTER_LAST

from linkgate.model.link import Channel, DeliveryState
from linkgate.store.attribute_values import from_item
from linkgate.store.link_items import LINK, link_of
from linkgate.usecases.history.link_facts import FAILED, REFUSED
from tests.support.cloud import DOMAIN, Cloud
from tests.support.delivery_rig import SECRET, Recipient, depth, template_of
from tests.support.fault_injection import Fault, refusal
from tests.support.vendor_calls import SEND

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from botocore.awsrequest import AWSPreparedRequest, AWSResponse

    from linkgate.model.link import Delivery

DELIVERIES = int(os.environ.get("LINKGATE_DELIVERIES", "400"))
TRANSIENT, PERMANENT = 0.05, 0.01
AMBIGUOUS = (Fault.TIMEOUT_AFTER, Fault.RESET_BEFORE)
TRANSIENTLY = (Fault.THROTTLE, Fault.INTERNAL, *AMBIGUOUS)
PERMANENTLY = {"sesv2": "MessageRejected", "sns": "InvalidParameter"}

Key = tuple[str, Channel]


class Providers:
    """SES and SNS on a bad day. Some calls fail temporarily, some finally, and the outcome of some stays unknown."""

    def __init__(self) -> None:
        self.faults: Counter[str] = Counter()
        self.unknown: Counter[Key] = Counter()
        self._random = random.Random(20261121)
        self._fault: str | None = None

    @contextmanager
    def installed(self) -> Iterator[Providers]:
        # A hook for a single operation would run before the one that answers all calls.
        hooks: list[tuple[Any, ...]] = [
            ("before-call", self._decide),
            ("before-send", self._lose),
            ("before-send", self._forget, REGISTER_LAST),
        ]
        BUILTIN_HANDLERS[0:0] = hooks
        try:
            yield self
        finally:
            for hook in hooks:
                BUILTIN_HANDLERS.remove(hook)

    def _decide(self, event_name: str, **_: object) -> tuple[AWSResponse, dict[str, Any]] | None:
        service, operation = event_name.split(".")[1:]
        self._fault = None
        if operation not in {"SendEmail", "Publish"}:
            return None
        chance = self._random.random()
        if chance < PERMANENT:
            self._fault = "refused for good"
        elif chance < PERMANENT + TRANSIENT:
            self._fault = self._random.choice(TRANSIENTLY)
        if self._fault is None:
            return None
        self.faults[self._fault] += 1
        if self._fault == "refused for good":
            return refusal(400, PERMANENTLY[service])
        if self._fault in {Fault.THROTTLE, Fault.INTERNAL}:
            return refusal(429 if self._fault is Fault.THROTTLE else 500, "Throttling")
        return None

    def _lose(self, request: AWSPreparedRequest, **_: object) -> None:
        if self._fault in AMBIGUOUS:
            self.unknown[_key(request)] += 1
        if self._fault is Fault.RESET_BEFORE:
            raise ConnectionClosedError(endpoint_url=request.url)

    def _forget(self, request: AWSPreparedRequest, **_: object) -> None:
        if self._fault is Fault.TIMEOUT_AFTER:
            raise ReadTimeoutError(endpoint_url=request.url)


def _key(request: AWSPreparedRequest) -> Key:
    body = request.body.decode() if isinstance(request.body, bytes) else str(request.body)
    if body.startswith("{"):
        tags = {tag["Name"]: tag["Value"] for tag in json.loads(body)["EmailTags"]}
        return tags["rid"], Channel.EMAIL
    found = SECRET.search(parse_qs(body)["Message"][0])
    assert found is not None
    return found[1], Channel.SMS


@pytest.fixture
def bad_day(tmp_path: Path) -> Iterator[tuple[Cloud, Providers]]:
    functions = ("EasysendSendLinkFunction", "StreamRelayFunction", "DeliveryWorkerFunction", "LinkEventsFunction")
    with (
        Providers().installed() as providers,
        Cloud(template_of(tmp_path, *functions), domain=DOMAIN, portal_url="") as cloud,
    ):
        yield cloud, providers


def stored(cloud: Cloud) -> dict[Key, Delivery]:
    """Return every delivery in the table."""
    pages = cloud.aws.client("dynamodb").get_paginator("scan").paginate(TableName=cloud.environment()["TABLE_NAME"])
    links = [link_of(from_item(item)) for page in pages for item in page["Items"] if item["sk"]["S"] == LINK]
    return {(link.rid, channel): delivery for link in links for channel, delivery in link.deliveries.items()}


def _lost(cloud: Cloud) -> list[dict[str, Any]]:
    return [event for event in cloud.aws.events() if event["detail-type"] in {FAILED, REFUSED}]


def test_all_are_accounted_for(
    bad_day: tuple[Cloud, Providers], record_property: Callable[[str, object], None]
) -> None:
    cloud, providers = bad_day
    for number in range(DELIVERIES // 2):
        body = {**SEND.body, "serializedModel": Recipient(number).model, "coBrowsingRoles": []}
        assert SEND.make(cloud, body).status == 200
    in_the_call = Counter(delivery.state for delivery in stored(cloud).values())
    for minutes in (1, 2, 3, 5, 10, 15, 30, 60, 90, 360, 480):
        cloud.settle()
        if not depth(cloud, "DeliveryQueue"):
            break
        for _ in range(max(1, minutes // 15)):
            cloud.clock.advance(timedelta(minutes=min(minutes, 15)))
            cloud.settle()

    deliveries = stored(cloud)
    out: defaultdict[Key, int] = defaultdict(int)
    for message in cloud.outbox.messages():
        out[str(message.rid), Channel(message.channel)] += 1
    ends = Counter(delivery.state for delivery in deliveries.values())
    twice = {key for key in deliveries if out[key] == 2}
    assert len(deliveries) == DELIVERIES // 2 * 2
    assert set(ends) <= {DeliveryState.SENT, DeliveryState.REFUSED, DeliveryState.FAILED}
    assert not depth(cloud, "DeliveryQueue") + depth(cloud, "DeliveryDeadLetters") + depth(cloud, "RelayDeadLetters")
    for key, delivery in deliveries.items():
        known = key not in providers.unknown
        if delivery.state is DeliveryState.SENT:
            assert out[key] == 1 if known else 1 <= out[key] <= 2
        elif delivery.state is DeliveryState.REFUSED:
            assert out[key] == 0 if known else out[key] <= 1
        else:
            # There may be at most two copies with unknown outcomes. A loss is reported.
            assert (providers.unknown[key], delivery.reason) == (2, "no_answer")
        assert out[key] <= delivery.copies <= 2
    told = {(event["detail"]["rid"], Channel(event["detail"]["data"]["channel"])) for event in _lost(cloud)}
    assert told == {key for key, delivery in deliveries.items() if delivery.state is not DeliveryState.SENT}
    record_property(
        "measured",
        f"{len(deliveries)} deliveries, {sum(providers.faults.values())} provider calls failed: "
        f"{', '.join(f'{count} {fault}' for fault, count in sorted(providers.faults.items()))}\n"
        f"after the call: {', '.join(f'{count} {state}' for state, count in sorted(in_the_call.items()))}\n"
        f"in the end: {ends[DeliveryState.SENT]} sent, {ends[DeliveryState.REFUSED]} refused for good, "
        f"{ends[DeliveryState.FAILED]} given up after two unknown ends; every loss told\n"
        f"{len(providers.unknown)} ended unknown, {len(twice)} of them went out twice, none of the others",
    )
