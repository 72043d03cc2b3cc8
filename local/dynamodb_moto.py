"""Corrections of moto's DynamoDB where it differs from the real one.

moto 5.2.5 evaluates a condition and writes in two steps, and other threads can come between them. Every call must
therefore be made under one lock, which `local.aws` holds. moto also ignores `ClientRequestToken`. It undoes a failed
transaction by restoring a deep copy of the whole table, which is slow and cuts off the readers of the table's stream.
These corrections depend on moto's internals, so its version is pinned exactly.
"""

from __future__ import annotations

import copy
import json
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from moto.backends import get_backend
from moto.dynamodb.models.dynamo_type import DynamoType
from moto.dynamodb.models.table import Table

from local.intrinsics import ACCOUNT, REGION

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from moto.core.common_types import TYPE_RESPONSE
    from moto.dynamodb.models.dynamo_type import Item

TOKEN_LIFE = 600.0
"""Seconds for which a ClientRequestToken is remembered."""


@dataclass(frozen=True, slots=True)
class _Remembered:
    until: float
    writes: object
    response: TYPE_RESPONSE


class Transactions:
    """TransactWriteItems with request tokens, and with a rollback of only the items it touches."""

    def __init__(self) -> None:
        self._tokens: dict[str, _Remembered] = {}

    def write(self, body: Mapping[str, Any], now: float, call: Callable[[], TYPE_RESPONSE]) -> TYPE_RESPONSE:
        """Make the call, or repeat the reply to the same token. `now` is in seconds; the caller holds the lock."""
        token, writes = body.get("ClientRequestToken"), body.get("TransactItems")
        self._forget(now)
        if token in self._tokens:
            remembered = self._tokens[token]
            return remembered.response if remembered.writes == writes else _token_mismatch()
        with _rolled_back_on_failure(body) as outcome:
            outcome.append(call())
        status, _, _ = outcome[0]
        if token is not None and status == 200:  # noqa: PLR2004 - success
            self._tokens[token] = _Remembered(now + TOKEN_LIFE, writes, outcome[0])
        return outcome[0]

    def _forget(self, now: float) -> None:
        while self._tokens:
            oldest = next(iter(self._tokens))
            if self._tokens[oldest].until > now:
                return
            del self._tokens[oldest]


def _token_mismatch() -> TYPE_RESPONSE:
    body = {
        "__type": "com.amazonaws.dynamodb.v20120810#IdempotentParameterMismatchException",
        "message": "The request uses the same client token as a previous, but non-identical request.",
    }
    return 400, {"content-type": "application/x-amz-json-1.0"}, json.dumps(body)


@contextmanager
def _rolled_back_on_failure(body: Mapping[str, Any]) -> Iterator[list[TYPE_RESPONSE]]:
    """Restore the touched items and the stream unless the response is a success. moto's own copying is off."""
    tables: dict[str, Table] = get_backend("dynamodb")[ACCOUNT][REGION].tables
    before = list(_touched(tables, body.get("TransactItems") or ()))
    shards = [
        (t.stream_shard, len(t.stream_shard.items)) for t in {t.name: t for t, *_ in before}.values() if t.stream_shard
    ]
    outcome: list[TYPE_RESPONSE] = []
    Table.__deepcopy__ = _itself  # type: ignore[attr-defined]  # moto then restores the same table
    try:
        yield outcome
    finally:
        del Table.__deepcopy__  # type: ignore[attr-defined]  # see above
        if not outcome or outcome[0][0] != 200:  # noqa: PLR2004 - success
            for table, hash_key, range_key, item in before:
                _put_back(table, hash_key, range_key, item)
            for shard, length in shards:
                del shard.items[length:]


def _itself(table: Table, _memo: dict[int, object]) -> Table:
    return table


def _touched(
    tables: Mapping[str, Table], operations: Iterable[Mapping[str, Any]]
) -> Iterator[tuple[Table, DynamoType, DynamoType | None, Item | None]]:
    """Yield each item of a transaction with a copy of its state. Malformed operations are left for moto to refuse."""
    for operation in operations:
        for arguments in operation.values():
            table = tables.get(arguments.get("TableName", ""))
            key = arguments.get("Key") or arguments.get("Item") or {}
            if table is None or table.hash_key_attr not in key:
                continue
            hash_key = DynamoType(key[table.hash_key_attr])
            range_key = DynamoType(key[table.range_key_attr]) if table.range_key_attr in key else None
            yield table, hash_key, range_key, copy.deepcopy(table.get_item(hash_key, range_key))


def _put_back(table: Table, hash_key: DynamoType, range_key: DynamoType | None, item: Item | None) -> None:
    items: Any = table.items
    if range_key is None:
        items.pop(hash_key, None)
        if item is not None:
            items[hash_key] = item
        return
    partition = items[hash_key]
    partition.pop(range_key, None)
    if item is not None:
        partition[range_key] = item
    if not partition:
        items.pop(hash_key)
