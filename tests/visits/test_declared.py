"""Submissions keep the members that their schema names, wherever it names them."""

from __future__ import annotations

from typing import Any

import pytest

from linkgate.usecases.visits.declared import declared

TEXT = {"type": "string"}


@pytest.mark.parametrize(
    ("schema", "kept"),
    [
        ({}, {"a", "b", "c"}),
        ({"type": "object"}, {"a", "b", "c"}),
        ({"properties": {"a": TEXT}}, {"a"}),
        ({"properties": {"a": TEXT}, "additionalProperties": False}, {"a"}),
        ({"properties": {"a": TEXT}, "additionalProperties": True}, {"a", "b", "c"}),
        ({"properties": {"a": TEXT}, "additionalProperties": TEXT}, {"a", "b", "c"}),
        ({"properties": {"a": TEXT}, "patternProperties": {"b": TEXT}}, {"a", "b", "c"}),
        ({"properties": {"a": TEXT}, "required": ["b"]}, {"a", "b"}),
        ({"properties": {"a": TEXT}, "if": {}, "then": {"properties": {"b": TEXT}}}, {"a", "b"}),
        ({"properties": {"a": TEXT}, "allOf": [{"else": {"properties": {"b": TEXT}}}]}, {"a", "b"}),
        ({"properties": {"a": TEXT}, "dependentSchemas": {"a": {"properties": {"b": TEXT}}}}, {"a", "b"}),
        ({"$ref": "#/$defs/x~1y", "$defs": {"x/y": {"properties": {"a": TEXT}}}}, {"a"}),
        ({"properties": {"a": TEXT}, "$ref": "#"}, {"a"}),
        ({"properties": {"a": TEXT}, "$ref": "https://example.com/x"}, {"a"}),
    ],
)
def test_members_that_the_schema_names_are_kept(schema: dict[str, Any], kept: set[str]) -> None:
    assert declared({"a": "1", "b": "2", "c": "3"}, schema).keys() == kept


@pytest.mark.parametrize(
    ("part", "kept"),
    [
        ({"properties": {"x": TEXT}}, {"x": 1}),
        ({"type": "object"}, {"x": 1, "y": {"z": 2}}),
        ({"$ref": "#/$defs/p", "allOf": [{"properties": {"y": {"properties": {"z": TEXT}}}}]}, {"x": 1, "y": {"z": 2}}),
    ],
)
def test_sections_are_kept_in_the_same_way(part: dict[str, Any], kept: object) -> None:
    schema = {"properties": {"a": part}, "$defs": {"p": {"properties": {"x": TEXT}}}}

    assert declared({"a": {"x": 1, "y": {"z": 2}}}, schema) == {"a": kept}


def test_entries_of_lists_are_kept_in_the_same_way() -> None:
    schema = {"properties": {"a": {"type": "array", "items": {"properties": {"x": TEXT}}}}}

    assert declared({"a": [{"x": 1, "y": 2}, "z", {"y": 2}]}, schema) == {"a": [{"x": 1}, "z", {}]}
