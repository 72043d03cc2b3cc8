"""Quiet time: one address gets one survey of a tenant within its pause."""

from __future__ import annotations

import dataclasses
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from linkgate import wiring
from linkgate.model.link import Channel
from local import demo
from tests.support.vendor_calls import SURVEY

if TYPE_CHECKING:
    from tests.support.cloud import Cloud


def pause(days: int) -> None:
    tenants: Any = wiring.deps().tenants
    tenants.put_tenant(dataclasses.replace(demo.DEMO, survey_pause_days=days))


def ask(cloud: Cloud, contact: str = "ana@example.com") -> None:
    assert SURVEY.make(cloud, {**SURVEY.body, "customer_contact": contact}).status == 201


def sent(cloud: Cloud) -> list[str]:
    return [message["to"] for message in cloud.get("/_local/outbox").json()]


def test_25_surveys_to_one_address_send_one(cloud: Cloud) -> None:
    pause(7)
    for number in range(25):
        ask(cloud, "ana@example.com" if number % 2 else "\u202aANA@EXAMPLE.com\u202c")
    ask(cloud, "ben@example.com")
    cloud.settle()

    links = [item for item in cloud.table() if item["sk"] == "link"]
    refused = [item["refused"] for item in links if item.get("refused")]
    assert len(links) == 26
    assert refused == [[f"{Channel.EMAIL}:asked_recently"]] * 24
    assert len(sent(cloud)) == 2


def test_after_the_pause_the_next_is_sent(cloud: Cloud) -> None:
    pause(7)
    ask(cloud)
    for days, messages in ((6, 1), (1, 2)):  # the one that was held back prolongs nothing
        cloud.clock.advance(timedelta(days=days))
        ask(cloud)
        assert len(sent(cloud)) == messages


def test_without_a_pause_each_is_sent(cloud: Cloud) -> None:
    for _ in range(3):
        ask(cloud)

    assert len(sent(cloud)) == 3
