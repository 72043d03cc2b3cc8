"""Forty concurrent calls through the gateway have one winner, over atomic moto and over the real DynamoDB Local."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from local import demo

if TYPE_CHECKING:
    from collections.abc import Callable

    from local.http_messages import HttpResponse
    from tests.support.cloud import Cloud

AS_JSON = {"Accept": "application/json"}
CROWD = 40


@pytest.fixture(params=["cloud", "real_cloud"])
def either(request: pytest.FixtureRequest) -> Cloud:
    """Yield a cloud on the runner's own store, and one on the store that judges races."""
    chosen: Cloud = request.getfixturevalue(request.param)
    return chosen


def at_once(call: Callable[[int], HttpResponse]) -> list[int]:
    """Start forty calls together and return their statuses."""
    together = threading.Barrier(CROWD)

    def start(number: int) -> int:
        together.wait()
        return call(number).status

    with ThreadPoolExecutor(CROWD) as pool:
        return sorted(pool.map(start, range(CROWD)))


def new_link(cloud: Cloud) -> tuple[str, str]:
    """Make a link to the demo process, and return its path and secret."""
    answer = cloud.post(
        "/player/api/generate-link",
        {
            "apiVersion": "1",
            "apiKey": demo.EASYSEND_KEY,
            "customerId": demo.EASYSEND_CUSTOMER,
            "processId": demo.PROCESS,
            "serializedModel": {"fullName": "Ada"},
        },
    )
    assert answer.status == 200, answer.text
    path, _, secret = answer.json()["link"].partition("#")
    return path.removeprefix("https://links.example.com"), secret


def test_a_link_is_submitted_once(either: Cloud) -> None:
    path, secret = new_link(either)
    opened = either.post(path, {"secret": secret}, AS_JSON)
    assert opened.status == 200, opened.text
    cookie = {"Cookie": opened.cookies[0].partition(";")[0], **AS_JSON}

    statuses = at_once(lambda n: either.post("/v/submit", {"data": {"fullName": f"Ada {n}"}}, cookie))

    assert statuses == [201, *[409] * (CROWD - 1)]
    assert len([item for item in either.table() if item.get("submitted_at")]) == 1


def test_a_lost_answer_of_the_store_does_not_lose_the_submission(either: Cloud) -> None:
    path, secret = new_link(either)
    opened = either.post(path, {"secret": secret}, AS_JSON)
    cookie = {"Cookie": opened.cookies[0].partition(";")[0], **AS_JSON}
    order = {"service": "dynamodb", "error": "timeout_after", "times": 1}

    statuses = []
    for name in ("Ada", "Eve"):
        assert either.post("/_local/faults", order).status == 200
        statuses.append(either.post("/v/submit", {"data": {"fullName": name}}, cookie).status)

    assert statuses == [201, 409]
    assert len([item for item in either.table() if item.get("submitted_at")]) == 1


def test_forty_creates_with_one_key_make_one_link_and_one_message(either: Cloud) -> None:
    body = {
        "customer_contact": "john.smith@email.com",
        "campaign_name": demo.CAMPAIGN,
    }
    login = (demo.DIGIDESK_USER, demo.DIGIDESK_PASSWORD)
    key = {"Idempotency-Key": "once"}

    statuses = at_once(lambda _: either.post("/api/survey_requests/", body, key, basic=login))

    assert statuses == [201] * CROWD
    assert len(either.outbox.messages()) == 1
