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
    jobs:
      type: array
      items:
        properties:
          name: {type: string}
          bosses: {type: array, items: {properties: {name: {type: string}}}}
"""
SAID = """\
stdin:5: schema: /required/1: names 'nmae', which is no property
stdin:8: schema: /properties/payslip: asks for a file as text; use `format: file`
stdin:16: schema: /properties/jobs/items/properties/bosses: is a list of objects inside another one, which pages \
cannot ask for
"""
GOOD = {"id": "loan", "title": "Loan", "schema": {"properties": {"name": {"type": "string", "title": "Name"}}}}


@pytest.mark.parametrize("noun", ["process", "campaign"])
def test_a_form_that_no_page_can_show_is_refused_with_all_its_faults(bank: Shell, noun: str) -> None:
    before = bank.cloud.table()

    assert bank.run(noun, "create", "-", given=FAULTY, code=2) == SAID
    assert bank.run(noun, "create", "-", "--dry-run", given=FAULTY, code=2) == SAID
    assert bank.cloud.table() == before


def test_words_about_roles_are_refused_with_pointer_and_line(bank: Shell) -> None:
    file = """\
id: loan
title: Loan
roles: [agent]
submitters: [agnet, ""]
schema:
  type: object
  x-roles: {partner: none}
  properties:
    rate:
      type: string
      x-roles: {"": see, agent: read}
    score: {type: string, x-roles: {"": see, agent: none}}
    jobs:
      type: array
      items: {enum: [a, b], x-private: true}
