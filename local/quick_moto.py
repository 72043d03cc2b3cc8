"""Shortcuts through moto that change none of its answers.

They depend on moto's internals, so its version is pinned exactly. Each one was a large part of the time of a call.
"""

from __future__ import annotations

import base64
from collections import deque
from contextlib import ExitStack, contextmanager
from functools import cache
from typing import TYPE_CHECKING, Any

from moto import backend_index
from moto.core import responses
from moto.core.base_backend import BaseBackend
from moto.core.common_models import BaseModel
from moto.core.serialize import AttributePicker, AttributePickerContext, BaseJSONSerializer
from moto.core.utils import camelcase_to_underscores
from moto.dynamodb.comparisons import ConditionExpressionParser
from moto.dynamodb.models.dynamo_type import DynamoType
from moto.dynamodb.models.table import Table
from moto.sqs import models as sqs

from local.quick_items import ITEM_SHORTCUTS
from local.quick_updates import UPDATE_SHORTCUTS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from moto.dynamodb.models.dynamo_type import Item

_OURS = ("dynamodb", "dynamodbstreams", "events", "s3", "scheduler", "ses", "sesv2", "sns", "sqs", "ssm")


@contextmanager
def quick_moto() -> Iterator[None]:
    """Let moto take the shortcuts while the block runs."""
    with ExitStack() as undo:
        for owner, name, shortcut in (*_SHORTCUTS, *ITEM_SHORTCUTS, *UPDATE_SHORTCUTS):
            if name in vars(owner):
                undo.callback(setattr, owner, name, vars(owner)[name])
            else:
                undo.callback(delattr, owner, name)
            setattr(owner, name, shortcut)
        yield


def _make(cls: type[BaseModel], *_: object, **__: object) -> Any:  # noqa: ANN401 - an object of the class
    """Make an object and let it go. moto keeps each item, record and message for its dashboard, for ever.

    Those of S3 stay, because moto closes their files when it forgets them.
    """
    made = super(BaseModel, cls).__new__(cls)
    if cls.__module__.startswith("moto.s3."):
        vars(cls)["instances_tracked"].append(made)
    return made


def _serialize_structure(self: BaseJSONSerializer, serialized: Any, value: Any, shape: Any, key: str) -> None:  # noqa: ANN401
    """Write an item as it is. moto looks for ten members in each value, although only one is there."""
    if shape.name == "AttributeValue" and isinstance(value, dict):
        self._default_serialize(serialized, _wire_value(value), shape, key)
    else:
        _STOCK_SERIALIZE(self, serialized, value, shape, key)


def _pick(self: AttributePicker, context: AttributePickerContext) -> Any:  # noqa: ANN401 - any member
    """Work out once for each member under which keys a plain dict may have it. moto does so for each value."""
    if type(context.obj) is not dict or self.response_transformers:
        return _STOCK_PICK(self, context)
    known = vars(context.shape).setdefault("_keys_in_a_dict", {})
    if context.key not in known:
        known[context.key] = tuple(self.get_possible_keys(context))
    return next((context.obj[key] for key in known[context.key] if key in context.obj), None)


def _lex(self: ConditionExpressionParser) -> deque[Any]:
    """Split a condition once. moto does so twice at each write, and only takes nodes from the front."""
    condition = self.condition_expression or ""
    if condition not in _KNOWN_CONDITIONS:
        _KNOWN_CONDITIONS[condition] = tuple(_STOCK_LEX(self))
    return deque(_KNOWN_CONDITIONS[condition])


def _parse_condition(self: ConditionExpressionParser) -> Any:  # noqa: ANN401 - a tree that nothing changes
    """Parse a condition once. At each write, moto does so to find the names in it, and again to judge the item."""
    given = (self.condition_expression, self.expression_attribute_names, self.expression_attribute_values)
    last = _last_condition[0]
    if last is None or last[0] != given[0] or last[1] is not given[1] or last[2] is not given[2]:
        tree = _STOCK_PARSE(self)
        _last_condition[0] = (*given, tree, tuple(self.expr_attr_names_found), tuple(self.expr_attr_values_found))
        return tree
    _, _, _, tree, names, values = last
    self.expr_attr_names_found.extend(names)
    self.expr_attr_values_found.extend(values)
    return tree


