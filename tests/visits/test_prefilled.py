"""Prefilled forms from the create to the submission, in the dialects that prefill."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING, Any

import pytest

from linkgate import wiring
from linkgate.model.tenant import Process
from linkgate.store.tenants import DynamoTenants
from local import demo
from tests.management.conftest import Manager
from tests.support.vendor_calls import GENERATE, SEND
from tests.support.visitor import JSON, Visitor, process_link

if TYPE_CHECKING:
    from tests.support.cloud import Cloud

SCHEMA = {
    "type": "object",
    "required": ["address"],
    "properties": {
        "address": {"type": "string"},
        "born": {"type": "string", "format": "date"},
        "kind": {"enum": ["Current", "Savings"]},
        "card": {"type": "integer"},
        "accounts": {"type": "array", "readOnly": True, "items": {"properties": {"iban": {"title": "IBAN"}}}},
    },
}
MODEL = {
    "address": "12 High Street\nLondon\nE1 6AN",
    "born": "2024-02-08T14:26:02.349Z",
    "kind": "savings",
    "card": 41111111111111111111,
    "accounts": [{"iban": "DE02"}],
}
STORED = {**MODEL, "born": "2024-02-08", "kind": "Savings"}


@pytest.fixture
def manager(cloud: Cloud) -> Manager:
    return Manager(cloud)


@pytest.fixture(autouse=True)
def process(cloud: Cloud) -> None:  # noqa: ARG001 - its table
    tenants = wiring.deps().tenants
    assert isinstance(tenants, DynamoTenants)
    tenants.put_definition(demo.DEMO.id, Process("prefilled", "Prefilled", schema=SCHEMA))


def filled_in(page: str) -> dict[str, str]:
    """Return the form's values, line ends as browsers send them."""
    area = re.findall(r'<textarea[^>]* name="([^"]+)"[^>]*>\n([^<]*)<', page)
    boxes = re.findall(r'<input (?:type="(?:text|date|hidden)").*? name="([^"]+)" value="([^"]*)"', page)
    chosen = re.findall(r'<input type="radio"[^>]* name="([^"]+)" value="([^"]*)" checked', page)
    return {name: html.unescape(value).replace("\n", "\r\n") for name, value in [*area, *boxes, *chosen]}


def test_what_nobody_touched_is_sent_as_it_was_prefilled(cloud: Cloud, manager: Manager) -> None:
    url, person = process_link(cloud, MODEL, processId="prefilled"), Visitor(cloud)
    page = person.see(url).text
    assert "<dt>IBAN</dt><dd>DE02</dd>" in page
    fields = filled_in(page)
    assert fields["/born"] == "2024-02-08"
    assert fields["/kind"] == "Savings"

    sent = person.post(f"{person.thing}/submit", {**fields, "confirmed": "true"})

    assert sent.status == 303, sent.text
    assert manager.get(f"/links/{person.rid}/submission")["data"] == STORED


def test_a_draft_that_nobody_touched_is_sent_as_it_was_saved(cloud: Cloud, manager: Manager) -> None:
    url, program, person = process_link(cloud, processId="prefilled"), Visitor(cloud, JSON), Visitor(cloud)
    program.open(url)
    draft = {"address": "1\n2", "card": 41111111111111111111}
    assert program.post(f"{program.thing}/draft", {"data": draft}).status == 204

    fields = filled_in(person.see(url).text)
    assert person.post(f"{person.thing}/submit", {**fields, "confirmed": "true"}).status == 303
    assert manager.get(f"/links/{person.rid}/submission")["data"] == draft


def test_what_a_person_changes_is_what_is_sent(cloud: Cloud, manager: Manager) -> None:
    url, person = process_link(cloud, MODEL, processId="prefilled"), Visitor(cloud)
    fields = filled_in(person.see(url).text) | {"/address": "Elsewhere", "/card": "5"}

    assert person.post(f"{person.thing}/submit", {**fields, "confirmed": "true"}).status == 303
    assert manager.get(f"/links/{person.rid}/submission")["data"] == {**STORED, "address": "Elsewhere", "card": 5}


WRONG: dict[str, Any] = {"born": "soon", "kind": "Loan", "card": "many"}


@pytest.mark.parametrize("call", [GENERATE, SEND], ids=["generate-link", "send-link"])
def test_easysend_is_told_what_cannot_be_shown(cloud: Cloud, call: Any) -> None:
    before = len(cloud.table())
    model = {**WRONG, "metadata": {"email": "ada@example.com"}}

    reply = call.make(cloud, {**call.body, "coBrowsingRoles": [], "processId": "prefilled", "serializedModel": model})

    assert reply.status == 400
    for place in ("born", "kind", "card"):
        assert f"serializedModel/{place}" in reply.text
    assert len(cloud.table()) == before


def test_a_batch_is_told_what_cannot_be_shown(cloud: Cloud, manager: Manager) -> None:
    before = len(cloud.table())

    made = manager.post("/links/batch", {"links": [{"kind": "process", "process": "prefilled", "data": WRONG}]})

    (result,) = made["results"]
    assert result["status"] == 400
    assert [field["field"] for field in result["problem"]["fields"]] == ["data/born", "data/kind", "data/card"]
    assert len(cloud.table()) == before
