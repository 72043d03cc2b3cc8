"""Versions of definitions: a link keeps the form it was made with, whatever becomes of the definition."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

import pytest

from linkgate import wiring
from linkgate.model.tenant import Agent, Campaign, Category, Process, ResourceType
from linkgate.store.registry import Registry
from linkgate.store.table import ConditionRefused, Table
from linkgate.store.tenants import DynamoTenants, Only
from linkgate.usecases.definitions import definition_of
from local import demo
from tests.cli.conftest import Shell
from tests.support.visitor import JSON, Visitor, parts, process_link, resource_link

if TYPE_CHECKING:
    from pathlib import Path

    from tests.management.conftest import Manager
    from tests.support.cloud import Cloud

TENANT = demo.DEMO.id
OLD = {"type": "object", "properties": {"name": {"type": "string"}}, "required": ["name"]}
NEW = {"type": "object", "properties": {"age": {"type": "integer"}}, "required": ["age"]}
KINDS: list[Any] = [
    Process("thing", "Thing"),
    Campaign("thing", "Thing"),
    ResourceType("thing", "Thing"),
    Category("thing", "Thing"),
]


def tenants() -> DynamoTenants:
    made = wiring.deps().tenants
    assert isinstance(made, DynamoTenants)
    return made


def registry(cloud: Cloud) -> Registry:
    client = cloud.aws.client("dynamodb")
    return Registry(Table(cloud.environment()["TABLE_NAME"], lambda: client))


def later(cloud: Cloud) -> None:
    """Let the cache forget the definition."""
    cloud.post("/_local/clock", {"advance_seconds": 61})


def asked(cloud: Cloud, schema: dict[str, Any]) -> str:
    """Define a process and return the address of a link to it."""
    tenants().put_definition(TENANT, Process("form", "Form", schema=schema))
    return process_link(cloud, processId="form")


@pytest.mark.parametrize("ended", ["updated", "deleted"])
def test_a_form_that_is_being_filled_in_stays_as_it_was(cloud: Cloud, manager: Manager, ended: str) -> None:
    url = asked(cloud, OLD)
    program = Visitor(cloud, JSON)
    assert program.see(url).json()["schema"] == OLD

    if ended == "updated":
        tenants().put_definition(TENANT, Process("form", "Form", schema=NEW))
    else:
        tenants().delete_definition(Process, TENANT, "form")
    later(cloud)

    shown = program.get(program.thing).json()
    assert (shown["schema"], shown["title"]) == (OLD, "Form")
    assert program.post(f"{program.thing}/submit", {"data": {"age": 5}}).status == 422
    assert program.post(f"{program.thing}/submit", {"data": {"name": "Ada"}}).status == 201
    rid = parts(url)[0]
    version = manager.get(f"/links/{rid}")["version"]
    sent = manager.get(f"/links/{rid}/submission")
    assert (sent["version"], sent["data"]) == (version, {"name": "Ada"})
    cloud.settle()
    facts = {event["type"]: event["data"] for event in manager.get(f"/links/{rid}/events")["events"]}
    assert facts["link.created"]["version"] == facts["link.submitted"]["version"] == version


def test_links_made_after_an_update_have_the_new_form(cloud: Cloud) -> None:
    asked(cloud, OLD)

    assert Visitor(cloud, JSON).see(asked(cloud, NEW)).json()["schema"] == NEW


def test_a_link_of_an_earlier_release_uses_the_newest_form_or_the_last(cloud: Cloud) -> None:
    url = asked(cloud, OLD)
    link = wiring.deps().links.get(parts(url)[0])
    assert link
    older = dataclasses.replace(link, version=None)
    tenants().put_definition(TENANT, Process("form", "Form", schema=NEW))
    later(cloud)

    for _ in range(2):
        found = definition_of(older, wiring.deps())
        assert isinstance(found, Process)
        assert found.schema == NEW
        tenants().delete_definition(Process, TENANT, "form")
        later(cloud)


@pytest.mark.parametrize("definition", KINDS, ids=lambda each: type(each).__name__)
def test_every_definition_outlives_its_deletion(cloud: Cloud, definition: Any) -> None:
    kind = type(definition)
    tenants().put_definition(TENANT, definition)
    made = tenants().definition(kind, TENANT, "thing")
    assert made
    assert made.version

    tenants().delete_definition(kind, TENANT, "thing")
    later(cloud)

    assert tenants().definition(kind, TENANT, "thing") is None
    assert tenants().definition(kind, TENANT, "thing", made.version) == made
    assert tenants().definition(kind, TENANT, "thing", "") == made
    assert [each.version for each in tenants().versions(kind, TENANT, "thing")] == [made.version]


def test_a_view_after_the_create_reads_no_further_definition(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    asked(cloud, OLD)
    store = tenants()
    newest = store.definition(Process, TENANT, "form")
    assert newest
    monkeypatch.setattr(Table, "get", None)

    assert store.definition(Process, TENANT, "form", newest.version) is newest


@pytest.mark.usefixtures("cloud")
def test_the_same_content_is_the_same_version() -> None:
    versions = []
    for schema in (OLD, NEW, OLD):
        tenants().put_definition(TENANT, Process("form", "Form", schema=schema))
        found = tenants().definition(Process, TENANT, "form")
        assert found
        versions.append(found.version)

    assert versions[0] == versions[2] != versions[1]
    assert {each.version for each in tenants().versions(Process, TENANT, "form")} == set(versions)


@pytest.mark.usefixtures("cloud")
def test_the_versions_of_one_name_are_not_those_of_another() -> None:
    for name in ("a", "a#b", "a#"):
        tenants().put_definition(TENANT, Campaign(name, name))
        tenants().delete_definition(Campaign, TENANT, name)

    for name in ("a", "a#b", "a#"):
        assert {each.id for each in tenants().versions(Campaign, TENANT, name)} == {name}


@pytest.mark.usefixtures("cloud")
def test_a_refused_write_leaves_no_version() -> None:
    with pytest.raises(ConditionRefused):
        tenants().put_definition(TENANT, Process("form", "Form"), Only.KNOWN)

    assert tenants().versions(Process, TENANT, "form") == []


def test_agents_have_no_versions(cloud: Cloud) -> None:
    before = len(cloud.table())
    tenants().put_definition(TENANT, Agent("One"))
    assert len(cloud.table()) == before + 1
    tenants().delete_definition(Agent, TENANT, "One")

    assert len(cloud.table()) == before


def shell_asked(cloud: Cloud, *command: str, given: str | None = None, code: int = 0) -> str:
    return Shell(cloud).run(*command, "-t", TENANT, given=given, code=code)


def test_a_command_says_how_many_links_and_drafts_it_concerns_and_asks(cloud: Cloud, tmp_path: Path) -> None:
    first, program = asked(cloud, OLD), Visitor(cloud, JSON)
    process_link(cloud, processId="form")
    process_link(cloud)
    program.open(first)
    assert program.post(f"{program.thing}/draft", {"data": {"name": "A"}}).status == 204
    file = tmp_path / "form.yaml"
    file.write_text("id: form\ntitle: New\n")
    said = "process form: 2 live links, 1 draft. They keep what they were made with.\n"

    assert said in shell_asked(cloud, "process", "update", str(file), "--dry-run")
    assert said in shell_asked(cloud, "process", "update", str(file), given="y\n", code=2)
    assert "pass --yes" in shell_asked(cloud, "process", "delete", "form", code=2)
    assert registry(cloud).definition(Process, TENANT, "form") is not None
    assert "title: Form -> New" in shell_asked(cloud, "process", "update", str(file), "--yes")
    assert shell_asked(cloud, "process", "delete", "form", "--yes") == "process form deleted\n"


def test_links_that_have_ended_are_not_asked_about(cloud: Cloud, manager: Manager) -> None:
    url = asked(cloud, OLD)
    manager.post(f"/links/{parts(url)[0]}/revoke")

    assert shell_asked(cloud, "process", "delete", "form") == "process form deleted\n"


def test_links_of_an_earlier_release_change_with_the_form(cloud: Cloud, tmp_path: Path) -> None:
    url = asked(cloud, OLD)
    cloud.aws.client("dynamodb").update_item(
        TableName=cloud.environment()["TABLE_NAME"],
        Key={"pk": {"S": parts(url)[0]}, "sk": {"S": "link"}},
        UpdateExpression="REMOVE version",
    )
    file = tmp_path / "form.yaml"
    file.write_text("id: form\ntitle: New\n")

    said = shell_asked(cloud, "process", "update", str(file), "--dry-run")

    assert "1 of them, made by an earlier release, change with it." in said


def test_links_to_resources_change_with_their_type(cloud: Cloud) -> None:
    resource_link(cloud)

    said = shell_asked(cloud, "resource-type", "update", "-", "--dry-run", given="id: Invoice\ntitle: Bill\n")

    assert "resource-type Invoice: 1 live link, 0 drafts. They change with it.\n" in said
