"""Forms in definition files: refused with line and pointer, outlined in a dry run, checked where stored."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from cli.findings import Finding, State
from cli.form_check import forms
from cli.target import Operator
from linkgate.model.tenant import Campaign, Process

if TYPE_CHECKING:
    from tests.cli.conftest import Shell

FAULTY = """\
id: loan
title: Loan
schema:
  type: object
  required: [name, nmae]
  properties:
    name: {type: string}
    payslip:
      type: string
      contentEncoding: base64
    jobs: {type: array, items: {type: object}}
"""
SAID = """\
stdin:5: schema: /required/1: names 'nmae', which is no property
stdin:8: schema: /properties/payslip: asks for a file, which pages cannot take
stdin:11: schema: /properties/jobs: is a list of objects, which pages cannot ask for
"""
GOOD = {"id": "loan", "title": "Loan", "schema": {"properties": {"name": {"type": "string", "title": "Name"}}}}


@pytest.mark.parametrize("noun", ["process", "campaign"])
def test_a_form_that_no_page_can_show_is_refused_with_all_its_faults(bank: Shell, noun: str) -> None:
    before = bank.cloud.table()

    assert bank.run(noun, "create", "-", given=FAULTY, code=2) == SAID
    assert bank.run(noun, "create", "-", "--dry-run", given=FAULTY, code=2) == SAID
    assert bank.cloud.table() == before


def test_an_update_is_refused_too(bank: Shell) -> None:
    bank.run("process", "create", "-", given=json.dumps(GOOD))

    assert bank.run("process", "update", "-", given=FAULTY, code=2) == SAID
    assert bank.json("process", "show", "loan")["schema"] == GOOD["schema"]


def test_the_faults_of_all_documents_are_told_at_once(bank: Shell) -> None:
    second = "id: second\ntitle: S\ntier: gold\nschema: {$ref: '#'}\n"

    said = bank.run("process", "create", "-", given=f"{FAULTY}---\n{second}", code=2)

    assert said.startswith(SAID)
    assert "stdin:15: tier: must be one of" in said
    assert said.endswith("stdin:16: schema: it: must be an object whose `properties` are the questions\n")


def test_a_dry_run_prints_an_outline_of_the_page(bank: Shell) -> None:
    form = {
        "required": ["name"],
        "properties": {
            "name": {"type": "string", "title": "Name"},
            "address": {"title": "Address", "properties": {"street": {"type": "string", "title": "Street"}}},
        },
    }
    file = json.dumps({**GOOD, "schema": form})

    said = bank.run("process", "create", "-", "--dry-run", given=file)

    assert said == (
        "process loan would be created\n"
        "  Its page asks for:\n"
        "    Name *: text (/name)\n"
        "    Address: section (/address)\n"
        "      Street: text (/address/street)\n"
    )
    told = json.loads(bank.run("process", "create", "-", "--dry-run", "--json", given=file))
    assert told["page"] == ["Name *: text (/name)", "Address: section (/address)", "Street: text (/address/street)"]
    assert bank.run("process", "create", "-", given=file) == "process loan created\n"


def test_the_doctor_names_the_faults_of_stored_forms(bank: Shell) -> None:
    operator = Operator(None, bank.cloud.template.tables[0]["TableName"], None, as_json=False, dry_run=False)
    (tenant,) = operator.registry.tenants()
    assert list(forms(operator)) == [Finding("forms", State.OK, "pages can show them all")]

    tenants = operator.tenants
    tenants.put_definition(tenant.id, Process("old", "Old", schema={"properties": {"x": {"type": "array"}}}))
    tenants.put_definition(tenant.id, Campaign("odd", "Odd", schema={"required": ["x"]}))

    process, campaign = forms(operator)
    assert (process.about, process.state) == ("process old of Example Bank", State.WARNING)
    assert process.text.startswith("schema: /properties/x: is a list of free values")
    assert (campaign.about, campaign.text) == (
        "campaign odd of Example Bank",
        "schema: /required/0: names 'x', which is no property",
    )
