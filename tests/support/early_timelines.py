"""Timelines as releases up to 0.1 wrote them: an item for each fact, and a head with the newest number and hash.

Some of their functions may still run while a new release is deployed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from linkgate.model.epoch import epoch_seconds, milliseconds
from linkgate.model.timeline import Head, entry_of
from linkgate.store.table import Update, put_within_transaction

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import datetime

    from linkgate.model.timeline import Entry, Fact
    from linkgate.store.table import Table

HEAD, EVENT, NEW = "timeline", "event#", "attribute_not_exists(pk)"


def early_append(table: Table, rid: str, facts: Sequence[Fact], ttl: datetime) -> None:
    """Append facts. Raises ConditionRefused if another writer came first."""
    early_writer(table, rid, facts, ttl)()


def early_writer(table: Table, rid: str, facts: Sequence[Fact], ttl: datetime) -> Callable[[], None]:
    """Read what an append needs, and return its write."""
    keys = [(rid, HEAD), *((rid, EVENT + fact.id) for fact in facts)]
    known = {item["sk"]: item for item in table.batch_get(keys, consistent=True)}
    stored = known.get(HEAD)
    before = Head(stored["sequence"], stored["hash"]) if stored else Head()
    entries = list(_entries(rid, [fact for fact in facts if EVENT + fact.id not in known], before))
    return lambda: table.transact(_writes(rid, entries, before, epoch_seconds(ttl))) if entries else None


def _entries(rid: str, facts: Sequence[Fact], head: Head) -> Iterator[Entry]:
    for fact in facts:
        entry = entry_of(rid, fact, head)
        head = Head(entry.sequence, entry.hash)
        yield entry


def _writes(rid: str, entries: Sequence[Entry], before: Head, ttl: int) -> list[dict[str, Any]]:
    moved = Update(
        "SET #sequence = :sequence, #hash = :hash, #ttl = :ttl",
        "#sequence = :before" if before.sequence else NEW,
        names={"sequence": "sequence", "hash": "hash", "ttl": "ttl"},
        values={
            "sequence": entries[-1].sequence,
            "hash": entries[-1].hash,
            "ttl": ttl,
            **({"before": before.sequence} if before.sequence else {}),
        },
    )
    return [
        moved.within_transaction(rid, HEAD),
        *(put_within_transaction(_item(rid, entry, ttl), NEW) for entry in entries),
    ]


def _item(rid: str, entry: Entry, ttl: int) -> dict[str, Any]:
    return {
        "pk": rid,
        "sk": EVENT + entry.fact.id,
        "event": entry.fact.kind,
        "at": milliseconds(entry.fact.at),
        "details": entry.fact.details,
        "sequence": entry.sequence,
        "previous": entry.previous,
        "hash": entry.hash,
        "ttl": ttl,
    }
