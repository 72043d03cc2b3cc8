"""Files in the table: an item each, and an item for the room that all files of a place take."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from linkgate.model.epoch import epoch_seconds, milliseconds, moment
from linkgate.model.file import AWAITED_TIME, SETTLED, File, FileState
from linkgate.model.file_events import Gone
from linkgate.model.file_kinds import FileKind
from linkgate.ports.files import NoRoom
from linkgate.store.link_items import FILE, FILES
from linkgate.store.table import ConditionRefused, Update

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import datetime

    from linkgate.model.file import Place
    from linkgate.ports.files import Outcome
    from linkgate.store.attribute_values import Item
    from linkgate.store.table import Table

_PLAIN = ("id", "tenant", "name", "size", "sha256", "salt")
_OPTIONAL = ("version", "field", "reason", "replaces", "submission")
_NEW = "attribute_not_exists(pk)"


class DynamoFiles:
    """`ports.files.FileStore` over the table."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def reserve(self, place: Place, file: File) -> File:
        # The item comes first, because a room without an item would never be given back.
        kept = self.put(place, file)
        if kept.state is FileState.AWAITED:
            self._take_room(place, kept)
        return kept

    def put(self, place: Place, file: File) -> File:
        try:
            self._table.put(_item(place, file), _NEW)
        except ConditionRefused as refusal:
            if refusal.item is not None:
                return file_of(refusal.item)
        return file

    def _take_room(self, place: Place, file: File) -> None:
        update = Update(
            "SET #bytes = if_not_exists(#bytes, :zero) + :size, #ttl = :ttl ADD ids :ids",
            "attribute_not_exists(ids) OR (NOT contains(ids, :id) AND size(ids) < :most AND #bytes <= :left)",
            names={"bytes": "bytes", "ttl": "ttl"},
            values={
                "zero": 0,
                "size": file.size,
                "ttl": epoch_seconds(file.ttl),
                "ids": frozenset({file.id}),
                "id": file.id,
                "most": place.most,
                "left": place.room - file.size,
            },
        )
        try:
            self._table.update(place.partition, FILES, update)
        except ConditionRefused as refusal:
            if file.id not in (refusal.item or {}).get("ids", ()):
                self._table.delete(place.partition, FILE + file.id)
                raise NoRoom from None

    def get(self, place: Place, file_id: str) -> File | None:
        return self.find(place.partition, file_id)

    def find(self, partition: str, file_id: str) -> File | None:
        item = self._table.get(partition, FILE + file_id)
        return file_of(item) if item else None

    def known(self, names: Sequence[tuple[str, str]]) -> Collection[tuple[str, str]]:
        keys = [(partition, FILE + file_id) for partition, file_id in dict.fromkeys(names)]
        items = self._table.batch_get(keys, consistent=True)
        return {(item["pk"], item["id"]) for item in items}

    def of(self, place: Place) -> Sequence[File]:
        items = self._table.query_all(
            KeyConditionExpression="pk = :pk AND begins_with(sk, :file)",
            ExpressionAttributeValues={":pk": {"S": place.partition}, ":file": {"S": FILE}},
            ConsistentRead=True,
        )
        return sorted(map(file_of, items), key=lambda file: (file.added_at, file.id))

    def claim(self, partition: str, file_id: str, version: str) -> File | None:
        update = Update(
            "SET #version = :version, #state = :received, #ttl = kept_until",
            "#state = :awaited AND attribute_not_exists(#version)",
            names={"version": "version", "state": "state", "ttl": "ttl"},
            values={"version": version, "received": FileState.RECEIVED.value, "awaited": FileState.AWAITED.value},
        )
        return self._changed(partition, file_id, update)

    def settle(self, partition: str, file_id: str, version: str, outcome: Outcome) -> File | None:
        facts: dict[str, Any] = {
            "reason": outcome.reason,
            "settled_at": milliseconds(outcome.at) if outcome.at else None,
        }
        if (learnt := outcome.contents) is not None:
            facts |= {"name": learnt.name, "kind": learnt.kind.value, "size": learnt.size, "sha256": learnt.sha256}
        known = {name: value for name, value in facts.items() if value is not None}
        sets = ["#state = :state", *(f"#{name} = :{name}" for name in known)]
        update = Update(
            "SET " + ", ".join(sets),
            "#version = :version AND #state = :received",
            names={"version": "version", "state": "state", **{name: name for name in known}},
            values={
                "version": version,
                "received": FileState.RECEIVED.value,
                "state": outcome.state.value,
                **known,
            },
        )
        return self._changed(partition, file_id, update)

    def keep(self, partition: str, until: datetime, *, shorten: bool = True) -> None:
        for name in (*self._table.sort_keys(partition, FILE), FILES):
            self._keep(partition, name, epoch_seconds(until), shorten=shorten)

    def _keep(self, partition: str, name: str, until: int, *, shorten: bool) -> None:
        # An awaited file ends sooner than it is kept. The update of one that arrives in the meantime is refused.
        sooner = "" if shorten else " AND (kept_until < :until OR attribute_not_exists(kept_until))"
        awaited = Update(
            "SET kept_until = :until",
            f"#state = :awaited{sooner}",
            names={"state": "state"},
            values={"until": until, "awaited": FileState.AWAITED.value},
        )
        arrived = Update(
            "SET kept_until = :until, #ttl = :until",
            f"attribute_exists(pk) AND (attribute_not_exists(#state) OR #state <> :awaited){sooner}",
            names={"state": "state", "ttl": "ttl"},
            values={"until": until, "awaited": FileState.AWAITED.value},
        )
        for update in (arrived, awaited, arrived):
            try:
                self._table.update(partition, name, update)
            except ConditionRefused as refusal:
                if refusal.item is None:
                    return
            else:
                return

    def remove(self, partition: str, file_id: str) -> File | None:
        gone = self._table.delete(partition, FILE + file_id, ReturnValues="ALL_OLD")
        if gone is not None:
            self.give_room_back(partition, file_id, int(gone["size"]))
        return file_of(gone) if gone else None

    def give_room_back(self, partition: str, file_id: str, size: int) -> None:
        update = Update(
            "SET #bytes = #bytes - :size DELETE ids :ids",
            "contains(ids, :id)",
            names={"bytes": "bytes"},
            values={"size": size, "ids": frozenset({file_id}), "id": file_id},
        )
        try:
            self._table.update(partition, FILES, update)
        except ConditionRefused:
            return  # its room was given back already, or the place is erased

    def _changed(self, partition: str, file_id: str, update: Update) -> File | None:
        try:
            return file_of(self._table.update(partition, FILE + file_id, update))
        except ConditionRefused as refusal:
            return file_of(refusal.item) if refusal.item else None


