"""Description of the management API (OpenAPI 3.1), generated from the tables that the code uses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic.json_schema import models_json_schema

from linkgate.dialects.manage import bodies, category_bodies, file_bodies
from linkgate.dialects.manage.category_schemas import CATEGORY_ANSWERS
from linkgate.dialects.manage.file_schemas import FILE_ANSWERS
from linkgate.dialects.manage.operations import OPERATIONS
from linkgate.dialects.manage.problems import PROBLEMS
from linkgate.dialects.manage.schemas import ANSWERS
from linkgate.wire.problem_details import MEDIA_TYPE

if TYPE_CHECKING:
    from linkgate.dialects.manage.operation import Operation, Parameter

_REFERENCE = "#/components/schemas/{model}"
_READS = (
    bodies.AgentFields,
    bodies.Batch,
    category_bodies.CategoryFields,
    bodies.ContactFields,
    bodies.Desk,
    bodies.Erasure,
    bodies.Extension,
    bodies.NewImport,
    file_bodies.NewFile,
    file_bodies.ResourceFields,
    bodies.ProcessEntry,
    bodies.Reopening,
    bodies.Replacement,
    bodies.Resend,
    bodies.ResourceEntry,
    bodies.Revocation,
    bodies.SessionEntry,
    bodies.SurveyEntry,
    bodies.WayRevocation,
)
_ANSWERS = {**ANSWERS, **FILE_ANSWERS, **CATEGORY_ANSWERS}
_FAILURES = (400, 401, 403, 404, 429, 500, 503)
_FURTHER = {
    "revokeLink": (409,),
    "extendLink": (409,),
    "resendLink": (409,),
    "replaceLink": (409,),
    "reopenLink": (409,),
    "createDesk": (422,),
    "attachToResource": (422,),
    "attachToLink": (409, 422),
}
_RETRY = {"Retry-After": {"description": "Seconds to wait", "schema": {"type": "integer"}}}


def description() -> dict[str, Any]:
    """Return the whole document. Its paths are relative to the address that serves it."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Linkgate management API",
            "version": "1",
            "description": "Manage a tenant's links and contacts. Create a key with `linkgate key create manage`.",
        },
        "servers": [{"url": "/", "description": "The address that serves this description"}],
        "tags": [{"name": name} for name in sorted({operation.tag for operation in OPERATIONS})],
        "security": [{"key": []}],
        "paths": _paths(),
        "components": {
            "securitySchemes": {"key": {"type": "http", "scheme": "bearer"}},
            "schemas": dict(sorted(_schemas().items())),
        },
    }


def _paths() -> dict[str, dict[str, Any]]:
    paths: dict[str, dict[str, Any]] = {}
    for operation in OPERATIONS:
        paths.setdefault(operation.path, {})[operation.method.lower()] = _operation(operation)
    return paths


def _operation(operation: Operation) -> dict[str, Any]:
    summary = operation.about.partition(". ")[0].partition(": ")[0].removesuffix(".")
    described: dict[str, Any] = {
        "operationId": operation.name,
        "tags": [operation.tag],
        "summary": summary,
        "description": operation.about,
    }
    if operation.scope:
        described["description"] += f" Scope: `{operation.scope}`."
    else:
        described["security"] = []
    if operation.parameters:
        described["parameters"] = [_parameter(parameter) for parameter in operation.parameters]
    if operation.reads:
        described["requestBody"] = {
            "required": not operation.optional_body,
            "content": {"application/json": {"schema": {"$ref": _REFERENCE.format(model=operation.reads)}}},
        }
    described["responses"] = _responses(operation)
    return described


def _parameter(parameter: Parameter) -> dict[str, Any]:
    return {
        "name": parameter.name,
        "in": parameter.place,
        "required": parameter.place == "path",
        **({"description": parameter.about} if parameter.about else {}),
        "schema": dict(parameter.schema),
    }


def _responses(operation: Operation) -> dict[str, Any]:
    responses: dict[str, Any] = {}
    if operation.answers is None:
        responses["204"] = {"description": "Done"}
    else:
        reference = {"$ref": _REFERENCE.format(model=operation.answers)}
        schema: dict[str, Any] = reference if operation.answers in _ANSWERS else {"type": "object"}
        content: dict[str, Any] = {"application/json": {"schema": schema}}
        if operation.csv:
            content["text/csv"] = {"schema": {"type": "string"}}
        responses[str(operation.status)] = {"description": "Done", "content": content}
    failures = {*_FAILURES, *_FURTHER.get(operation.name, ())} if operation.scope else {429, 500, 503}
    failures |= {413, 415} if operation.reads else set()
    for status in sorted(failures):
        responses[str(status)] = _failure(status)
    return responses


def _failure(status: int) -> dict[str, Any]:
    rows = [row for row in PROBLEMS.values() if row.status == status]
    return {
        "description": " ".join(row.text for row in rows),
        **({"headers": _RETRY} if status in {429, 503} else {}),
        "content": {MEDIA_TYPE: {"schema": {"$ref": _REFERENCE.format(model="Problem")}}},
    }


def _schemas() -> dict[str, Any]:
    from pydantic import TypeAdapter

    _, read = models_json_schema([(model, "validation") for model in _READS], ref_template=_REFERENCE)
    schemas: dict[str, Any] = {name: _null_as_absent(schema) for name, schema in read["$defs"].items()}
    for name, answer in _ANSWERS.items():
        schema = TypeAdapter(answer).json_schema(ref_template=_REFERENCE, mode="serialization")
        for inner, definition in schema.pop("$defs", {}).items():
            schemas[_NAMES.get(inner, inner)] = definition
        schemas[name] = schema
    return {name: _renamed(schema) for name, schema in schemas.items()}


def _null_as_absent(schema: dict[str, Any]) -> dict[str, Any]:
    """Allow null for every member that is not required, as `fields.validated` does."""
    needed = schema.get("required", [])
    properties = {
        name: part if name in needed or _may_be_null(part) else {"anyOf": [part, {"type": "null"}]}
        for name, part in schema["properties"].items()
    }
    return {**schema, "properties": properties}


def _may_be_null(schema: dict[str, Any]) -> bool:
    return {"type": "null"} in schema.get("anyOf", ())


_NAMES = {answer.__name__: name for name, answer in _ANSWERS.items()}
"""Names of types in this document, by their names in the code."""


def _renamed(value: Any) -> Any:  # noqa: ANN401 - any JSON
    match value:
        case dict():
            return {
                key: _reference(part) if key == "$ref" else _renamed(part)
                for key, part in value.items()
                if not (key == "title" and isinstance(part, str)) and not (key == "default" and part is None)
            }
        case list():
            return [_renamed(part) for part in value]
        case _:
            return value


def _reference(reference: str) -> str:
    name = reference.rpartition("/")[2]
    return _REFERENCE.format(model=_NAMES.get(name, name))
