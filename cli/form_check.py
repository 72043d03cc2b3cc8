"""Checks of forms: what a definition's file may not ask for, and what stored definitions ask for all the same."""

from collections.abc import Iterator, Mapping
from typing import Any

from cli.findings import Finding, State
from cli.located_yaml import Located, Place
from cli.target import Operator
from linkgate.model.tenant import Campaign, Process, Tenant
from linkgate.usecases.conditions import asked_in, rules_of
from linkgate.usecases.form_groups import expanded, groups_in
from linkgate.usecases.form_steps import steps_of
from linkgate.usecases.form_words import asks_personal, warnings_of
from linkgate.usecases.role_rules import MAIN, known_roles
from linkgate.usecases.staff.forms import form_faults as faults_of_form


def form_faults(document: Located, definition: object) -> list[str]:
    """Return a message for each fault of the form in a document, with its line and its JSON Pointer."""
    if not isinstance(definition, Process | Campaign):
        return []
    faults = [
        f"{document.file}:{document.line(_place(document.value, pointer))}: schema: {pointer or 'it'}: {sentence}"
        for pointer, sentence in faults_of_form(definition)
    ]
    if isinstance(definition, Process):
        unknown = sorted((definition.submitters or frozenset()) - {MAIN, *definition.roles})
        told = known_roles(definition.roles)
        faults += [document.fault(("submitters",), f"{role!r} is no role; {told}") for role in unknown]
    return faults


def form_warnings(document: Located, definition: object) -> list[str]:
    """Return a message for each thing in a document's form that is taken, and should rather not be there."""
    schema = definition.schema if isinstance(definition, Process | Campaign) else {}
    return [
        f"{document.file}:{document.line(_place(document.value, pointer))}: warning: schema: {pointer}: {sentence}"
        for pointer, sentence in warnings_of(schema)
    ]


def privacy_warnings(document: Located, definition: object, tenant: Tenant) -> list[str]:
    """Return a warning if a form asks for personal data, and the tenant has no privacy notice to show beside it."""
    if not isinstance(definition, Process | Campaign) or tenant.privacy_url or not asks_personal(definition.schema):
        return []
    told = "asks for personal data, and the tenant names no `privacy_url` for its pages"
    return [f"{document.file}:{document.line(('schema',))}: warning: schema: {told}"]


def outline(schema: Mapping[str, object]) -> list[str]:
    """Return a line for each field of the page: its label, whether it is required, its control and its pointer.

    A form with steps has a line for each of them, and one that is asked for only sometimes says so.
    """
    from linkgate.dialects.recipient.fields import Field, conditioned, fields_of

    def lines(fields: tuple[Field, ...], indent: str) -> Iterator[str]:
        for field in fields:
            star = " *" if field.required else ""
            sometimes = ", on a condition" if field.asked is not None else ""
            yield f"{indent}{field.label}{star}: {field.control} ({field.pointer}{sometimes})"
            yield from lines(field.parts, f"{indent}  ")

    schema = expanded(schema, {pointer: ["0"] for pointer, _, _ in groups_in(schema)})
    fields = conditioned(fields_of(schema, "en"), asked_in(rules_of(schema), {}))
    found: list[str] = []
    for step in steps_of(schema):
        found.append(f"  Step {step.number}: {step.words['title']}")
        found += lines(tuple(field for field in fields if field.pointer in step.pointers), "    ")
    return found or list(lines(fields, "  "))


def forms(operator: Operator) -> Iterator[Finding]:
    """Check that pages can show the forms of all processes and campaigns."""
    faulty = False
    for tenant in operator.registry.tenants():
        stored: list[tuple[str, Process | Campaign]] = [
            *(("process", process) for process in operator.registry.definitions(Process, tenant.id)),
            *(("campaign", campaign) for campaign in operator.registry.definitions(Campaign, tenant.id)),
        ]
        for noun, definition in stored:
            for pointer, sentence in faults_of_form(definition):
                faulty = True
                about = f"{noun} {definition.id} of {tenant.name}"
                text = f"schema: {pointer or 'it'}: {sentence}"
                yield Finding(about, State.WARNING, text, f"change it with `linkgate {noun} update`")
    if not faulty:
        yield Finding("forms", State.OK, "pages can show them all")


def _place(document: Any, pointer: str) -> Place:  # noqa: ANN401 - any JSON
    """Return the place of a value, which a JSON Pointer into the document's schema leads to."""
    place: list[str | int] = ["schema"]
    value = document["schema"]
    for step in pointer.split("/")[1:]:
        name = step.replace("~1", "/").replace("~0", "~")
        place.append(int(name) if isinstance(value, list) else name)
        value = value[place[-1]]
    return tuple(place)
