"""Lines of waiting customers in the table: a partition for each queue, sorted by the time of coming."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from linkgate.model.epoch import epoch_seconds, milliseconds, moment
from linkgate.model.live import LineEntry

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from linkgate.store.attribute_values import Item
    from linkgate.store.table import Table

_WAIT = "wait#"
_KEPT = timedelta(days=2)


class DynamoLines:
    """`ports.desk.LineStore` over the table."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def put(self, entry: LineEntry, now: datetime) -> None:
        self._table.put(
            {
                "pk": line_key(entry.tenant, entry.queue),
                "sk": _place(entry),
                "rid": entry.rid,
                "call": entry.call,
                "turn": entry.turn,
                "put_at": milliseconds(now),
                "entered_at": milliseconds(entry.entered_at),
                "tenant": entry.tenant,
                "queue": entry.queue,
                "ttl": epoch_seconds(now + _KEPT),
            }
        )

    def delete(self, entry: LineEntry) -> None:
        self._table.delete(line_key(entry.tenant, entry.queue), _place(entry))

    def first(self, tenant: str, queue: str, limit: int) -> Sequence[LineEntry]:
        items, _ = self._table.query(
            KeyConditionExpression="pk = :pk AND begins_with(sk, :wait)",
            ExpressionAttributeValues={":pk": {"S": line_key(tenant, queue)}, ":wait": {"S": _WAIT}},
            Limit=limit,
            ConsistentRead=True,
        )
        return [_entry_of(item) for item in items]


def line_key(tenant: str, queue: str) -> str:
    """Return the partition of a queue: who waits in it, and which seats serve it."""
    return f"line#{tenant}#{queue}"


def _place(entry: LineEntry) -> str:
    return f"{_WAIT}{milliseconds(entry.entered_at):015}#{entry.rid}#{entry.call}#{entry.turn}"


def _entry_of(item: Item) -> LineEntry:
    return LineEntry(
        tenant=item["tenant"],
        queue=item["queue"],
        rid=item["rid"],
        call=item["call"],
        turn=item["turn"],
        put_at=moment(item["put_at"]),
        entered_at=moment(item["entered_at"]),
    )
