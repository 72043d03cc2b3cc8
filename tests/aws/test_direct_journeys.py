"""Handlers make and serve links with our own clients on Lambda, and with botocore's wherever moto stands in for AWS."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

import boto3
import pytest
from botocore.client import BaseClient
from moto import mock_aws
from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.sesv2.models import sesv2_backends

from functions.digidesk_survey_request.app import handler
from linkgate import wiring
from linkgate.dialects.recipient.link_pages import CONFIRMED
from linkgate.settings import Settings
from local.demo import seed_demo_tenants
from local.resources import TABLE_PROPERTIES
from local.template import PARAMETERS, read_template
from tests.support.cloud import TEMPLATE
from tests.support.scripted_server import Script, says, serving
from tests.support.vendor_calls import CUSTOMER_LINK, SURVEY
from tests.support.visitor import Visitor, process_link

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.support.cloud import Cloud


@pytest.fixture
def sent(real_cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> Iterator[Script]:
    """Let the handlers of the cloud believe that they run on Lambda, and yield what SES was asked."""
    script = Script()
    script.answers = [says(200, {"MessageId": "m-1"})]
    with serving(script) as url:
        for name in [name for name in os.environ if name.upper().endswith(("_PROXY", "_FILE", "_BUNDLE"))]:
            monkeypatch.delenv(name)
        monkeypatch.setenv("AWS_LAMBDA_FUNCTION_NAME", "any")
        monkeypatch.setenv("AWS_ENDPOINT_URL_SESV2", url)
        wiring.use(wiring.build(Settings.from_environ(os.environ), now=real_cloud.clock.now))
        yield script


def test_links_are_made_sent_opened_and_filled_in_without_botocore(
    real_cloud: Cloud, sent: Script, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_self: object, operation: str, _parameters: object) -> None:
        raise AssertionError(f"botocore was asked for {operation}")

    monkeypatch.setattr(BaseClient, "_make_api_call", refuse)
    visitor = Visitor(real_cloud)

    assert SURVEY.make(real_cloud).status == 201
    made = CUSTOMER_LINK.make(real_cloud)
    assert visitor.see(CUSTOMER_LINK.url(made)).status == 200
    assert visitor.see(process_link(real_cloud)).status == 200
    saved = visitor.post(f"{visitor.thing}/submit", {"rid": visitor.rid, "fullName": "Jane Doe", CONFIRMED: "true"})

    assert saved.status == 303
    to = [body["Destination"]["ToAddresses"] for _, _, _, body in sent.asked]
    assert to == [["john.smith@email.com"], ["jane@example.com"]]


@pytest.fixture
def over_moto(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Set the template's variables over moto, as somebody's own tests of a handler would."""
    template = read_template(TEMPLATE, PARAMETERS)
    for name, value in {**template.environment(), "AWS_DEFAULT_REGION": "eu-west-1"}.items():
        monkeypatch.setenv(name, value)
    with mock_aws():
        [table] = template.tables
        boto3.client("dynamodb").create_table(**{name: table[name] for name in TABLE_PROPERTIES if name in table})
        boto3.client("sesv2").create_email_identity(EmailIdentity=os.environ["MAIL_FROM"])
        list(seed_demo_tenants(wiring.use(wiring.build(Settings.from_environ(os.environ)))))
        yield


@pytest.mark.usefixtures("over_moto")
def test_a_handler_with_the_templates_variables_works_over_moto() -> None:
    event = json.loads((TEMPLATE.parent / "events/digidesk_survey_request.json").read_text())

    reply = handler(event, None)

    assert os.environ["TRANSPORT"] == "direct"
    assert reply["statusCode"] == 201
    [message] = sesv2_backends[DEFAULT_ACCOUNT_ID]["eu-west-1"].core_backend.sent_messages
    assert message.destinations["ToAddresses"] == ["john.smith@email.com"]
