"""Messages for browsers that fetch them, in the table for ten minutes."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from linkgate.model.epoch import epoch_seconds, milliseconds

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from linkgate.store.table import Table

_KEPT = timedelta(minutes=10)
_DIGITS = 13


class DynamoMailbox:
    """`ports.live.Mailbox` over the table."""

    def __init__(self, table: Table, random: Callable[[int], bytes]) -> None:
        self._table = table
        self._random = random

    def put(self, room: str, visit: str, text: str, now: datetime) -> None:
        key = f"{milliseconds(now):0{_DIGITS}}.{self._random(4).hex()}"
        item = {"pk": f"room#{room}", "sk": f"mail#{visit}#{key}", "text": text, "ttl": epoch_seconds(now + _KEPT)}
        self._table.put(item)

    def after(self, room: str, visit: str, since: datetime) -> Sequence[tuple[str, str]]:
        prefix = f"mail#{visit}#"
        items = self._table.query_all(
            KeyConditionExpression="pk = :pk AND sk BETWEEN :since AND :end",
            ExpressionAttributeValues={
                ":pk": {"S": f"room#{room}"},
                ":since": {"S": f"{prefix}{max(0, milliseconds(since)):0{_DIGITS}}"},
                ":end": {"S": f"{prefix}~"},
            },
            ConsistentRead=True,
        )
        return [(item["sk"].removeprefix(prefix), item["text"]) for item in items]
