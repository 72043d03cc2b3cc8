"""Read the record of what happened to a link, and check it for gaps and changes."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING

from linkgate.lazy_dataclass import dataclass
from linkgate.model.link import Kind
from linkgate.model.moments import utc
from linkgate.model.timeline import SIGNATURE_ALGORITHM, faults_of, seal_faults
from linkgate.ports.files import place_of_link, place_of_resource
from linkgate.tokens import file_commitment
from linkgate.usecases.history.link_facts import facts_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from datetime import datetime

    from linkgate.model.file import File, Place
    from linkgate.model.link import Link
    from linkgate.model.timeline import Entry, Fact
    from linkgate.ports.deps import Deps

EVENTS_LIMIT = 200
"""Most entries of a timeline on one page."""

EXPIRED = "link.expired"
"""Kind of an event that follows from the facts and is not recorded."""

_DATED = ("created", "submitted", "revoked")
"""Ids of facts whose time the link keeps as it was told."""

_HOW_TO_VERIFY = (
    'hash = SHA-256 of the JSON list ["linkgate.event.v1", rid, sequence, id, type, at, details, previous], at in '
    "epoch milliseconds, without blanks, all but ASCII escaped; the first entry's previous is 64 zeros. The signature "
    'is over the JSON list ["linkgate.head.v1", rid, sequence, hash], written in the same way. If it has a path, this '
    "list was signed together with others: d is the SHA-256 of a zero byte and the list, and for each step of the path "
    "the SHA-256 of a one byte, the left and the right hash, of which the step has the one that is not d. Then the "
    'signature is over ["linkgate.heads.v1", d]. `linkgate link verify --file` checks all this. Without the public '
    "key it detects accidents, not forgery. An entry's commit is the SHA-256 of the text linkgate.file.v1, the salt "
    "and the sha256 of a file, as bytes. Contradictions are what the link showed and this timeline does not."
)


@dataclass(frozen=True, slots=True)
class Verdict:
    """Result of checking that a timeline is complete, unchanged, and agrees with the link."""

    entries: int
    faults: Sequence[str]
    signed: bool = False
    """True if the key was asked for the signature, too."""


@dataclass(frozen=True, slots=True)
class TimelinePage:
    """Part of a timeline. `following` is the sequence after which the next page begins, None at the end."""

    entries: Sequence[Entry]
    following: int | None


def timeline_page(link: Link, after: int, limit: int, deps: Deps) -> TimelinePage:
    """Return the entries after that sequence, at most `limit`. 0 begins at the first."""
    found = deps.timeline.entries_after(link.rid, after, limit + 1)
    return TimelinePage(found[:limit], found[limit - 1].sequence if len(found) > limit else None)


def timeline_of(link: Link, deps: Deps) -> Sequence[Entry]:
    """Return every entry, in the order in which they were recorded."""
    entries, _ = deps.timeline.read(link.rid)
    return entries


def expired_at(link: Link, now: datetime) -> datetime | None:
    """Return the time at which the link expired, or None if it is alive or ended for another reason."""
    otherwise = link.revoked_at or link.submitted_at or link.locked_at or link.renewed_as
    return link.expires_at if link.expires_at <= now and not otherwise else None


def verify_timeline(link: Link, deps: Deps, is_genuine: Callable[[bytes, bytes], bool] | None = None) -> Verdict:
    """Check the chain of hashes, and that it contains the link's own facts.

    `is_genuine` checks a statement and its signature with the stack's public key. Without it no forgery is detected.
    """
    entries, head = deps.timeline.read(link.rid)
    faults = [*faults_of(link.rid, entries, head), *_contradictions(link, entries)]
    if is_genuine:
        faults += seal_faults(link.rid, entries, head, is_genuine)
    return Verdict(len(entries), faults, signed=is_genuine is not None)


def _contradictions(link: Link, entries: Sequence[Entry]) -> list[str]:
    """Return a sentence for each fact of the link that its timeline lacks or tells differently.

    The link shows what a cut timeline lost, because no entry says that another one followed it.
    """
    told = {entry.fact.id: entry.fact for entry in entries}
    implied = {fact.id: fact for fact in facts_of(None, link)}
    faults = [
        f"{fact.kind} of {fact.at.isoformat()} is not in the timeline"
        for id_, fact in implied.items()
        if id_ not in told
    ]
    faults += [
        f"the link and its timeline disagree on {told[id_].kind}"
        for id_ in _DATED
        if id_ in told and (id_ not in implied or implied[id_].at != told[id_].at)
    ]
    return faults + _miscounted(link, told)


def _miscounted(link: Link, told: Mapping[str, Fact]) -> list[str]:
    """Return a sentence for each of the link's counts that its timeline does not show."""

    def count(prefix: str) -> int:
        return sum(id_.startswith(prefix) for id_ in told)

    faults = []
    if (opened := count("opened:")) != link.openings:
        faults.append(f"the link was opened {link.openings} times, and the timeline has {opened}")
    if (looked := count("look:")) != link.looks:
        faults.append(f"{link.looks} documents were given out, and the timeline has {looked}")
    if link.receipt and (read := count("receipt_read:")) != link.receipt.reads:
        faults.append(f"what was sent was read again {link.receipt.reads} times, and the timeline has {read}")
    return faults


def evidence_of(link: Link, deps: Deps, now: datetime) -> dict[str, object]:
    """Build a file that proves the timeline without the table: the entries as hashed, and how to check them."""
    entries, head = deps.timeline.read(link.rid)
    return {
        "format": "linkgate.evidence.v1",
        "howToVerify": _HOW_TO_VERIFY,
        "rid": link.rid,
        "tenant": link.tenant,
        "exportedAtUtc": utc(now),
        "head": {"sequence": head.sequence, "hash": head.hash},
        "signature": {
            "sequence": head.seal.sequence,
            "hash": head.seal.hash,
            "key": head.seal.key,
            "algorithm": SIGNATURE_ALGORITHM,
            "value": base64.b64encode(head.seal.signature).decode(),
            "path": [[side, neighbour.hex()] for side, neighbour in head.seal.path],
        }
        if head.seal
        else None,
        "entries": [
            {
                "sequence": entry.sequence,
                "id": entry.fact.id,
                "type": entry.fact.kind,
                "atUtc": utc(entry.fact.at),
                "details": entry.fact.details,
                "previous": entry.previous,
                "hash": entry.hash,
            }
            for entry in entries
        ],
        "contradictions": _contradictions(link, entries),
        "files": [_proof(file) for place in _places(link) for file in deps.files.store.of(place) if file.sha256],
    }


def _places(link: Link) -> Iterator[Place]:
    yield place_of_link(link)
    if link.kind is Kind.RESOURCE and link.reference and not link.test:
        yield place_of_resource(link.tenant, link.definition_id, link.reference)


def _proof(file: File) -> dict[str, object]:
    """Return what proves that the bytes of a file are those of which an entry speaks. It names nobody."""
    commit = file_commitment(file.salt, file.sha256)
    return {"id": file.id, "sha256": file.sha256, "salt": file.salt.hex(), "commit": commit}


def details(entry: Entry) -> dict[str, object]:
    """Return an entry's details as an object."""
    found: dict[str, object] = json.loads(entry.fact.details)
    return found
