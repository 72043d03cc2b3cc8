"""Attempts to reach webhooks, in the table: `pk = hook#<id>`, `sk = failed#<time>#<event>` or `delivered#<hour>`."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from linkgate.model.epoch import epoch_seconds, milliseconds, moment
from linkgate.model.webhook import ATTEMPTS_KEPT, Attempt
from linkgate.store.table import ConditionRefused, Update

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from linkgate.store.attribute_values import Item
    from linkgate.store.table import Table

SUCCESS_EVERY = timedelta(minutes=1)
"""Time in which a process records no second success of a webhook, so that a busy one costs a write a minute."""

_MOST_KNOWN = 10_000


class DynamoAttempts:
    """`ports.history.AttemptStore` over the table."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self._delivered: dict[str, datetime] = {}

    def add(self, webhook: str, attempt: Attempt) -> None:
        if not attempt.delivered:
            self._write(webhook, f"failed#{milliseconds(attempt.at):014}#{attempt.event}", attempt)
            return
        last = self._delivered.get(webhook)
        if last and last + SUCCESS_EVERY > attempt.at >= last:
            return
        hour = attempt.at.replace(minute=0, second=0, microsecond=0)
        self._write(webhook, f"delivered#{milliseconds(hour):014}", attempt)
        if len(self._delivered) >= _MOST_KNOWN:
            self._delivered.clear()
        self._delivered[webhook] = attempt.at

    def of(self, webhook: str, now: datetime, limit: int) -> Sequence[Attempt]:
        found = [attempt for kind in ("failed", "delivered") for attempt in self._newest(webhook, kind, now, limit)]
        return sorted(found, key=lambda attempt: attempt.at, reverse=True)

    def _write(self, webhook: str, sk: str, attempt: Attempt) -> None:
        """Write an attempt, unless a later one is there already."""
        values: dict[str, object] = {
            "at": milliseconds(attempt.at),
            "event": attempt.event,
            "kind": attempt.kind,
            "rid": attempt.rid,
            "status": attempt.status,
            "reason": attempt.reason,
            "took": attempt.took,
            "number": attempt.number,
            "next_at": milliseconds(attempt.next_at) if attempt.next_at else None,
            "ttl": epoch_seconds(attempt.at + ATTEMPTS_KEPT),
        }
        set_ = ", ".join(f"#{name} = :{name}" for name, value in values.items() if value is not None)
        gone = ", ".join(f"#{name}" for name, value in values.items() if value is None)
        update = Update(
            f"SET {set_}" + (f" REMOVE {gone}" if gone else ""),
            "attribute_not_exists(pk) OR #at < :at",
            names={name: name for name in values},
            values={name: value for name, value in values.items() if value is not None},
        )
        try:
            self._table.update(f"hook#{webhook}", sk, update)
        except ConditionRefused:
            return

    def _newest(self, webhook: str, kind: str, now: datetime, limit: int) -> Iterator[Attempt]:
        """Yield the newest attempts. The table deletes old ones only some days later."""
        items, _ = self._table.query(
            KeyConditionExpression="pk = :pk AND sk BETWEEN :since AND :end",
            ExpressionAttributeValues={
                ":pk": {"S": f"hook#{webhook}"},
                ":since": {"S": f"{kind}#{milliseconds(now - ATTEMPTS_KEPT):014}"},
                ":end": {"S": f"{kind}#:"},
            },
            ScanIndexForward=False,
            Limit=limit,
        )
        return (_attempt(item, delivered=kind == "delivered") for item in items)


def _attempt(item: Item, *, delivered: bool) -> Attempt:
    return Attempt(
        at=moment(item["at"]),
        event=item["event"],
        kind=item["kind"],
        rid=item.get("rid"),
        delivered=delivered,
        status=item.get("status"),
        reason=item.get("reason"),
        took=item["took"],
        number=item["number"],
        next_at=moment(item["next_at"]) if "next_at" in item else None,
    )
