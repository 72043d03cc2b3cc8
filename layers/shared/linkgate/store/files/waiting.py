"""Messages that wait for a document, in the partition of their resource."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linkgate.model.epoch import epoch_seconds
from linkgate.model.link import Channel
from linkgate.ports.files import Waiting

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from linkgate.model.file import Place
    from linkgate.store.table import Table

_WAITS = "waits#"


class DynamoWaiting:
    """`ports.files.WaitingStore` over the table."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def add(self, place: Place, waiting: Waiting, ttl: datetime) -> None:
        self._table.put(
            {
                "pk": place.partition,
                "sk": _name(waiting),
                "rid": waiting.rid,
                "channel": waiting.channel.value,
                "attempt": waiting.attempt,
                "ttl": epoch_seconds(ttl),
            }
        )

    def of(self, partition: str) -> Sequence[Waiting]:
        items = self._table.query_all(
            KeyConditionExpression="pk = :pk AND begins_with(sk, :waits)",
            ExpressionAttributeValues={":pk": {"S": partition}, ":waits": {"S": _WAITS}},
            ConsistentRead=True,
        )
        return [Waiting(item["rid"], Channel(item["channel"]), int(item["attempt"])) for item in items]

    def remove(self, partition: str, waiting: Waiting) -> None:
        self._table.delete(partition, _name(waiting))


def _name(waiting: Waiting) -> str:
    return f"{_WAITS}{waiting.rid}#{waiting.channel.value}#{waiting.attempt}"
