"""Tickets in the table. Only their hashes are stored."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from linkgate.model.epoch import epoch_seconds, milliseconds, moment
from linkgate.model.presence import Ticket
from linkgate.store.table import ConditionRefused

if TYPE_CHECKING:
    from datetime import datetime

    from linkgate.store.table import Table

_KEPT = timedelta(hours=1)


class DynamoTickets:
    """`ports.live.TicketStore` over the table."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def add(self, ticket_hash: str, ticket: Ticket) -> None:
        self._table.put(
            {
                **_key(ticket_hash),
                "rid": ticket.rid,
                "room": ticket.room,
                "visit": ticket.visit,
                "role": ticket.role,
                "host": ticket.host,
                "agent": ticket.agent,
                "person": ticket.person,
                "expires_at": milliseconds(ticket.expires_at),
                "ttl": epoch_seconds(ticket.expires_at + _KEPT),
            },
            "attribute_not_exists(pk)",
        )

    def take(self, ticket_hash: str, now: datetime) -> Ticket | None:
        key = _key(ticket_hash)
        try:
            item = self._table.delete(
                key["pk"],
                key["sk"],
                ConditionExpression="expires_at > :now",
                ExpressionAttributeValues={":now": {"N": str(milliseconds(now))}},
                ReturnValues="ALL_OLD",
            )
        except ConditionRefused:
            return None
        if item is None:
            return None
        return Ticket(
            item["rid"],
            item["room"],
            item["visit"],
            item["role"],
            item["host"],
            moment(item["expires_at"]),
            item.get("agent"),
            item.get("person"),
        )


def _key(ticket_hash: str) -> dict[str, str]:
    return {"pk": f"ticket#{ticket_hash}", "sk": "ticket"}
