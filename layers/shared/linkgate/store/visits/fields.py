"""Drafts in the table: one item per field, so that writers of different fields never meet."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from linkgate.model.epoch import epoch_seconds, milliseconds
from linkgate.ports.visits import FieldChanged, StoredField
from linkgate.store.link_items import FIELD, field_key
from linkgate.store.table import ConditionRefused, Update

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from linkgate.model.link import Link
    from linkgate.store.attribute_values import Item
    from linkgate.store.table import Table


class DynamoFields:
    """`ports.visits.FieldStore` over the table."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def of(self, master_rid: str) -> Mapping[str, StoredField]:
        items = self._table.query_all(
            KeyConditionExpression="pk = :pk AND begins_with(sk, :field)",
            ExpressionAttributeValues={":pk": {"S": master_rid}, ":field": {"S": FIELD}},
            ConsistentRead=True,
        )
        return {field.pointer: field for field in map(_field_of, items)}

    def write(  # noqa: PLR0913 - as the port declares it
        self, link: Link, pointer: str, value: object, base: int, now: datetime, *, private: bool = False
    ) -> StoredField:
        values: dict[str, object] = {
            "value": json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True),
            "pointer": pointer,
            "role": link.role or "",
            "now": milliseconds(now),
            "ttl": epoch_seconds(link.ttl),
            "zero": 0,
            "one": 1,
        }
        if base:
            values["base"] = base
        unchanged = "#version = :base" if base else "attribute_not_exists(#version)"
        condition = f"{unchanged} OR #value = :value"
        if private:
            values["empty"] = "null"
            condition = f"({condition}) AND (attribute_not_exists(#version) OR #value = :empty OR #role = :role)"
        update = Update(
            "SET #value = :value, #version = if_not_exists(#version, :zero) + :one, #pointer = :pointer, #role = :role,"
            " written_at = :now, #ttl = :ttl",
            condition,
            names={name: name for name in ("value", "version", "pointer", "role", "ttl")},
            values=values,
        )
        try:
            return _field_of(self._table.update(link.master_rid, field_key(pointer), update))
        except ConditionRefused as refusal:
            raise FieldChanged(_field_of(refusal.item) if refusal.item else None) from refusal

    def delete(self, master_rid: str, pointer: str) -> None:
        self._table.delete(master_rid, field_key(pointer))


def _field_of(item: Item) -> StoredField:
    return StoredField(item["pointer"], json.loads(item["value"]), item["version"], item["role"])
