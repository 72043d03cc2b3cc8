"""No secret is in queue messages, stream images, schedules, events, log lines or items."""

from __future__ import annotations

import base64
import dataclasses
import json
import logging
import re
import sys
from datetime import timedelta
from io import StringIO
from typing import TYPE_CHECKING, Any

import pytest
from botocore.handlers import BUILTIN_HANDLERS

from linkgate import wiring
from linkgate.model.link import Channel
from linkgate.model.tenant import Process
from linkgate.store.tenants import CACHE_LIFE
from linkgate.usecases.delivery.resending import ResendLink, resend_link
from local import demo
from tests.support.cloud import DOMAIN, Cloud
from tests.support.delivery_rig import SECRET, Recipient, deps, fail, messages, pass_time, report, send_link, share
from tests.support.delivery_rig import template_of as reduced
from tests.support.fault_injection import Fault, Injector
from tests.support.vendor_calls import CALLS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from botocore.awsrequest import AWSPreparedRequest

CODE = re.compile(r"\b([0-9]{6}|[0-9]{8})\b")
FUNCTIONS = (
    "EasysendGenerateLinkFunction",
    "EasysendSendLinkFunction",
    "TrendsicCustomerLinkFunction",
    "DigideskSurveyRequestFunction",
    "OcularGenerateSessionFunction",
    "RecipientFunction",
    "StreamRelayFunction",
    "LinkEventsFunction",
    "DeliveryWorkerFunction",
    "DeliveryFeedbackFunction",
)


class Wire:
    """Data that handlers send to services that store it."""

    def __init__(self) -> None:
        self.kept: dict[str, list[str]] = {}

    def read(self, request: AWSPreparedRequest, event_name: str, **_: object) -> None:
        service, operation = event_name.split(".")[1:]
        if operation not in {"SendEmail", "Publish"}:  # these carry the secret to the recipient
            body = request.body.decode() if isinstance(request.body, bytes) else str(request.body)
            self.kept.setdefault(service, []).append(body)


@pytest.fixture
def wire() -> Iterator[Wire]:
    wire = Wire()
    hook = ("before-send", wire.read)
    BUILTIN_HANDLERS.insert(0, hook)
    yield wire
    BUILTIN_HANDLERS.remove(hook)


@pytest.fixture
def busy(wire: Wire, tmp_path: Path) -> Iterator[tuple[Cloud, Injector, Wire, StringIO]]:
    """Yield a cloud whose calls and log are recorded from the start."""
    injector = Injector()
    with injector.installed(), Cloud(reduced(tmp_path, *FUNCTIONS), domain=DOMAIN, portal_url="") as cloud:
        logger = wiring.logger()
        handler = logger.handlers[0]  # pytest may have added more
        assert isinstance(handler, logging.StreamHandler)
        level, handler.stream = logger.level, StringIO()
        logger.setLevel("DEBUG")
        yield cloud, injector, wire, handler.stream
        logger.setLevel(level)
        handler.stream = sys.stdout


def spellings(secret: str) -> set[str]:
    """Return the forms from which a token could be restored."""
    raw = base64.urlsafe_b64decode(secret + "==")
    return {
        secret,
        raw.hex(),
        base64.b64encode(raw).decode().rstrip("="),
        base64.b64encode(secret.encode()).decode().rstrip("="),
        secret[::-1],
    }


