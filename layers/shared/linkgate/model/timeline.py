"""A link's timeline: facts in the order they were recorded, each with the hash of the one before it."""

from __future__ import annotations

import hashlib
import json
from dataclasses import field
from typing import TYPE_CHECKING, Final

from linkgate.lazy_dataclass import dataclass
from linkgate.model.epoch import milliseconds

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

SIGNATURE_ALGORITHM: Final = "RSASSA_PKCS1_V1_5_SHA_256"
"""Algorithm of a seal, by its name in AWS KMS."""

BEGINNING = "0" * 64
"""Previous hash of the first entry."""

LEFT: Final = "left"
RIGHT: Final = "right"
Path = tuple[tuple[str, bytes], ...]
"""Neighbours on the way up a tree of hashes: the side where each is, and its hash."""


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
class Seal:
    """Signature over a head. Whoever only may write the table cannot make one."""

    sequence: int
    hash: str
    key: str
    """Id of the key. Earlier seals have its ARN."""
    signature: bytes
    path: Path = ()
    """Way from this head to the statement that was signed for several. Empty if it was signed alone."""


@dataclass(frozen=True, slots=True)
class Head:
    """Number and hash of the newest entry."""

    sequence: int = 0
    hash: str = BEGINNING
    seal: Seal | None = field(default=None, compare=False)
    """Newest signature. It may be over an earlier head."""


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


def sealed_statement(rid: str, sequence: int, hash_: str) -> bytes:
    """Return what a seal signs: JSON with the link, and the number and hash of its newest entry."""
    return json.dumps(("linkgate.head.v1", rid, sequence, hash_), separators=(",", ":")).encode()


def joint_statement(statements: Sequence[bytes]) -> tuple[bytes, list[Path]]:
    """Return one statement over all of these, and for each the path that leads there. A single one is its own."""
    if len(statements) == 1:
        return statements[0], [()]
    paths: list[Path] = [()] * len(statements)
    level = [(_leaf(statement), [place]) for place, statement in enumerate(statements)]
    while len(level) > 1:
        above = []
        for (left, under_left), (right, under_right) in zip(level[::2], level[1::2], strict=False):
            for place in under_left:
                paths[place] += ((RIGHT, right),)
            for place in under_right:
                paths[place] += ((LEFT, left),)
            above.append((_node(left, right), [*under_left, *under_right]))
        level = [*above, level[-1]] if len(level) % 2 else above
    return _root(level[0][0]), paths


def signed_statement(statement: bytes, path: Path) -> bytes:
    """Return the statement that was signed for this one and others."""
    digest = _leaf(statement)
    for side, neighbour in path:
        digest = _node(neighbour, digest) if side == LEFT else _node(digest, neighbour)
    return _root(digest) if path else statement


def _leaf(statement: bytes) -> bytes:
    return hashlib.sha256(b"\0" + statement).digest()


def _node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\1" + left + right).digest()


def _root(digest: bytes) -> bytes:
    return json.dumps(("linkgate.heads.v1", digest.hex()), separators=(",", ":")).encode()


def seal_faults(
    rid: str, entries: Sequence[Entry], head: Head, is_genuine: Callable[[bytes, bytes], bool]
) -> list[str]:
    """Return a sentence for each fault of a timeline's seal. `is_genuine` checks a statement and its signature."""
    seal = head.seal
    if seal is None:
        return ["the timeline has no signature"]
    statement = signed_statement(sealed_statement(rid, seal.sequence, seal.hash), seal.path)
    if not is_genuine(statement, seal.signature):
        return ["the signature was not made with this key for this timeline"]
    signed = next((entry for entry in entries if entry.sequence == seal.sequence), None)
    if signed is None or signed.hash != seal.hash:
        return [f"entry {seal.sequence} is not the one that was signed"]
    if seal.sequence < head.sequence:
        return [f"the entries after {seal.sequence} are not signed"]
    return []


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
