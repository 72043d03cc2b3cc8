"""Messages of a link that asks for a code. They say no more than its landing page."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from linkgate import wiring
from linkgate.model.tenant import Process
from linkgate.store.tenants import DynamoTenants
from local import demo
from tests.support.vendor_calls import SEND
from tests.support.visitor import JSON, Visitor, coded_link, outbox, parts

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.support.cloud import Cloud

TITLE = "Hysterectomy"


def define(definition: Process) -> None:
    tenants = wiring.deps().tenants
    assert isinstance(tenants, DynamoTenants)
    tenants.put_definition(demo.DEMO.id, definition)


def document(cloud: Cloud) -> str:
    coded_link(cloud, deliverEmail=True)
    return "Medical report"


def process(cloud: Cloud) -> str:
    define(Process("guarded", TITLE, tier="confidential"))
    recipient = {"metadata": {"name": "Ana", "email": "ana@example.com"}}
    body = {**SEND.body, "processId": "guarded", "coBrowsingRoles": [], "serializedModel": recipient}
    assert SEND.make(cloud, body).status == SEND.status
    return TITLE


@pytest.mark.parametrize("make", [document, process])
def test_neither_subject_nor_text_nor_html_names_what_the_code_protects(
    cloud: Cloud, make: Callable[[Cloud], str]
) -> None:
    title = make(cloud)

    (message,) = outbox(cloud)

    assert title.lower() not in str(message).lower()
    assert "is ready" in message["text"]


def test_the_message_of_a_replacement_does_not_name_it_either(cloud: Cloud) -> None:
    url = coded_link(cloud, deliverEmail=True, expiresInHours=1)
    cloud.clock.advance(timedelta(hours=1))
    cloud.outbox.clear()
    rid, secret = parts(url)

    assert Visitor(cloud, JSON).post(f"/l/{rid}/renew", {"secret": secret}).status == 202

    (message,) = outbox(cloud)
    assert "medical report" not in str(message).lower()
