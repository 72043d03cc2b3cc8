"""Shortcuts through moto's items, which are measured at each new attribute and copied at each call.

See `local.quick_moto`.
"""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

from moto.dynamodb import responses
from moto.dynamodb.models import dynamo_type
from moto.dynamodb.models.dynamo_type import DynamoType, Item, LimitedSizeDict
from moto.dynamodb.parsing.reserved_keywords import ReservedKeywords

if TYPE_CHECKING:
    from collections.abc import Mapping

_PLAIN = frozenset({"S", "N", "B", "BOOL", "NULL"})
"""Types whose values moto never changes: it puts others in their place."""
_MOST = 405_000
"""Size of an item above which moto measures it exactly, and refuses it."""
_SCALARS = frozenset({str, bytes, int, bool, type(None)})


def _make_value(self: DynamoType, given: DynamoType | Mapping[str, Any]) -> None:
    """Take the type and the value out of one another. moto makes two lists for that."""
    if isinstance(given, DynamoType):
        self.type, self.value = given.type, given.value
    else:
        self.type, self.value = next(iter(given.items()))
    if self.type == "L":
        self.value = [DynamoType(each) for each in self.value]
    elif self.type == "M":
        self.value = {name: DynamoType(each) for name, each in self.value.items()}


def _equals(self: DynamoType, other: DynamoType) -> bool:
    """Compare texts at once. moto first finds out what kinds of values both are."""
    if self.type == "S":
        return other.type == "S" and bool(self.value == other.value)
    return _STOCK_EQUALS(self, other)


def _make_item(self: Item, hash_key: DynamoType, range_key: DynamoType | None, attrs: dict[str, Any]) -> None:
    """Measure a new item when it is whole."""
    values = {name: DynamoType(value) for name, value in attrs.items()}
    if sum(_bytesize(name) + value.size() for name, value in values.items()) > _MOST:
        _STOCK_MAKE_ITEM(self, hash_key, range_key, attrs)
        return
    self.hash_key, self.range_key, self.attrs = hash_key, range_key, LimitedSizeDict()
    dict.update(self.attrs, values)


def _set(self: LimitedSizeDict, key: str, value: Any) -> None:  # noqa: ANN401 - any attribute
    """Add up what was ever written. Only if that is too much does moto have to measure the whole item."""
    nested = [each for each in (*self.values(), value) if each.type not in _PLAIN]
    known = vars(self)
    if "plain" not in known:
        known["plain"] = sum(map(_plain_size, self.items()))
    known["plain"] += _plain_size((key, value))
    if known["plain"] + sum(each.size() for each in nested) > _MOST:
        del known["plain"]
        _STOCK_SET(self, key, value)
    else:
        dict.__setitem__(self, key, value)


def _plain_size(entry: tuple[str, DynamoType]) -> int:
    key, value = entry
    return _bytesize(key) + (value.size() if value.type in _PLAIN else 0)


def _bytesize(value: str | bytes) -> int:
    return len(value) if isinstance(value, bytes) or value.isascii() else len(value.encode())


def _copy_item(self: Item, memo: dict[int, Any]) -> Item:
    """Copy an item, and share the values that never change."""
    copied = object.__new__(type(self))
    copied.hash_key, copied.range_key = self.hash_key, self.range_key
    copied.attrs = LimitedSizeDict()
    dict.update(
        copied.attrs,
        {name: value if value.type in _PLAIN else copy.deepcopy(value, memo) for name, value in self.attrs.items()},
    )
    return copied


def _copy_value(self: DynamoType, memo: dict[int, Any]) -> DynamoType:
    """Share a value that never changes."""
    return self if self.type in _PLAIN else _STOCK_COPY(self, memo)


def _to_dict(value: Any) -> Any:  # noqa: ANN401 - any part of an answer
    """Return plain values at once. moto first asks whether they are anything else."""
    if type(value) in _SCALARS:
        return value
    if type(value) is dict:
        return {name: _to_dict(each) for name, each in value.items()}
    return _STOCK_TO_DICT(value)


_KEYWORDS = frozenset(ReservedKeywords.get_reserved_keywords())
_STOCK_EQUALS = DynamoType.__eq__
_STOCK_MAKE_ITEM = Item.__init__
_STOCK_SET = LimitedSizeDict.__setitem__
_STOCK_COPY = DynamoType.__deepcopy__
_STOCK_TO_DICT = vars(responses)["dynamo_to_dict"]

ITEM_SHORTCUTS: list[tuple[Any, str, Any]] = [
    (DynamoType, "__init__", _make_value),
    (DynamoType, "__eq__", _equals),
    (Item, "__init__", _make_item),
    (LimitedSizeDict, "__setitem__", _set),
    (Item, "__deepcopy__", _copy_item),
    (DynamoType, "__deepcopy__", _copy_value),
    (dynamo_type, "bytesize", _bytesize),
    (responses, "dynamo_to_dict", _to_dict),
    (ReservedKeywords, "get_reserved_keywords", staticmethod(lambda: _KEYWORDS)),
]