def everything(cloud: Cloud, injector: Injector) -> set[str]:
    """Use every way of sending a secret, also with failures. Returns the API's replies."""
    tenants: Any = deps().tenants
    tenants.put_tenant(dataclasses.replace(demo.DEMO, sms_fallback=True))
    tenants.put_definition(demo.DEMO.id, Process("reminds", "T", reminders=(timedelta(days=1),)))
    replies = {call.make(cloud, Idempotency_Key=f"key-{name}").text for name, call in CALLS.items()}
    for number, (service, error) in enumerate(
        (service, error) for service in ("ses", "sns") for error in ("throttle", "timeout_after", "reject")
    ):
        fail(cloud, service, error)
        send_link(cloud, Recipient(number))
    for index in range(8):
        pass_time(cloud, seconds=CACHE_LIFE.total_seconds() + 1)
        injector.arm(index, Fault.KILL_AFTER)
        CALLS["send"].make(cloud)
        injector.disarm()
    reminded = send_link(cloud, Recipient(100), processId="reminds")
    lost = share(cloud, Recipient(101))
    report(cloud, messages(cloud, lost, Channel.EMAIL)[0], "bounce")
    pass_time(cloud, minutes=5)
    resend_link(ResendLink(tenant=demo.DEMO.id, rid=reminded, channel=Channel.EMAIL), deps())
    coded = share(cloud, Recipient(102), resourceType="MedicalReport")
    found = SECRET.search(messages(cloud, coded, Channel.EMAIL)[0].text)
    assert found is not None
    assert cloud.post(f"/l/{coded}", {"secret": found[2]}, {"Accept": "application/json"}).status == 202
    for _ in range(14):
        pass_time(cloud, minutes=15)
    pass_time(cloud, days=1)
    return replies


def stream(cloud: Cloud) -> list[str]:
    """Return every image in the table's stream."""
    client = cloud.aws.client("dynamodbstreams")
    (source,) = client.list_streams()["Streams"]
    shards = client.describe_stream(StreamArn=source["StreamArn"])["StreamDescription"]["Shards"]
    images = []
    for shard in shards:
        iterator = client.get_shard_iterator(
            StreamArn=source["StreamArn"], ShardId=shard["ShardId"], ShardIteratorType="TRIM_HORIZON"
        )["ShardIterator"]
        while iterator:
            reply = client.get_records(ShardIterator=iterator, Limit=1000)
            images += [json.dumps(record["dynamodb"], default=str) for record in reply["Records"]]
            iterator = reply.get("NextShardIterator") if reply["Records"] else None
    return images


def test_no_secret_is_queued_streamed_scheduled_published_logged_or_kept(
    busy: tuple[Cloud, Injector, Wire, StringIO], record_property: Callable[[str, object], None]
) -> None:
    cloud, injector, wire, log = busy
    replies = everything(cloud, injector)
    sent = cloud.outbox.messages()
    texts = [*replies, *(f"{message.text}\n{message.html}" for message in sent)]
    secrets = {match[1] for text in texts for match in SECRET.findall(text)}
    codes = {found[1] for message in sent if not SECRET.search(message.text) and (found := CODE.search(message.text))}
    images = stream(cloud)
    places = {
        **wire.kept,
        "stream": images,
        "log": log.getvalue().splitlines(),
        "table": [json.dumps(item) for item in cloud.table()],
        "events": [json.dumps(event) for event in cloud.aws.events()],
    }

    assert {"dynamodb", "sqs", "scheduler", "eventbridge", "stream", "log"} <= set(places)
    assert all(places.values())
    assert len(secrets) > 40
    assert codes
    assert len(images) > 60
    hits = {
        place: {one for secret in secrets for one in spellings(secret) if one in text}
        for place, lines in places.items()
        for text in ["\n".join(lines)]
    }
    assert {place: found for place, found in hits.items() if found} == {}
    for place, lines in places.items():
        for code in codes:
            assert not re.search(rf'"{code}"|\b{code}\b(?![0-9.])', "\n".join(lines)), (place, code)
    addresses = re.compile(r"ana\d*@example\.com|\+44770090\d+")
    for place in ("sqs", "scheduler", "eventbridge", "log"):
        assert not addresses.search("\n".join(places[place])), place
    counts = ", ".join(f"{len(lines)} {place}" for place, lines in sorted(places.items()))
    record_property("measured", f"{len(secrets)} secrets and {len(codes)} codes searched for: 0 found in {counts}")
