"""Looks into moto's queues and streams for anything to read, without a call.

The background asks each of them again and again, and nearly always there is nothing. A call takes a hundred times as
long as a look, and what it brings is what moto holds. The looks depend on moto's internals, so its version is pinned
exactly.
"""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING, Any

from moto.backends import get_backend

from local.intrinsics import ACCOUNT, REGION

if TYPE_CHECKING:
    from datetime import datetime

    from moto.dynamodb.models.table import Table
    from moto.sqs.models import Queue


def queue_is_empty(name: str) -> bool:
    """Tell whether a queue holds no message at all: none visible, delayed or in progress."""
    queue: Queue = get_backend("sqs")[ACCOUNT][REGION].queues[name]
    return not queue._messages  # noqa: SLF001 - its public list leaves out delayed ones


def stream_length(table: str) -> int:
    """Return the number of records in a table's stream."""
    found: Table = get_backend("dynamodb")[ACCOUNT][REGION].tables[table]
    return len(found.stream_shard.items) if found.stream_shard else 0


def stream_records(table: str, start: int, most: int) -> list[dict[str, Any]]:
    """Return records of a table's stream from number `start` on, as a call would."""
    found: Table = get_backend("dynamodb")[ACCOUNT][REGION].tables[table]
    records = found.stream_shard.items[start : start + most] if found.stream_shard else []
    return [_dated(record.to_json()) for record in records]


def _dated(record: dict[str, Any]) -> dict[str, Any]:
    """Give a record its time as the SDK reads it: with a zone, in milliseconds."""
    change = record["dynamodb"]
    written: datetime = change["ApproximateCreationDateTime"]
    written = written.replace(microsecond=written.microsecond // 1000 * 1000, tzinfo=UTC)
    return {**record, "dynamodb": {**change, "ApproximateCreationDateTime": written}}
