"""Timelines in the table: each write adds a page of entries that never changes.

A page is named by the number of its first entry, so of two writers who saw the same end only one can go on from it. The
first page has the name `timeline`. Earlier releases had an item for each fact and, under that name, a head with the
newest number. Such a head is closed when the first page follows it.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import chain, islice
from typing import TYPE_CHECKING, Any

from linkgate.errors import Unavailable
from linkgate.lazy_dataclass import dataclass
from linkgate.model.epoch import epoch_seconds, milliseconds, moment
from linkgate.model.timeline import (
    BEGINNING,
    LEFT,
    RIGHT,
    Entry,
    Fact,
    Head,
    Seal,
    entry_of,
    joint_statement,
    sealed_statement,
)
from linkgate.store.table import ConditionRefused, Update, put_within_transaction

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import datetime

    from linkgate.ports.history import HeadSigner, NewFacts
    from linkgate.store.attribute_values import Item
    from linkgate.store.table import Table

_TIMELINE = "timeline"
_PAGE = "timeline#"
_AFTER_PAGES = "timeline$"
_EVENT = "event#"
_TRIES = 5
_NEW = "attribute_not_exists(pk)"
_SIGNED_TOGETHER = 8
"""Most timelines under one signature. With longer paths, what is told of a new link would take a second write unit."""
_STEP_BYTES = 1 + 32
"""Side and hash of a neighbour on a seal's path."""


@dataclass(frozen=True, slots=True)
class _Record:
    """A timeline as it is stored."""

    entries: Sequence[Entry]
    head: Head
    open_head: int | None = None
    """Number in the head of an earlier release, if no page follows it yet."""


@dataclass(frozen=True, slots=True)
class _Step:
    """Facts, their entries with whether each is new, and the record that the new ones follow."""

    told: NewFacts
    entries: list[tuple[Entry, bool]]
    after: _Record
    seal: Seal | None = None

    @property
    def new(self) -> list[Entry]:
        return [entry for entry, is_new in self.entries if is_new]


class DynamoTimelines:
    """`ports.history.TimelineStore` over the table."""

    def __init__(self, table: Table, signer: HeadSigner | None = None) -> None:
        self._table = table
        self._signer = signer

    def append(self, told: Sequence[NewFacts]) -> Iterator[list[tuple[Entry, bool]]]:
        for step in self._sealed([self._step(each) for each in told]):
            yield self._appended(step)

    def read(self, rid: str) -> tuple[Sequence[Entry], Head]:
        record = self._record(rid)
        return record.entries, record.head

    def entries_after(self, rid: str, sequence: int, limit: int) -> Sequence[Entry]:
        begin = self._page_with(rid, sequence) if sequence else _TIMELINE
        # Each page has an entry or more, and the first one may have none after `sequence`.
        items = self._table.query_all(**_between(rid, begin, _AFTER_PAGES), Limit=limit + 1)
        first = next(items, None)
        if first is None:
            return []
        entries = self._record(rid).entries if _is_head(first) else _entries(chain([first], items))
        return list(islice((entry for entry in entries if entry.sequence > sequence), limit))

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

    def _page_with(self, rid: str, sequence: int) -> str:
        items, _ = self._table.query(**_between(rid, _TIMELINE, _page_name(sequence)), ScanIndexForward=False, Limit=1)
        return items[0]["sk"] if items else _TIMELINE

    def _record(self, rid: str) -> _Record:
        pages = list(self._table.query_all(**_between(rid, _TIMELINE, _AFTER_PAGES)))
        early = pages.pop(0) if pages and _is_head(pages[0]) else None
        entries = self._early_entries(rid) if early else []
        entries += _entries(pages, after=entries)
        return _Record(entries, _head_of(entries, pages, early), early.get("sequence") if early else None)

    def _early_entries(self, rid: str) -> list[Entry]:
        items = self._table.query_all(
            KeyConditionExpression="pk = :pk AND begins_with(sk, :event)",
            ExpressionAttributeValues={":pk": {"S": rid}, ":event": {"S": _EVENT}},
            ConsistentRead=True,
        )
        return sorted((_early_entry(item) for item in items), key=lambda entry: entry.sequence)

    def _step(self, told: NewFacts) -> _Step:
        record = self._record(told.rid)
        known = {entry.fact.id: entry for entry in record.entries}
        head, entries = record.head, list[tuple[Entry, bool]]()
        for fact in told.facts:
            if fact.id in known:
                entries.append((known[fact.id], False))
                continue
            entry = entry_of(told.rid, fact, head)
            head = Head(entry.sequence, entry.hash)
            entries.append((entry, True))
        return _Step(told, entries, record)

    def _sealed(self, steps: Sequence[_Step]) -> list[_Step]:
        """Sign the newest entries of these links, several together."""
        growing = [step for step in steps if step.new]
        seals: dict[str, Seal] = {}
        for start in range(0, len(growing), _SIGNED_TOGETHER):
            seals |= self._seals(growing[start : start + _SIGNED_TOGETHER])
        return [replace(step, seal=seals.get(step.told.rid)) for step in steps]

    def _seals(self, steps: Sequence[_Step]) -> dict[str, Seal]:
        if self._signer is None:
            return {}
        heads = {step.told.rid: step.new[-1] for step in steps}
        statement, paths = joint_statement(
            [sealed_statement(rid, entry.sequence, entry.hash) for rid, entry in heads.items()]
        )
        signature, key = self._signer.sign(statement), self._signer.key.rpartition("/")[2]
        return {
            rid: Seal(entry.sequence, entry.hash, key, signature, path)
            for (rid, entry), path in zip(heads.items(), paths, strict=True)
        }

    def _appended(self, step: _Step) -> list[tuple[Entry, bool]]:
        for _ in range(_TRIES):
            try:
                self._write(step)
            except ConditionRefused:
                # Another batch, or a repeat of this one, was written in between.
                (step,) = self._sealed([self._step(step.told)])
            else:
                return step.entries
        raise Unavailable

    def _write(self, step: _Step) -> None:
        if not step.new:
            return
        rid, page = step.told.rid, _page(step)
        if step.after.open_head is None:
            self._table.put(page, _NEW)
            return
        # Functions of an earlier release go on from `sequence`, so without it they fail and their batch is repeated.
        closed = Update(
            "SET closed_after = #sequence REMOVE #sequence",
            "#sequence = :before",
            names={"sequence": "sequence"},
            values={"before": step.after.open_head},
        )
        self._table.transact([closed.within_transaction(rid, _TIMELINE), put_within_transaction(page, _NEW)])


