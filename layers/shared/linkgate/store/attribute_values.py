"""Python values as DynamoDB attribute values and back.

boto3 has such a pair, but it turns whole numbers into Decimal and costs an import of boto3 on every cold start.
"""

from __future__ import annotations

from typing import Any

Item = dict[str, Any]
"""An item or part of one, in plain Python: str, int, bool, bytes, list, dict."""


def to_attribute(value: object) -> dict[str, Any]:
    """One value; None is not stored, so it is an error here."""
    match value:
        case bool():
            return {"BOOL": value}
        case str():
            return {"S": str(value)}
        case int():
            return {"N": str(value)}
        case bytes():
            return {"B": value}
        case dict():
            return {"M": to_item(value)}
        case list() | tuple():
            return {"L": [to_attribute(entry) for entry in value]}
        case _:
            raise TypeError(type(value))


def to_item(values: dict[str, Any]) -> dict[str, Any]:
    """A whole item; members that are None are left out."""
    return {name: to_attribute(value) for name, value in values.items() if value is not None}


def from_attribute(attribute: dict[str, Any]) -> Any:  # noqa: ANN401 - whatever was stored
    """One value; numbers are whole."""
    ((kind, value),) = attribute.items()
    match kind:
        case "N":
            return int(value)
        case "M":
            return from_item(value)
        case "L":
            return [from_attribute(entry) for entry in value]
        case _:
            return value


def from_item(item: dict[str, Any]) -> Item:
    """A whole item."""
    return {name: from_attribute(attribute) for name, attribute in item.items()}
