"""Convert Python values to DynamoDB attribute values and back.

boto3 has such a pair, but it turns whole numbers into Decimal and costs an import of boto3 on every cold start.
Binary values are written as bytes. They are read as bytes, or as the base64 text of DynamoDB's JSON and the stream.
A set of texts is read as a list.
"""

from __future__ import annotations

from base64 import b64decode
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

Item = dict[str, Any]
"""An item, or part of one, in plain Python: str, int, bool, bytes, list, dict, frozenset of str."""


def to_attribute(value: object) -> dict[str, Any]:
    """Convert one value. Raises TypeError for None, which is never stored, and for types without a writer."""
    write = _WRITERS.get(type(value)) or _inherited_writer(type(value))
    return write(value)


def to_item(values: dict[str, Any]) -> dict[str, Any]:
    """Convert a whole item. Members that are None are left out."""
    return {
        # Most values are strings. A call for each of them would be a fifth of the work.
        name: {"S": value} if type(value) is str else to_attribute(value)
        for name, value in values.items()
        if value is not None
    }


def from_attribute(attribute: dict[str, Any]) -> Any:  # noqa: ANN401 - whatever was stored
    """Convert one value back. Numbers are whole."""
    ((kind, value),) = attribute.items()
    read = _READERS.get(kind)
    return read(value) if read else value


def from_item(item: dict[str, Any]) -> Item:
    """Convert a whole item back."""
    return {name: from_attribute(attribute) for name, attribute in item.items()}


def _inherited_writer(kind: type) -> Callable[[Any], dict[str, Any]]:
    """Return the writer of a base class, for members of enums, which are strings too. Raises TypeError."""
    for base in kind.__mro__:
        if base in _WRITERS:
            return _WRITERS[base]
    raise TypeError(kind)


def _list(values: list[Any] | tuple[Any, ...]) -> dict[str, Any]:
    return {"L": [to_attribute(value) for value in values]}


# Found by exact type. Checking each value against six classes was half of the work.
_WRITERS: dict[type, Callable[[Any], dict[str, Any]]] = {
    bool: lambda value: {"BOOL": value},
    bytes: lambda value: {"B": value},
    dict: lambda value: {"M": to_item(value)},
    frozenset: lambda value: {"SS": sorted(value)},
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
