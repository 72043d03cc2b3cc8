"""Every sample event, handed to the handler it is named after."""

from __future__ import annotations

import importlib
import json
from pathlib import Path

import pytest

EVENTS = Path(__file__).parents[2] / "events"
STATUS = {
    "digidesk_survey_request": 201,
    "digidesk_survey_request.xml": 201,
    "easysend_cancel_request": 404,
    "easysend_generate_link": 200,
    "easysend_send_link": 200,
    "easysend_send_link.no_contact": 400,
    "fallback": 200,
    "fallback.unknown": 404,
    "fallback.wrong_verb": 405,
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


def test_every_sample_of_the_api_is_replayed() -> None:
    of_the_api = {path.stem for path in EVENTS.glob("*.json") if "rawPath" in json.loads(path.read_text())}

    assert of_the_api == set(STATUS)
