"""Drafts in the table: one item per field, so that writers of different fields never meet.

A field keeps the end of its retention when it is written again. Whoever prolongs a link prolongs its fields, and a
link of a co-browsing role may end before the one that took the main link's place.
"""

from __future__ import annotations

import contextlib
import json
from typing import TYPE_CHECKING

from linkgate.model.epoch import epoch_seconds, milliseconds
from linkgate.ports.visits import FieldChanged, GroupFull, StoredField
from linkgate.store.attribute_values import to_attribute
from linkgate.store.link_items import BODY, FIELD, body_content, body_key, field_key
from linkgate.store.table import ConditionRefused, Update

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import datetime

    from linkgate.model.link import Link
    from linkgate.ports.visits import Group
    from linkgate.store.attribute_values import Item
    from linkgate.store.table import Table


_KEPT = "#ttl = if_not_exists(#ttl, :ttl)"
_MOST_CHANGES = 1000
"""Bound of how often entries of one group are added and removed, since the answers of removed ones stay for a while."""


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

    def with_bodies(
        self, master_rid: str, names: Collection[str]
    ) -> tuple[Mapping[str, StoredField], Mapping[str, Mapping[str, object]]]:
        items = self._table.query_all(
            KeyConditionExpression="pk = :pk AND sk BETWEEN :body AND :field",
            ExpressionAttributeValues={":pk": {"S": master_rid}, ":body": {"S": BODY}, ":field": {"S": f"{FIELD}~"}},
            ConsistentRead=True,
        )
        wanted = {body_key(name): name for name in names}
        bodies: dict[str, Mapping[str, object]] = {}
        fields: dict[str, StoredField] = {}
        for item in items:
            if item["sk"] in wanted:
                bodies[wanted[item["sk"]]] = body_content(item)
            elif item["sk"].startswith(FIELD):
                field = _field_of(item)
                fields[field.pointer] = field
        return fields, bodies

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
            f" written_at = :now, {_KEPT}",
            condition,
            names={name: name for name in ("value", "version", "pointer", "role", "ttl")},
            values=values,
        )
        try:
            return _field_of(self._table.update(link.master_rid, field_key(pointer), update))
        except ConditionRefused as refusal:
            raise FieldChanged(_field_of(refusal.item) if refusal.item else None) from refusal

    def add_entry(self, link: Link, group: Group, key: str, now: datetime) -> StoredField:
        # A millisecond since 1970 is more than any number of an entry that was there from the start.
        added = {**_numbered(group.start), key: milliseconds(now)}
        update = Update(
            f"SET entries.#key = :order, #version = #version + :one, #role = :role, written_at = :now, {_KEPT}",
            "attribute_exists(entries) AND #version < :changes"
            " AND (size(entries) < :most OR attribute_exists(entries.#key))",
            names={"key": key, **{name: name for name in ("version", "role", "ttl")}},
            values={"order": added[key], "most": group.most, "changes": _MOST_CHANGES, **_stamp(link, now), "one": 1},
        )
        try:
            return self._change_group(link, group.pointer, update, added if len(added) <= group.most else None, now)
        except ConditionRefused as refusal:
            raise GroupFull from refusal

    def remove_entry(self, link: Link, group: Group, key: str, now: datetime) -> StoredField:
        update = Update(
            f"REMOVE entries.#key SET #version = #version + :one, #role = :role, written_at = :now, {_KEPT}",
            "attribute_exists(entries.#key)",
            names={"key": key, **{name: name for name in ("version", "role", "ttl")}},
            values={**_stamp(link, now), "one": 1},
        )
        left = {name: order for name, order in _numbered(group.start).items() if name != key}
        try:
            return self._change_group(link, group.pointer, update, left, now)
        except ConditionRefused as refusal:
            if refusal.item is None:
                raise
            return _field_of(refusal.item)

    def _change_group(
        self, link: Link, pointer: str, update: Update, first: Mapping[str, int] | None, now: datetime
    ) -> StoredField:
        """Change a group's item, or write its `first` state if there is none. Raises ConditionRefused."""
        key = field_key(pointer)
        try:
            return _field_of(self._table.update(link.master_rid, key, update))
        except ConditionRefused as refusal:
            if refusal.item is not None or first is None:
                raise
        item = {
            "pk": link.master_rid,
            "sk": key,
            "entries": dict(first),
            "version": 1,
            "pointer": pointer,
            "written_at": milliseconds(now),
            **{name: value for name, value in _stamp(link, now).items() if name != "now"},
        }
        try:
            self._table.put(item, "attribute_not_exists(pk)")
        except ConditionRefused:
            # Somebody else was first.
            return _field_of(self._table.update(link.master_rid, key, update))
        return _field_of(item)

    def set_entries(self, link: Link, pointer: str, keys: Sequence[str], base: int, now: datetime) -> StoredField:
        update = Update(
            "SET entries = :entries, #version = if_not_exists(#version, :zero) + :one, #pointer = :pointer,"
            f" #role = :role, written_at = :now, {_KEPT}",
            "#version = :base" if base else "attribute_not_exists(#version)",
            names={name: name for name in ("version", "pointer", "role", "ttl")},
            values={
                "entries": _numbered(keys),
                "pointer": pointer,
                "zero": 0,
                "one": 1,
                **_stamp(link, now),
                **({"base": base} if base else {}),
            },
        )
        try:
            return _field_of(self._table.update(link.master_rid, field_key(pointer), update))
        except ConditionRefused as refusal:
            raise FieldChanged(_field_of(refusal.item) if refusal.item else None) from refusal

    def delete(self, master_rid: str, pointer: str, version: int) -> None:
        with contextlib.suppress(ConditionRefused):
            self._table.delete(
                master_rid,
                field_key(pointer),
                ConditionExpression="#version = :version",
                ExpressionAttributeNames={"#version": "version"},
                ExpressionAttributeValues={":version": to_attribute(version)},
            )


def _numbered(keys: Sequence[str]) -> dict[str, int]:
    return {key: number for number, key in enumerate(keys)}


def _stamp(link: Link, now: datetime) -> dict[str, object]:
    """Return who wrote an item and when, and until when it is kept."""
    return {"role": link.role or "", "now": milliseconds(now), "ttl": epoch_seconds(link.ttl)}


def _field_of(item: Item) -> StoredField:
    if (entries := item.get("entries")) is not None:
        keys = sorted(entries, key=lambda key: (entries[key], key))
        return StoredField(item["pointer"], None, item["version"], item["role"], keys)
    return StoredField(item["pointer"], json.loads(item["value"]), item["version"], item["role"])
