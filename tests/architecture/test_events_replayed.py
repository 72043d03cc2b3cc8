"""Every sample event is passed to the handler after which it is named."""

from __future__ import annotations

import importlib
import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from local.functions import Functions

if TYPE_CHECKING:
    from tests.support.cloud import Cloud

EVENTS = Path(__file__).parents[2] / "events"
STATUS = {
    "digidesk_survey_request": 201,
    "digidesk_survey_request.xml": 201,
    "easysend_cancel_request": 404,
    "easysend_generate_link": 200,
    "easysend_send_link": 200,
    "easysend_send_link.no_contact": 400,
    "unrouted": 200,
    "unrouted.unknown": 404,
    "unrouted.wrong_verb": 405,
    "manage": 200,
    "manage.batch": 200,
    "manage.openapi": 200,
    "manage.unknown_link": 404,
    "ocular_generate_session": 200,
    "ocular_generate_session.no_key": 401,
    "ocular_generate_session.no_title": 400,
    "ocular_generate_session.params": 200,
    "recipient": 404,
    "recipient.mangled": 303,
    "recipient.open": 404,
    "recipient.submit": 401,
    "recipient.view": 401,
    "trendsic_customer_link": 200,
    "trendsic_customer_link.jsv": 200,
    "trendsic_customer_link.jsv_placeholders": 400,
    "trendsic_customer_link.list": 200,
    "trendsic_customer_link.options": 200,
    "trendsic_customer_link.types": 200,
}


@pytest.mark.usefixtures("cloud")
@pytest.mark.parametrize("name", sorted(STATUS))
def test_a_sample_event_is_answered(name: str) -> None:
    event = json.loads((EVENTS / f"{name}.json").read_text())
    handler = importlib.import_module(f"functions.{name.partition('.')[0]}.app").handler

    response = handler(event, None)

    assert response["statusCode"] == STATUS[name]


BACKGROUND = {
    # The links do not exist, so there is nothing to do or repeat.
    "delivery_feedback": None,
    "delivery_feedback.bounced": None,
    "delivery_feedback.code_bounced": None,
    "delivery_feedback.complained": None,
    "delivery_feedback.delayed": None,
    "delivery_feedback.out_of_office": None,
    "delivery_feedback.rejected": None,
    "delivery_feedback.sent": None,
    "delivery_feedback.sms": None,
    "delivery_feedback.sms_opted_out": None,
    "delivery_feedback.soft_bounced": None,
    "delivery_worker": [],
    "delivery_worker.reminder": [],
    "delivery_worker.unreadable": ["00000000-0000-4000-8000-000000000001"],
    "link_events": [],
    "retention_sweep": None,
    "stream_relay": [],
    "webhook_worker": [],
}
"""Return the items to repeat, or None if the function answers nothing."""


@pytest.mark.parametrize("name", sorted(BACKGROUND))
def test_a_sample_of_what_happens_in_the_background_is_handled(cloud: Cloud, name: str) -> None:
    event = json.loads((EVENTS / f"{name}.json").read_text())
    folder = name.partition(".")[0]

    reply = Functions(cloud.template).invoke("".join(part.title() for part in folder.split("_")) + "Function", event)

    repeated = BACKGROUND[name]
    failures = None if repeated is None else [{"itemIdentifier": identifier} for identifier in repeated]
    assert reply == (None if failures is None else {"batchItemFailures": failures})


def test_every_sample_is_replayed() -> None:
    assert {path.stem for path in EVENTS.glob("*.json")} == {*STATUS, *BACKGROUND}
