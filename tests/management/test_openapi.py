"""The API's description is generated from the code, kept in the repository, and true."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema_rs
import pytest
from openapi_spec_validator import validate

from linkgate.dialects.manage.openapi import description
from linkgate.dialects.manage.operations import OPERATIONS
from local.template import read_template
from tests.support.cloud import TEMPLATE

if TYPE_CHECKING:
    from tests.management.conftest import Manager

COMMITTED = Path(__file__).parents[2] / "docs" / "openapi.json"


def test_the_committed_description_is_what_the_code_says() -> None:
    assert json.loads(COMMITTED.read_text()) == description(), "make openapi"


def test_it_is_valid() -> None:
    validate(description())


def test_every_operation_has_a_summary_and_a_group() -> None:
    document = description()
    groups = {group["name"] for group in document["tags"]}

    for path, methods in document["paths"].items():
        for operation in methods.values():
            assert 5 <= len(operation["summary"]) <= 100, path
            assert set(operation["tags"]) <= groups, path


def test_every_time_says_that_it_is_one() -> None:
    times = [
        (name, member, schema)
        for name, described in description()["components"]["schemas"].items()
        for member, schema in described.get("properties", {}).items()
        if member.endswith("Utc")
    ]

    assert len(times) >= 15
    for name, member, schema in times:
        kinds = schema.get("anyOf", [schema])
        assert {"type": "string", "format": "date-time"} in [dict(kind) for kind in kinds], (name, member)


def test_it_is_served_to_anybody(manager: Manager) -> None:
    response = manager.cloud.request("GET", "/openapi.json")

    assert response.status == 200
    assert response.json() == description()


def test_the_template_has_a_route_for_each_operation_and_no_other() -> None:
    routes = {route.key for route in read_template(TEMPLATE).routes if route.function.startswith("Manage")}

    assert routes == {operation.route for operation in OPERATIONS}


def test_every_schema_that_is_referred_to_is_there() -> None:
    document = description()
    names = {part.rpartition("/")[2] for part in references(document)}

    assert names <= set(document["components"]["schemas"])


def references(value: Any) -> list[str]:
    match value:
        case dict():
            own = [value["$ref"]] if "$ref" in value else []
            return own + [found for part in value.values() for found in references(part)]
        case list():
            return [found for part in value for found in references(part)]
        case _:
            return []


def validator(name: str) -> jsonschema_rs.Validator:
    document = description()
    schema = {"$ref": f"#/components/schemas/{name}", "components": document["components"]}
    return jsonschema_rs.Draft202012Validator(schema, validate_formats=True)


def test_what_is_answered_is_what_is_described(manager: Manager) -> None:
    made = manager.request_form(fullName="Ada")
    manager.submit(made["link"], {"fullName": "Ada"})
    survey = manager.ask(miscData={"branch": "Leeds"})
    manager.submit(survey["link"], {"rating": 5})
    rid = manager.share(channels=["email"])
    manager.cloud.settle()
    batch = manager.post("/links/batch", {"links": [{"kind": "survey"}, {"kind": "session"}]})

    validator("BatchResult").validate(batch)
    validator("Link").validate(manager.get(f"/links/{rid}"))
    validator("LinkPage").validate(manager.get("/links"))
    validator("Timeline").validate(manager.get(f"/links/{rid}/events"))
    validator("Submission").validate(manager.get(f"/links/{made['rid']}/submission"))
    validator("ResultPage").validate(manager.get("/campaigns/My%20Survey%20Campaign/results"))
    validator("Contact").validate(manager.get("/contacts/1"))
    validator("Problem").validate(manager.get("/links?limit=0", 400))
    validator("Problem").validate(manager.get("/contacts/99", 404))
    validator("ErasureReceipt").validate(manager.post("/recipients/erase", {"recipient": "ada@example.com"}))


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.name)
def test_an_operation_says_what_it_reads_and_answers(operation: Any) -> None:
    described = description()["paths"][operation.path][operation.method.lower()]

    assert described["operationId"] == operation.name
    assert described["description"].strip()
    assert ("requestBody" in described) == (operation.reads is not None)
    assert {"200", "201", "204"} & set(described["responses"])
    if operation.scope:
        assert {"401", "403", "429"} <= set(described["responses"])