"""
    known = 'there are "" (the main link), agent; name further ones in `roles` of the process'

    assert bank.run("process", "create", "-", given=file, code=2) == (
        "stdin:11: schema: /properties/rate/x-roles/agent: is no right; there are: edit, see, none\n"
        "stdin:15: schema: /properties/jobs/items/x-private: has no effect here;"
        " it belongs to a question, a section or the whole form\n"
        f"stdin:7: schema: /x-roles/partner: is no role; {known}\n"
        "stdin:9: schema: /properties/rate: may be filled in by no role; if nobody should, make it `readOnly`\n"
        "stdin:12: schema: /properties/score: may be filled in by no role; if nobody should, make it `readOnly`\n"
        f"stdin:4: submitters: 'agnet' is no role; {known}\n"
    )


def test_what_a_form_should_rather_not_have_is_a_warning_with_its_line(bank: Shell) -> None:
    file = "id: p\ntitle: P\nschema:\n  properties:\n    surname:\n      type: string\n"

    assert bank.run("process", "create", "-", given=file) == (
        "process p created\n"
        "stdin:5: warning: schema: /properties/surname: is about a person;"
        " `x-autocomplete: family-name` lets browsers fill it in\n"
        "stdin:3: warning: schema: asks for personal data, and the tenant names no `privacy_url` for its pages\n"
    )


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("submitters: []", "submitters: names nobody who may submit the form; leave it out if everybody may"),
        ("roles: [a, a]", "roles: names a role twice"),
        ("roles: ['']", "roles: must be names of 1 to 64 characters, without commas"),
        ("roles: ['a,b']", "roles: must be names of 1 to 64 characters, without commas"),
    ],
)
def test_roles_of_a_process_are_names(bank: Shell, line: str, said: str) -> None:
    assert bank.run("process", "create", "-", given=f"id: p\ntitle: P\n{line}\n", code=2) == f"stdin:3: {said}\n"


def test_a_survey_cannot_have_roles(bank: Shell) -> None:
    file = "id: s\ntitle: S\nschema:\n  properties:\n    a: {type: string, x-private: true}\n"

    said = bank.run("campaign", "create", "-", given=file, code=2)

    assert said.startswith("stdin:5: schema: /properties/a/x-private: is for forms of processes")


def test_a_process_with_roles_is_shown_as_it_was_written(bank: Shell) -> None:
    process = {"id": "shared", "title": "Shared", "roles": ["agent"], "submitters": ["", "agent"]}
    schema = {"properties": {"a": {"type": "string", "x-roles": {"agent": "see"}}}}
    bank.run("process", "create", "-", given=json.dumps({**process, "schema": schema}))

    shown = bank.json("process", "show", "shared")

    assert {name: shown[name] for name in (*process, "schema")} == {**process, "schema": schema}
    bank.run("process", "update", "-", "--yes", given=json.dumps(shown))


def test_an_update_is_refused_too(bank: Shell) -> None:
    bank.run("process", "create", "-", given=json.dumps(GOOD))

    assert bank.run("process", "update", "-", given=FAULTY, code=2) == SAID
    assert bank.json("process", "show", "loan")["schema"] == GOOD["schema"]


def test_the_faults_of_all_documents_are_told_at_once(bank: Shell) -> None:
    second = "id: second\ntitle: S\ntier: gold\nschema: {$ref: '#'}\n"

    said = bank.run("process", "create", "-", given=f"{FAULTY}---\n{second}", code=2)

    assert said.startswith(SAID)
    assert "stdin:20: tier: must be one of" in said
    assert said.endswith("stdin:21: schema: it: must be an object whose `properties` are the questions\n")


def test_a_dry_run_prints_an_outline_of_the_page(bank: Shell) -> None:
    form = {
        "required": ["name"],
        "properties": {
            "name": {"type": "string", "title": "Name"},
            "address": {"title": "Address", "properties": {"street": {"type": "string", "title": "Street"}}},
        },
    }
    file = json.dumps({**GOOD, "schema": form})

    said = bank.stdout("process", "create", "-", "--dry-run", given=file)

    assert said == (
        "process loan would be created\n"
        "  Its page asks for:\n"
        "    Name *: text (/name)\n"
        "    Address: section (/address)\n"
        "      Street: text (/address/street)\n"
    )
    told = json.loads(bank.stdout("process", "create", "-", "--dry-run", "--json", given=file))
    assert told["page"] == ["Name *: text (/name)", "Address: section (/address)", "Street: text (/address/street)"]
    assert bank.stdout("process", "create", "-", given=file) == "process loan created\n"


def test_the_loan_example_is_taken_and_outlined_by_steps(bank: Shell) -> None:
    file = bank.run("process", "example", "--loan")

    said = bank.run("process", "create", "-", "--dry-run", given=file)

    assert said.count("warning") == 1, "the tenant has no privacy notice"
    assert "    Step 1: Your loan\n      What is the loan for? *: radio (/purpose)\n" in said
    assert "      What do you want to buy or pay for?: text (/purchase, on a condition)\n" in said
    assert said.count("Step ") == 5
    assert bank.run("process", "create", "-", given=file).startswith("process loan created\n")


def test_a_survey_has_no_steps(bank: Shell) -> None:
    file = "id: s\ntitle: S\nschema:\n  properties: {a: {type: string}}\n  x-steps: [{title: A, fields: [/a]}]\n"

    said = bank.run("campaign", "create", "-", given=file, code=2)

    assert said == "stdin:5: schema: /x-steps: is for forms of processes; a survey is one page\n"


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


@pytest.mark.parametrize(
    "asked",
    [{"surname": {"type": "string", "x-autocomplete": "family-name"}}, {"a": {"type": "string", "format": "email"}}],
)
def test_a_form_about_people_needs_a_privacy_notice(bank: Shell, asked: dict[str, object]) -> None:
    form = json.dumps({**GOOD, "schema": {"properties": asked}})
    told = "warning: schema: asks for personal data, and the tenant names no `privacy_url` for its pages"

    assert told in bank.run("process", "create", "-", given=form)

    bank.run(
        "tenant", "update", "-", given=bank.run("tenant", "show") + "privacy_url: https://www.example.com/privacy\n"
    )
    assert told not in bank.run("process", "update", "-", given=form)
