"""`{Dto}[]` batches are all or nothing if a request is faulty, and safe to repeat."""

from __future__ import annotations

import dataclasses
import json
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from linkgate import wiring
from linkgate.dialects.trendsic.requests import BATCH_LIMIT
from tests.support.trendsic_calls import API, UID, call, post

if TYPE_CHECKING:
    from tests.support.cloud import Cloud

BATCH = f"{API}[]"


def request(**members: object) -> dict[str, object]:
    return {"resourceType": "Invoice", "resourceUid": UID, "recipientEmail": "jane@example.com", **members}


def links(cloud: Cloud) -> int:
    return len([item for item in cloud.table() if item["sk"] == "link"])


def test_every_request_gets_its_link_in_order(cloud: Cloud) -> None:
    requests = [request(maxViews=views, deliverEmail=True) for views in (3, 1, 2)]

    reply = post(cloud, json.dumps(requests), BATCH)

    assert reply.header("x-autobatch-completed") == "3"
    assert [entry["link"]["maxViews"] for entry in reply.json()] == [3, 1, 2]
    assert len({entry["portalUrl"] for entry in reply.json()}) == 3
    assert len(cloud.outbox.messages()) == 3


@pytest.mark.parametrize(
    ("faulty", "code"),
    [
        (request(maxViews="x"), "SerializationException"),
        (request(resourceType="Nothing"), "Predicate"),
        (request(maxViews=0), "InclusiveBetween"),
        (request(recipientContactId=99), "Predicate"),
    ],
)
def test_one_faulty_request_stops_all_before_any_link_is_made(
    cloud: Cloud, faulty: dict[str, object], code: str
) -> None:
    requests = [request(deliverEmail=True), faulty, request(deliverEmail=True)]

    reply = post(cloud, json.dumps(requests), BATCH)

    assert reply.status == 400
    status = reply.json()["responseStatus"]
    assert status["errors"][0]["errorCode"] == code
    assert status["meta"] == {"AutoBatchIndex": "1"}
    assert links(cloud) == 0
    assert cloud.outbox.messages() == []


def test_an_index_is_told_of_batches_only(cloud: Cloud) -> None:
    assert "meta" not in post(cloud, json.dumps(request(maxViews=0)), API).json()["responseStatus"]


def test_a_repeat_gives_the_same_links_and_sends_nothing(cloud: Cloud) -> None:
    body = json.dumps([request(deliverEmail=True), request(deliverEmail=True)])

    first, again = (post(cloud, body, BATCH, idempotency_key="k").json() for _ in range(2))

    assert [entry["portalUrl"] for entry in first] == [entry["portalUrl"] for entry in again]
    assert links(cloud) == 2
    assert len(cloud.outbox.messages()) == 2


def test_another_batch_under_the_same_key(cloud: Cloud) -> None:
    post(cloud, json.dumps([request()]), BATCH, idempotency_key="k")

    reply = post(cloud, json.dumps([request(maxViews=1)]), BATCH, idempotency_key="k")

    assert reply.status == 422
    assert reply.json()["responseStatus"]["errorCode"] == "IdempotencyMismatch"


@pytest.mark.parametrize("length", [1, 3])
def test_a_longer_or_shorter_batch_under_the_same_key_makes_nothing(cloud: Cloud, length: int) -> None:
    post(cloud, json.dumps([request()] * 2), BATCH, idempotency_key="k")

    reply = post(cloud, json.dumps([request()] * length), BATCH, idempotency_key="k")

    assert reply.status == 422
    assert links(cloud) == 2


def test_an_empty_batch(cloud: Cloud) -> None:
    reply = post(cloud, "[]", BATCH)

    assert (reply.status, reply.json()) == (200, [])
    assert reply.header("x-autobatch-completed") == "0"


def test_a_batch_has_a_limit(cloud: Cloud) -> None:
    reply = post(cloud, json.dumps([request()] * (BATCH_LIMIT + 1)), BATCH)

    assert reply.status == 400
    assert (
        reply.json()["responseStatus"]["errors"][0]["message"] == f"'Requests' must have at most {BATCH_LIMIT} entries."
    )
    assert links(cloud) == 0


@pytest.mark.parametrize("content_type", ["application/x-www-form-urlencoded", "multipart/form-data; boundary=b"])
def test_a_form_holds_no_batch(cloud: Cloud, content_type: str) -> None:
    assert call(cloud, f"POST {BATCH}", "resourceType=Invoice", content_type).status == 400


def test_oneway_does_what_reply_does(cloud: Cloud) -> None:
    reply = post(cloud, json.dumps([request()]), "/json/oneway/CustomerLinkCreateRequest[]")

    assert reply.status == 200
    assert links(cloud) == 1


def test_a_batch_that_takes_long_leaves_the_rest_of_its_messages_to_the_worker(cloud: Cloud) -> None:
    ticks = iter(range(1000))
    deps = wiring.deps()
    wiring.use(dataclasses.replace(deps, now=lambda: deps.now() + timedelta(milliseconds=200) * next(ticks)))

    reply = post(cloud, json.dumps([request(deliverEmail=True)] * 10), BATCH)

    errors = [entry["deliveryErrors"] for entry in reply.json()]
    sent = errors.count([])
    assert 0 < sent < 10
    assert errors == [[]] * sent + [["email: delayed, Linkgate keeps trying"]] * (10 - sent)
    assert len(cloud.outbox.messages()) == sent
    wiring.use(deps)
    cloud.clock.advance(timedelta(minutes=2))
    cloud.settle()
    assert len(cloud.outbox.messages()) == 10
