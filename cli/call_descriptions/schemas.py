"""Parts of JSON Schema that several descriptions use."""

from collections.abc import Mapping
from typing import Any

from linkgate.wire.body_members import TEXT_LIMIT

Schema = dict[str, Any]

TEXT: Schema = {"type": "string", "maxLength": TEXT_LIMIT}
REQUIRED_TEXT: Schema = {"type": "string", "minLength": 1, "maxLength": TEXT_LIMIT}
DIGITS: Schema = {"type": ["string", "integer"]}
MOMENT: Schema = {"type": "string", "format": "date-time"}
URL: Schema = {"type": "string", "format": "uri"}


def record(required: Mapping[str, Schema], optional: Mapping[str, Schema] | None = None, about: str = "") -> Schema:
    """Return the schema of an object."""
    described: Schema = {"type": "object", "properties": {**required, **(optional or {})}}
    if required:
        described["required"] = list(required)
    return {**described, "description": about} if about else described


def many(item: Schema, most: int | None = None) -> Schema:
    """Return the schema of a list."""
    return {"type": "array", "items": item, **({"maxItems": most} if most else {})}


def nullable(schema: Schema) -> Schema:
    """Return a schema that takes null, too."""
    return {**schema, "type": [schema["type"], "null"]}


def reference(name: str) -> Schema:
    """Return a reference to a schema of the document."""
    return {"$ref": f"#/components/schemas/{name}"}


def said(word: str) -> Schema:
    """Return the schema of a text that is always the same."""
    return {"type": "string", "const": word}
