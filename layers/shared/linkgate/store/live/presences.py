"""Connections and presences in the table.

They are in partitions of their own, so that nothing that keeps, extends or erases a link's data walks over them.
"""

from __future__ import annotations

import contextlib
from datetime import timedelta
from typing import TYPE_CHECKING

from linkgate.model.epoch import epoch_seconds, milliseconds, moment
from linkgate.model.presence import CONNECTION_LIFE, NOWHERE, Connection, Presence
from linkgate.store.table import ConditionRefused, Update

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from linkgate.store.attribute_values import Item
    from linkgate.store.table import Table

_HERE = "here#"
_KEPT = timedelta(days=1)


class DynamoPresences:
    """`ports.live.PresenceStore` over the table."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def connect(self, connection: Connection, presence: Presence) -> None:
        self._table.put(
            {
                "pk": _connection_key(connection.id),
                "sk": "conn",
                "rid": connection.rid,
                "room": connection.room,
                "visit": connection.visit,
                "role": connection.role,
                "agent": connection.agent,
                "person": connection.person,
                "replaces": connection.replaces,
                "began_at": milliseconds(connection.began_at),
                "ttl": epoch_seconds(connection.began_at + CONNECTION_LIFE),
            }
        )
        self._table.put(_presence_item(presence))

    def connection(self, id_: str) -> Connection | None:
        item = self._table.get(_connection_key(id_), "conn")
        if item is None:
            return None
        return Connection(
            id_,
            item["rid"],
            item["room"],
            item["visit"],
            item["role"],
            moment(item["began_at"]),
            agent=item.get("agent"),
            person=item.get("person"),
            replaces=item.get("replaces"),
        )

    def of(self, room: str) -> Sequence[Presence]:
        items = self._table.query_all(
            KeyConditionExpression="pk = :pk AND begins_with(sk, :here)",
            ExpressionAttributeValues={":pk": {"S": _room_key(room)}, ":here": {"S": _HERE}},
            ConsistentRead=True,
        )
        return [_presence_of(room, item) for item in items]

    def renew(self, presence: Presence, lease: datetime) -> bool:
        update = Update(
            "SET lease = :lease, #ttl = :ttl",
            "#connection = :connection",
            names={"connection": "connection", "ttl": "ttl"},
            values={
                "lease": milliseconds(lease),
                "ttl": epoch_seconds(lease + _KEPT),
                "connection": presence.connection,
            },
        )
        try:
            self._table.update(_room_key(presence.room), _HERE + presence.visit, update)
        except ConditionRefused:
            return False
        return True

    def part(self, presence: Presence) -> None:
        update = Update(
            "SET #connection = :none",
            "#connection = :connection",
            names={"connection": "connection"},
            values={"none": NOWHERE, "connection": presence.connection},
        )
        with contextlib.suppress(ConditionRefused):
            self._table.update(_room_key(presence.room), _HERE + presence.visit, update)

    def leave(self, presence: Presence) -> None:
        with contextlib.suppress(ConditionRefused):
            self._table.delete(
                _room_key(presence.room),
                _HERE + presence.visit,
                ConditionExpression="#connection = :connection",
                ExpressionAttributeNames={"#connection": "connection"},
                ExpressionAttributeValues={":connection": {"S": presence.connection}},
            )

    def forget(self, connection: str) -> None:
        self._table.delete(_connection_key(connection), "conn")


def _connection_key(id_: str) -> str:
    return f"conn#{id_}"


def _room_key(room: str) -> str:
    return f"room#{room}"


def _presence_item(presence: Presence) -> Item:
    return {
        "pk": _room_key(presence.room),
        "sk": _HERE + presence.visit,
        "rid": presence.rid,
        "role": presence.role,
        "connection": presence.connection,
        "lease": milliseconds(presence.lease),
        "agent": presence.agent,
        "ttl": epoch_seconds(presence.lease + _KEPT),
    }


def _presence_of(room: str, item: Item) -> Presence:
    return Presence(
        room,
        item["sk"].removeprefix(_HERE),
        item["rid"],
        item["role"],
        item["connection"],
        moment(item["lease"]),
        item.get("agent"),
    )
