"""Keep of a submission what its schema declares. Whatever else a program sends would only bury the answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from linkgate.usecases.form_parts import properties

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from linkgate.usecases.form_parts import Schema

_BRANCHES = ("if", "then", "else")
_ALTERNATIVES = ("allOf", "anyOf", "oneOf")
_OPEN = ("additionalProperties", "unevaluatedProperties", "patternProperties")


def declared(data: Mapping[str, object], schema: Schema) -> dict[str, object]:
    """Return the data without the members that no part of the schema names, also within sections and lists.

    An object whose schema names no members, or that allows others in so many words, is kept whole.
    """
    return _object(data, [schema], schema)


def _object(data: Mapping[str, object], schemas: Sequence[Schema], root: Schema) -> dict[str, object]:
    parts = [part for schema in schemas for part in _applied(schema, root)]
    known: dict[str, list[Schema]] = {}
    for part in parts:
        required = part.get("required")
        for name in required if isinstance(required, list) else ():
            known.setdefault(name, [])
        for name, inner in properties(part).items():
            known.setdefault(name, []).append(inner)
    if not any(properties(part) for part in parts) or any(part.get(word) for part in parts for word in _OPEN):
        return {name: _value(value, known.get(name, ()), root) for name, value in data.items()}
    return {name: _value(value, known[name], root) for name, value in data.items() if name in known}


def _value(value: object, schemas: Sequence[Schema], root: Schema) -> object:
    if isinstance(value, dict):
        return _object(value, schemas, root)
    if isinstance(value, list):
        parts = [part for schema in schemas for part in _applied(schema, root)]
        items = [cast("Schema", part["items"]) for part in parts if isinstance(part.get("items"), dict)]
        return [_value(entry, items, root) for entry in value]
    return value


def _applied(schema: Schema, root: Schema, seen: tuple[int, ...] = ()) -> Iterator[Schema]:
    """Yield a schema and all that it refers to, whether or not their conditions hold."""
    if id(schema) in seen:
        return
    seen = (*seen, id(schema))
    yield schema
    branches = [schema.get(word) for word in _BRANCHES]
    for word in _ALTERNATIVES:
        alternatives = schema.get(word)
        branches += alternatives if isinstance(alternatives, list) else []
    dependent = schema.get("dependentSchemas")
    branches += dependent.values() if isinstance(dependent, dict) else []
    branches.append(_referred(schema.get("$ref"), root))
    for branch in branches:
        if isinstance(branch, dict):
            yield from _applied(branch, root, seen)


def _referred(reference: object, root: Schema) -> object:
    """Return the part of the document that a `$ref` leads to, or None."""
    if not isinstance(reference, str) or not reference.startswith("#"):
        return None
    part: object = root
    for step in reference[1:].split("/")[1:]:
        part = part.get(step.replace("~1", "/").replace("~0", "~")) if isinstance(part, dict) else None
    return part
