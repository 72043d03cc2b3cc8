"""A link's timeline: facts in the order they were recorded, each holding the hash of the one before it."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

from linkgate.lazy_dataclass import dataclass

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

BEGINNING = "0" * 64
"""What the first entry has for the hash of the one before it."""


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that happened to a link; `id` is unique within it and the same whenever the fact is told again."""

    id: str
    kind: str
    """Such as `link.opened`."""
    at: datetime
    details: str
    """JSON of an object, exactly as it is hashed; no secret, no address, no name."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A fact on record; `sequence` counts from 1."""

    fact: Fact
    sequence: int
    previous: str
    hash: str


@dataclass(frozen=True, slots=True)
class Head:
    """The newest entry's number and hash, kept apart from it, so that a missing end is noticed."""

    sequence: int = 0
    hash: str = BEGINNING


def details_of(**values: object) -> str:
    """A fact's details as JSON: sorted, without what is None or empty."""
    kept = {name: value for name, value in values.items() if value not in (None, [], {})}
    return json.dumps(kept, sort_keys=True, separators=(",", ":"))


def entry_of(rid: str, fact: Fact, head: Head) -> Entry:
    """The entry that follows `head`."""
    sequence = head.sequence + 1
    return Entry(fact, sequence, head.hash, entry_hash(rid, fact, sequence, head.hash))


def entry_hash(rid: str, fact: Fact, sequence: int, previous: str) -> str:
    """SHA-256 over everything the entry says, and the hash before it: 64 hex digits."""
    milliseconds = round(fact.at.timestamp() * 1000)
    parts = ("linkgate.event.v1", rid, sequence, fact.id, fact.kind, milliseconds, fact.details, previous)
    return hashlib.sha256(json.dumps(parts, separators=(",", ":")).encode()).hexdigest()


def faults_of(rid: str, entries: Sequence[Entry], head: Head) -> list[str]:
    """What is wrong with a timeline, a sentence each; nothing where it is whole and unchanged."""
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
