"""Python values as DynamoDB attribute values and back.

boto3 has such a pair, but it turns whole numbers into Decimal and costs an import of boto3 on every cold start.
Binary values are written as bytes, and read as bytes or as the base64 text that DynamoDB's JSON and the stream have.
"""

from __future__ import annotations

from base64 import b64decode
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

Item = dict[str, Any]
"""An item or part of one, in plain Python: str, int, bool, bytes, list, dict."""


def to_attribute(value: object) -> dict[str, Any]:
    """One value; None is not stored, so it is an error here, as is any type that is not listed."""
    write = _WRITERS.get(type(value)) or _inherited_writer(type(value))
    return write(value)


def to_item(values: dict[str, Any]) -> dict[str, Any]:
    """A whole item; members that are None are left out."""
    return {
        # Most are texts; a call for each would be a fifth of the work.
        name: {"S": value} if type(value) is str else to_attribute(value)
        for name, value in values.items()
        if value is not None
    }


def from_attribute(attribute: dict[str, Any]) -> Any:  # noqa: ANN401 - whatever was stored
    """One value; numbers are whole."""
    ((kind, value),) = attribute.items()
    read = _READERS.get(kind)
    return read(value) if read else value


def from_item(item: dict[str, Any]) -> Item:
    """A whole item."""
    return {name: from_attribute(attribute) for name, attribute in item.items()}


def _inherited_writer(kind: type) -> Callable[[Any], dict[str, Any]]:
    """For an enum's members, which are strings, too."""
    for base in kind.__mro__:
        if base in _WRITERS:
            return _WRITERS[base]
    raise TypeError(kind)


def _list(values: list[Any] | tuple[Any, ...]) -> dict[str, Any]:
    return {"L": [to_attribute(value) for value in values]}


# By the exact type: asking each value which of six classes it is an instance of was half of the work.
_WRITERS: dict[type, Callable[[Any], dict[str, Any]]] = {
    bool: lambda value: {"BOOL": value},
    bytes: lambda value: {"B": value},
    dict: lambda value: {"M": to_item(value)},
    int: lambda value: {"N": str(value)},
    list: _list,
    str: lambda value: {"S": str(value)},
    tuple: _list,
}
_READERS: dict[str, Callable[[Any], Any]] = {
    "B": lambda value: value if isinstance(value, bytes) else b64decode(value),
    "L": lambda values: [from_attribute(value) for value in values],
    "M": from_item,
    "N": int,
}