def _wire_value(value: Mapping[str, Any]) -> dict[str, Any]:
    """Return a value in wire format: bytes become base64, and everything else is unchanged."""
    kind, content = next((kind, content) for kind, content in value.items() if content is not None)
    match kind:
        case "M":
            return {kind: {name: _wire_value(entry) for name, entry in content.items()}}
        case "L":
            return {kind: [_wire_value(entry) for entry in content]}
        case "B":
            return {kind: _base64(content)}
        case "BS":
            return {kind: [_base64(entry) for entry in content]}
        case _:
            return {kind: content}


def _base64(content: bytes | str) -> str:
    return base64.b64encode(content.encode() if isinstance(content, str) else content).decode()


def _cast_value(self: DynamoType) -> Any:  # noqa: ANN401 - any value
    """Return a string at once. moto first asks whether it is a number, a set, a list, a map or null."""
    return self.value if self.type == "S" else _STOCK_CAST(self)


def _all_items(self: Table) -> list[Item]:
    """Sort a table by plain values. moto compares objects of its own, once for each pair, at every query."""
    if not self.range_key_attr:
        return sorted(self.items.values(), key=lambda item: item.hash_key.cast_value)  # type: ignore[arg-type]  # items then
    wanted = vars(self).get("_wanted")
    if wanted and wanted[0][0] == self.hash_key_attr:
        items = [*self.items[wanted[0][1]].values()] if wanted[0][1] in self.items else []
    else:
        items = [item for partition in self.items.values() for item in partition.values()]
        for name, value in wanted or ():
            items = [item for item in items if name in item.attrs and item.attrs[name] == value]
    return sorted(items, key=lambda item: (item.hash_key.cast_value, item.range_key.cast_value))


def _query(self: Table, *arguments: Any, **named: Any) -> Any:  # noqa: ANN401 - as moto's
    """Sort only what a query asks for. moto sorts the whole table first."""
    vars(self)["_wanted"] = named.get("hash_key_conditions")
    try:
        return _STOCK_QUERY(self, *arguments, **named)
    finally:
        del vars(self)["_wanted"]


def _urls(self: BaseBackend) -> Any:  # noqa: ANN401 - the addresses of a service and what answers there
    """Work a service's addresses out once."""
    if type(self) not in _KNOWN_URLS:
        _KNOWN_URLS[type(self)] = _STOCK_URLS(self)
    return _KNOWN_URLS[type(self)]


_STOCK_SERIALIZE = BaseJSONSerializer._serialize_type_structure  # noqa: SLF001 - see the module
_STOCK_LEX = ConditionExpressionParser._lex_condition_expression  # noqa: SLF001 - see the module
_KNOWN_CONDITIONS: dict[str, tuple[Any, ...]] = {}
_STOCK_PARSE = ConditionExpressionParser.parse
_last_condition: list[tuple[Any, ...] | None] = [None]
_STOCK_PICK = AttributePicker.__call__
_STOCK_CAST: Callable[[DynamoType], Any] = vars(DynamoType)["cast_value"].fget
_STOCK_QUERY = Table.query
_STOCK_URLS: Callable[[BaseBackend], Any] = vars(BaseBackend)["urls"].fget
_KNOWN_URLS: dict[type[BaseBackend], Any] = {}

_SHORTCUTS: list[tuple[Any, str, Any]] = [
    (BaseModel, "__new__", staticmethod(_make)),
    (BaseJSONSerializer, "_serialize_type_structure", _serialize_structure),
    (AttributePicker, "__call__", _pick),
    (ConditionExpressionParser, "_lex_condition_expression", _lex),
    (ConditionExpressionParser, "parse", _parse_condition),
    (DynamoType, "cast_value", property(_cast_value)),
    (Table, "all_items", _all_items),
    (Table, "query", _query),
    (BaseBackend, "urls", property(_urls)),
    # moto lists the methods of a class at every call.
    (responses, "method_names_from_class", cache(vars(responses)["method_names_from_class"])),
    # moto spells the name of a method out at every call, and those of a queue's attributes.
    *((user, "camelcase_to_underscores", cache(camelcase_to_underscores)) for user in (responses, sqs)),
    # moto tries one address after the other at every call.
    (
        backend_index,
        "backend_url_patterns",
        sorted(backend_index.backend_url_patterns, key=lambda p: p[0] not in _OURS),
    ),
]
