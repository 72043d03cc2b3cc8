"""Timelines in the table: an item for each fact, and a head item that names the newest.

The item of a fact is named by the fact, so it is written once even if the fact is repeated. The head item creates the
order, because each write names the entry that it follows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from linkgate.errors import Unavailable
from linkgate.model.epoch import epoch_seconds, milliseconds, moment
from linkgate.model.timeline import Entry, Fact, Head, Seal, entry_of, sealed_statement
from linkgate.store.table import ConditionRefused, Update, put_within_transaction

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from linkgate.ports.history import HeadSigner
    from linkgate.store.attribute_values import Item
    from linkgate.store.table import Table

_HEAD = "timeline"
_EVENT = "event#"
_TRIES = 5
_AT_ONCE = 50
_NEW = "attribute_not_exists(pk)"


class DynamoTimelines:
    """`ports.history.TimelineStore` over the table."""

    def __init__(self, table: Table, signer: HeadSigner | None = None) -> None:
        self._table = table
        self._signer = signer

    def append(self, rid: str, facts: Sequence[Fact], ttl: datetime) -> list[tuple[Entry, bool]]:
        appended = []
        for start in range(0, len(facts), _AT_ONCE):
            appended += self._append(rid, facts[start : start + _AT_ONCE], epoch_seconds(ttl))
        return appended

    def read(self, rid: str) -> tuple[list[Entry], Head]:
        items = self._table.query_all(
            KeyConditionExpression="pk = :pk AND begins_with(sk, :event)",
            ExpressionAttributeValues={":pk": {"S": rid}, ":event": {"S": _EVENT}},
            ConsistentRead=True,
        )
        entries = sorted((_entry(item) for item in items), key=lambda entry: entry.sequence)
        head = self._table.get(rid, _HEAD)
        return entries, _head(head)

    def keep(self, rid: str, ttl: datetime) -> None:
        seconds = epoch_seconds(ttl)
        items = self._table.query_all(
            KeyConditionExpression="pk = :pk",
            FilterExpression="#ttl < :ttl",
            ExpressionAttributeNames={"#ttl": "ttl"},
            ExpressionAttributeValues={":pk": {"S": rid}, ":ttl": {"N": str(seconds)}},
            ProjectionExpression="pk, sk",
            ConsistentRead=True,
        )
        longer = Update("SET #ttl = :ttl", "#ttl < :ttl", names={"ttl": "ttl"}, values={"ttl": seconds})
        for item in items:
            try:
                self._table.update(rid, item["sk"], longer)
            except ConditionRefused:
                continue

    def _append(self, rid: str, facts: Sequence[Fact], ttl: int) -> list[tuple[Entry, bool]]:
        for _ in range(_TRIES):
            keys = [(rid, _HEAD), *((rid, _EVENT + fact.id) for fact in facts)]
            known = {item["sk"]: item for item in self._table.batch_get(keys, consistent=True)}
            head = before = _head(known.get(_HEAD))
            appended: list[tuple[Entry, bool]] = []
            for fact in facts:
                if item := known.get(_EVENT + fact.id):
                    appended.append((_entry(item), False))
                    continue
                entry = entry_of(rid, fact, head)
                head = Head(entry.sequence, entry.hash)
                appended.append((entry, True))
            if head == before:
                return appended
            head = self._sealed(rid, head)
            try:
                self._table.transact(_writes(rid, before, head, [entry for entry, new in appended if new], ttl))
            except ConditionRefused:
                # Another batch, or a repeat of this one, was written in between.
                continue
            return appended
        raise Unavailable

    def _sealed(self, rid: str, head: Head) -> Head:
        if self._signer is None:
            return head
        signature = self._signer.sign(sealed_statement(rid, head.sequence, head.hash))
        return Head(head.sequence, head.hash, Seal(head.sequence, head.hash, self._signer.key, signature))


def _writes(rid: str, before: Head, head: Head, entries: Sequence[Entry], ttl: int) -> list[dict[str, object]]:
    moved = Update(
        "SET #sequence = :sequence, #hash = :hash, #ttl = :ttl" + (", seal = :seal" if head.seal else ""),
        "#sequence = :before" if before.sequence else _NEW,
        names={"sequence": "sequence", "hash": "hash", "ttl": "ttl"},
        values={
            "sequence": head.sequence,
            "hash": head.hash,
            "ttl": ttl,
            **({"before": before.sequence} if before.sequence else {}),
            **({"seal": _seal_map(head.seal)} if head.seal else {}),
        },
    )
    return [
        moved.within_transaction(rid, _HEAD),
        *(put_within_transaction(_item(rid, entry, ttl), _NEW) for entry in entries),
    ]


def _item(rid: str, entry: Entry, ttl: int) -> Item:
    return {
        "pk": rid,
        "sk": _EVENT + entry.fact.id,
        "event": entry.fact.kind,
        "at": milliseconds(entry.fact.at),
        "details": entry.fact.details,
        "sequence": entry.sequence,
        "previous": entry.previous,
        "hash": entry.hash,
        "ttl": ttl,
    }


def _entry(item: Item) -> Entry:
    fact = Fact(item["sk"].removeprefix(_EVENT), item["event"], moment(item["at"]), item["details"])
    return Entry(fact, item["sequence"], item["previous"], item["hash"])


def _seal_map(seal: Seal) -> Item:
    return {"sequence": seal.sequence, "hash": seal.hash, "key": seal.key, "signature": seal.signature}


def _head(item: Item | None) -> Head:
    if item is None:
        return Head()
    seal = item.get("seal")
    return Head(item["sequence"], item["hash"], Seal(**seal) if seal else None)
