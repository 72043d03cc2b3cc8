"""Requests to be called back in the table. The link is the truth, and the entries of lists are hints."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linkgate.model.epoch import epoch_seconds, milliseconds, moment
from linkgate.ports.desk import CallbackEntry
from linkgate.ports.links import NotChanged
from linkgate.store.link_items import LINK, link_of
from linkgate.store.links import stored_link
from linkgate.store.table import ConditionRefused, Update

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from linkgate.model.link import Link
    from linkgate.store.table import Table

_ENTRY = "back#"
"""Beginning of the sort keys of requests in the partition of a line."""
_DIGITS = 14
"""Number of digits of a time in a sort key, so that keys sort by time."""
_TAKEN_BY = "@"
"""Beginning of the name of the list of an agent."""


class DynamoCallbacks:
    """`ports.desk.CallbackStore` over the table."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def list_asked(self, link: Link) -> None:
        if link.callback:
            self._put(link, link.definition_id, link.callback.asked_at)

    def list_taken(self, link: Link) -> None:
        callback = link.callback
        if callback is None or callback.taken_by is None:
            return
        self._put(link, _TAKEN_BY + callback.taken_by, callback.asked_at)
        self._table.delete(*_key(link.tenant, link.definition_id, link.rid, callback.asked_at))

    def waiting(self, tenant: str, queue: str, limit: int) -> Sequence[CallbackEntry]:
        return self._entries(tenant, queue, limit, oldest_first=True)

    def taken_by(self, tenant: str, agent: str, limit: int) -> Sequence[CallbackEntry]:
        return self._entries(tenant, _TAKEN_BY + agent, limit, oldest_first=False)

    def remove(self, entry: CallbackEntry) -> None:
        self._table.delete(*_key(entry.tenant, entry.list_name, entry.rid, entry.asked_at))

    def take(self, tenant: str, rid: str, asked_at: datetime, agent: str, now: datetime) -> Link:
        update = Update(
            "SET callback.taken_at = :now, callback.taken_by = :agent",
            "tenant = :tenant AND callback.asked_at = :asked AND attribute_not_exists(callback.taken_at)"
            " AND attribute_not_exists(revoked_at) AND attribute_not_exists(erased_at)",
            values={"now": milliseconds(now), "agent": agent, "tenant": tenant, "asked": milliseconds(asked_at)},
        )
        try:
            return link_of(self._table.update(rid, LINK, update))
        except ConditionRefused as refusal:
            stored = stored_link(refusal)
            mine = stored.callback if stored and stored.tenant == tenant else None
            if stored and mine and (mine.asked_at, mine.taken_by) == (asked_at, agent):
                return stored
            raise NotChanged(stored) from refusal

    def finish(self, tenant: str, rid: str, agent: str, now: datetime) -> Link:
        update = Update(
            "SET callback.done_at = if_not_exists(callback.done_at, :now)",
            "tenant = :tenant AND callback.taken_by = :agent",
            values={"now": milliseconds(now), "agent": agent, "tenant": tenant},
        )
        try:
            return link_of(self._table.update(rid, LINK, update))
        except ConditionRefused as refusal:
            raise NotChanged(stored_link(refusal)) from refusal

    def _put(self, link: Link, list_name: str, asked_at: datetime) -> None:
        pk, sk = _key(link.tenant, list_name, link.rid, asked_at)
        self._table.put({"pk": pk, "sk": sk, "ttl": epoch_seconds(link.ttl)})

    def _entries(self, tenant: str, list_name: str, limit: int, *, oldest_first: bool) -> Sequence[CallbackEntry]:
        found, _ = self._table.query(
            KeyConditionExpression="pk = :pk AND begins_with(sk, :entry)",
            ExpressionAttributeValues={":pk": {"S": _line(tenant, list_name)}, ":entry": {"S": _ENTRY}},
            ScanIndexForward=oldest_first,
            Limit=limit,
            ConsistentRead=True,
        )
        entries = []
        for item in found:
            _, asked, rid = item["sk"].split("#")
            entries.append(CallbackEntry(tenant=tenant, list_name=list_name, rid=rid, asked_at=moment(int(asked))))
        return entries


def _line(tenant: str, list_name: str) -> str:
    return f"line#{tenant}#{list_name}"


def _key(tenant: str, list_name: str, rid: str, asked_at: datetime) -> tuple[str, str]:
    return _line(tenant, list_name), f"{_ENTRY}{milliseconds(asked_at):0{_DIGITS}}#{rid}"
