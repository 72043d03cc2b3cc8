"""A link's timeline: facts in the order they were recorded, each with the hash of the one before it."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

from linkgate.lazy_dataclass import dataclass
from linkgate.model.epoch import milliseconds

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

BEGINNING = "0" * 64
"""Previous hash of the first entry."""


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that happened to a link. `id` is unique within the link and stays the same if the fact is repeated."""

    id: str
    kind: str
    """Event type, such as `link.opened`."""
    at: datetime
    details: str
    """JSON of an object, exactly as it is hashed. Holds no secret, address or name."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A fact on record. `sequence` counts from 1."""

    fact: Fact
    sequence: int
    previous: str
    hash: str


@dataclass(frozen=True, slots=True)
class Head:
    """Number and hash of the newest entry. They are kept apart from it, so that a missing end is noticed."""

    sequence: int = 0
    hash: str = BEGINNING


def details_of(**values: object) -> str:
    """Return a fact's details as JSON, with sorted names and without None and empty values."""
    kept = {name: value for name, value in values.items() if value not in (None, [], {})}
    return json.dumps(kept, sort_keys=True, separators=(",", ":"))


def entry_of(rid: str, fact: Fact, head: Head) -> Entry:
    """Make the entry that follows `head`."""
    sequence = head.sequence + 1
    return Entry(fact, sequence, head.hash, entry_hash(rid, fact, sequence, head.hash))


def entry_hash(rid: str, fact: Fact, sequence: int, previous: str) -> str:
    """Return the SHA-256 over everything in the entry and the hash before it, as 64 hex digits."""
    parts = ("linkgate.event.v1", rid, sequence, fact.id, fact.kind, milliseconds(fact.at), fact.details, previous)
    return hashlib.sha256(json.dumps(parts, separators=(",", ":")).encode()).hexdigest()


def faults_of(rid: str, entries: Sequence[Entry], head: Head) -> list[str]:
    """Return a sentence for each fault of a timeline. The list is empty if it is complete and unchanged."""
    faults = []
    before = Head()
    for entry in sorted(entries, key=lambda entry: entry.sequence):
        if entry.sequence != before.sequence + 1:
            faults.append(f"entry {before.sequence + 1} is missing")
        elif entry.previous != before.hash:
            faults.append(f"entry {entry.sequence} does not follow entry {before.sequence}")
        if entry.hash != entry_hash(rid, entry.fact, entry.sequence, entry.previous):
            faults.append(f"entry {entry.sequence} ({entry.fact.kind}) was changed")
        before = Head(entry.sequence, entry.hash)
    if before != head:
        faults.append(f"the timeline ends with entry {before.sequence}, and entry {head.sequence} was its last")
    return faults
