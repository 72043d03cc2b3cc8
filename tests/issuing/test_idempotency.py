"""`Idempotency-Key` gives one link and one message, however often or concurrently a create is repeated."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from local import demo
from tests.support.vendor_calls import CALLS, CUSTOMER_LINK, GENERATE, SEND

if TYPE_CHECKING:
    from tests.support.cloud import Cloud


@pytest.mark.parametrize("name", CALLS)
def test_a_repeat_is_answered_the_same_and_sends_nothing(cloud: Cloud, name: str) -> None:
    call = CALLS[name]

    first = call.make(cloud, Idempotency_Key="key-1")
    sent = len(cloud.outbox.messages())
    again = call.make(cloud, Idempotency_Key="key-1")

    assert (again.status, again.json()) == (first.status, first.json())
    assert len(cloud.outbox.messages()) == sent


@pytest.mark.parametrize("name", CALLS)
def test_another_key_is_another_link(cloud: Cloud, name: str) -> None:
    call = CALLS[name]

    one, other = (call.make(cloud, Idempotency_Key=key).json() for key in ("key-1", "key-2"))

    assert one != other


@pytest.mark.parametrize("name", CALLS)
def test_the_same_key_with_another_body_is_refused(cloud: Cloud, name: str) -> None:
    call = CALLS[name]
    field = {"generate": "source", "send": "source", "customerlink": "maxViews", "survey": "customer_name"}.get(
        name, "name"
    )
    assert call.make(cloud, Idempotency_Key="key").status == call.status

    response = call.make(cloud, {**call.body, field: 7 if field == "maxViews" else "changed"}, Idempotency_Key="key")

    assert response.status == 422
    reply = response.json()
    match name:
        case "generate" | "send":
            assert reply["error"]["code"] == "idempotency_mismatch"
        case "customerlink":
            assert reply["responseStatus"]["errorCode"] == "IdempotencyMismatch"
        case "survey":
            assert len(reply["message"]) == 1
        case _:
            assert reply["statusCode"] == 3


def test_members_in_another_order_are_the_same_body(cloud: Cloud) -> None:
    first = GENERATE.make(cloud, Idempotency_Key="key").json()
    turned = dict(reversed(GENERATE.body.items()))

    assert GENERATE.make(cloud, turned, Idempotency_Key="key").json() == first


def test_the_same_key_of_another_tenant_is_another_link(cloud: Cloud) -> None:
    ours = GENERATE.make(cloud, Idempotency_Key="key").json()
    theirs = GENERATE.make(
        cloud,
        {**GENERATE.body, "apiKey": demo.KEYS[demo.OTHER.id]["easysend"], "customerId": "other-customer"},
        Idempotency_Key="key",
    ).json()

    assert ours["rid"] != theirs["rid"]


def test_the_same_key_for_the_sister_operation_is_another_link(cloud: Cloud) -> None:
    generated = GENERATE.make(cloud, SEND.body, Idempotency_Key="key").json()
    sent = SEND.make(cloud, Idempotency_Key="key").json()

    assert generated["rid"] != sent["rid"]


@pytest.mark.parametrize("call", [SEND, CUSTOMER_LINK], ids=["transaction", "one link"])
def test_eight_at_once_make_one_link_and_one_message(real_cloud: Cloud, call: object) -> None:
    assert call in (SEND, CUSTOMER_LINK)
    chosen = SEND if call is SEND else CUSTOMER_LINK

    with ThreadPoolExecutor(8) as pool:
        replies = list(pool.map(lambda _: chosen.make(real_cloud, Idempotency_Key="key"), range(8)))

    assert {reply.status for reply in replies} == {200}
    assert len({chosen.url(reply) for reply in replies}) == 1
    channels = [message.channel for message in real_cloud.outbox.messages()]
    assert sorted(channels) == (["email", "sms"] if chosen is SEND else ["email"])
    links = [item for item in real_cloud.table() if item["sk"] == "link"]
    assert len(links) == (3 if chosen is SEND else 1)