def _between(rid: str, begin: str, end: str) -> dict[str, Any]:
    return {
        "KeyConditionExpression": "pk = :pk AND sk BETWEEN :begin AND :end",
        "ExpressionAttributeValues": {":pk": {"S": rid}, ":begin": {"S": begin}, ":end": {"S": end}},
        "ConsistentRead": True,
    }


def _page_name(sequence: int) -> str:
    return _TIMELINE if sequence == 1 else f"{_PAGE}{sequence:06}"


def _is_head(item: Item) -> bool:
    return "entries" not in item


def _page(step: _Step) -> Item:
    return {
        "pk": step.told.rid,
        "sk": _page_name(step.new[0].sequence),
        "entries": [
            {
                "id": entry.fact.id,
                "event": entry.fact.kind,
                "at": milliseconds(entry.fact.at),
                "details": entry.fact.details,
                "hash": bytes.fromhex(entry.hash),
            }
            for entry in step.new
        ],
        "seal": _packed(step.seal) if step.seal else None,
        "key": step.seal.key if step.seal else None,
        "ttl": epoch_seconds(step.told.ttl),
    }


def _entries(pages: Iterable[Item], after: Sequence[Entry] = ()) -> Iterator[Entry]:
    """Yield the entries of pages. Each follows the hash before it, which is not stored twice."""
    previous = after[-1].hash if after else BEGINNING
    for page in pages:
        for sequence, each in enumerate(page["entries"], _first_in(page)):
            fact = Fact(each["id"], each["event"], moment(each["at"]), each["details"])
            entry = Entry(fact, sequence, previous, each["hash"].hex())
            previous = entry.hash
            yield entry


def _first_in(page: Item) -> int:
    name: str = page["sk"]
    return int(name.removeprefix(_PAGE)) if name != _TIMELINE else 1


def _early_entry(item: Item) -> Entry:
    fact = Fact(item["sk"].removeprefix(_EVENT), item["event"], moment(item["at"]), item["details"])
    return Entry(fact, item["sequence"], item["previous"], item["hash"])


def _head_of(entries: Sequence[Entry], pages: Sequence[Item], early: Item | None) -> Head:
    """Return the head with its newest seal. Without pages it is the one that an earlier release wrote."""
    head = _early_head(early) if early else Head()
    if not pages:
        return head
    *_, last = entries
    sealed = next((page for page in reversed(pages) if page.get("seal")), None)
    return Head(last.sequence, last.hash, _page_seal(sealed) if sealed else head.seal)


def _early_head(item: Item) -> Head:
    seal = item.get("seal")
    sequence = item["sequence"] if "sequence" in item else item["closed_after"]
    return Head(sequence, item["hash"], Seal(**seal) if seal else None)


def _page_seal(page: Item) -> Seal:
    """Return a page's seal, which is over its last entry."""
    last, packed = _first_in(page) + len(page["entries"]) - 1, page["seal"]
    end = 1 + packed[0] * _STEP_BYTES
    path = tuple(
        (LEFT if packed[place] else RIGHT, packed[place + 1 : place + _STEP_BYTES])
        for place in range(1, end, _STEP_BYTES)
    )
    return Seal(last, page["entries"][-1]["hash"].hex(), page["key"], packed[end:], path)


def _packed(seal: Seal) -> bytes:
    """Pack the number of steps, each step of the path, and the signature."""
    steps = b"".join(bytes([side == LEFT]) + neighbour for side, neighbour in seal.path)
    return bytes([len(seal.path)]) + steps + seal.signature
