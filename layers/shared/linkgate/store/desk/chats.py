"""Lines of chats in the table, each beside its link, so that it is kept, extended and erased with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linkgate.model.epoch import epoch_seconds, milliseconds, moment
from linkgate.model.live import ChatLine, Side
from linkgate.store.link_items import CHAT
from linkgate.store.table import ConditionRefused

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from linkgate.store.attribute_values import Item
    from linkgate.store.table import Table


class DynamoChats:
    """`ports.desk.ChatStore` over the table."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def add(self, line: ChatLine, ttl: datetime) -> ChatLine:
        item = {
            "pk": line.rid,
            "sk": f"{_call(line.call)}{'note' if line.note else line.side.value}#{line.id}",
            "call": line.call,
            "id": line.id,
            "side": line.side.value,
            "at": milliseconds(line.at),
            "text": line.text,
            "agent": line.agent,
            "note": line.note or None,
            "ttl": epoch_seconds(ttl),
        }
        try:
            self._table.put(item, "attribute_not_exists(pk)")
        except ConditionRefused as refusal:
            return _line_of(refusal.item) if refusal.item else line
        return line

    def of(self, rid: str, call: int | None = None) -> Sequence[ChatLine]:
        items = self._table.query_all(
            KeyConditionExpression="pk = :pk AND begins_with(sk, :call)",
            ExpressionAttributeValues={":pk": {"S": rid}, ":call": {"S": CHAT if call is None else _call(call)}},
            ConsistentRead=True,
        )
        return sorted(map(_line_of, items), key=lambda line: line.at)


def _call(call: int) -> str:
    return f"{CHAT}{call}#"


def _line_of(item: Item) -> ChatLine:
    return ChatLine(
        rid=item["pk"],
        call=item["call"],
        id=item["id"],
        side=Side(item["side"]),
        at=moment(item["at"]),
        text=item["text"],
        agent=item.get("agent"),
        note=item.get("note", False),
    )
