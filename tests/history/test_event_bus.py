"""The event bus gets the kinds of events that were chosen, and webhooks all that they subscribe to."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from linkgate import wiring
from linkgate.settings import Settings
from linkgate.usecases.changes import Change
from linkgate.usecases.history.link_facts import EVENT_TYPES
from linkgate.usecases.history.link_history import record_changes
from local.template import parse_template
from tests.support.cloud import TEMPLATE
from tests.support.fakes.links import NOW, link

if TYPE_CHECKING:
    from tests.support.cloud import Cloud


@pytest.mark.parametrize(
    ("chosen", "told"),
    [
        ("all", ["link.created", "link.revoked"]),
        ("link.revoked,link.opened", ["link.revoked"]),
        ("staff.acted", []),
        ("", []),
    ],
)
def test_the_bus_gets_what_was_chosen(cloud: Cloud, chosen: str, told: list[str]) -> None:
    settings = Settings.from_environ({**os.environ, **cloud.environment(), "BUS_EVENTS": chosen})
    deps = replace(wiring.deps(), events=wiring.build(settings).events)

    record_changes([Change(None, link()), Change(link(), link(revoked_at=NOW))], deps)

    events = [event["detail-type"] for event in cloud.aws.events() if event["detail"].get("rid") == link().rid]
    assert sorted(events) == told
    assert len(wiring.deps().timeline.read(link().rid)[0]) == 2


def test_by_default_it_gets_what_no_webhook_tells() -> None:
    parameter = parse_template(TEMPLATE.read_text())["Parameters"]["BusEvents"]

    assert set(parameter["Default"].split(",")) & EVENT_TYPES == set()