def _item(place: Place, file: File) -> Item:
    awaited = min(file.ttl, file.added_at + AWAITED_TIME)
    return {
        "pk": place.partition,
        "sk": FILE + file.id,
        **{name: getattr(file, name) for name in (*_PLAIN, *_OPTIONAL)},
        "kind": file.kind.value,
        "kinds": [kind.value for kind in file.kinds] or None,
        "state": file.state.value,
        "added_at": milliseconds(file.added_at),
        "kept_until": epoch_seconds(file.ttl),
        "ttl": epoch_seconds(awaited if file.state not in SETTLED else file.ttl),
    }


def file_of(item: Item) -> File:
    """Read a file back."""
    known: dict[str, Any] = {name: item[name] for name in _PLAIN}
    optional: dict[str, Any] = {name: item.get(name) for name in _OPTIONAL}
    return File(
        **known,
        **optional,
        kind=FileKind(item["kind"]),
        kinds=tuple(map(FileKind, item.get("kinds", ()))),
        state=FileState(item["state"]),
        added_at=moment(item["added_at"]),
        settled_at=moment(item["settled_at"]) if "settled_at" in item else None,
        ttl=moment(item["kept_until"] * 1000),
    )


def gone_of(item: Item) -> Gone:
    """Return the event that this item of a file is gone."""
    return Gone(item["pk"], item["tenant"], item["id"], int(item["size"]))
