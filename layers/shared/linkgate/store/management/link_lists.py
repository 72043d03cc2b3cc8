"""Lists of links over the table's sparse indexes: a few Queries for keys, one BatchGetItem for the changing facts.

Entries of the indexes never change, so a position in an index keeps its place despite later writes. A walk shows every
link that existed when it began exactly once. No cost grows with the number of links.
"""

from __future__ import annotations

import heapq
from datetime import timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from linkgate.lazy_dataclass import dataclass
from linkgate.model.epoch import epoch_seconds, milliseconds
from linkgate.ports.management import ListPage
from linkgate.store.link_items import LINK, body_content, body_key, link_of
from linkgate.store.link_keys import (
    campaign_key,
    month_key,
    number_key,
    recipient_key,
    reference_key,
    resource_key,
    shards_of,
)
from linkgate.store.table import is_possible_key

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    from linkgate.model.link import Link
    from linkgate.ports.management import LinkList, Position
    from linkgate.store.attribute_values import Item
    from linkgate.store.table import Table

NUMBERED = "numbered"
"""Sort key of the entry that finds a link by its number."""

LISTED = "listed#"
"""Beginning of the sort keys of entries that list a link by further addresses than the one in its own key."""

_MOST_QUERIES = 200
"""Limit of Queries per page, enough for two years without a link. Then the page ends early, with a position."""

_BATCH = 100
_LONGEST_KEY = 100


class _Listed(NamedTuple):
    """An index entry. Entries are ordered newest first."""

    order: int
    pk: str
    sk: str
    partition: int

    @property
    def place(self) -> tuple[str, str, int]:
        return self.pk, self.sk, -self.order


class DynamoLists:
    """`ports.management.LinkLists` over the table."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def page(self, which: LinkList, position: Position | None, limit: int) -> ListPage:
        reader = _PageReader(self._table, which, limit)
        rids, following = reader.take(position)
        items = self._table.batch_get([(rid, LINK) for rid in dict.fromkeys(rids)])
        found = {item["pk"]: link_of(item) for item in items}
        return ListPage(tuple(found[rid] for rid in rids if rid in found), following)

    def referenced(self, lists: str, reference: str) -> Sequence[Link]:
        entries = self._table.query_all(
            KeyConditionExpression="pk = :pk",
            ExpressionAttributeValues={":pk": {"S": reference_key(lists, reference)}},
            ConsistentRead=True,
        )
        items = self._table.batch_get([(entry["sk"], LINK) for entry in entries])
        return [link for item in items if (link := link_of(item)).lists == lists]

    def contents(self, names: Sequence[tuple[str, str]]) -> Mapping[tuple[str, str], Mapping[str, object]]:
        found: dict[tuple[str, str], Mapping[str, object]] = {}
        for start in range(0, len(names), _BATCH):
            keys = {(rid, body_key(name)): (rid, name) for rid, name in names[start : start + _BATCH]}
            for item in self._table.batch_get(list(keys)):
                found[keys[item["pk"], item["sk"]]] = body_content(item)
        return found


class _PageReader:
    """Walks a list's partitions for one page, stage by stage (a tenant's months), newest first within each."""

    def __init__(self, table: Table, which: LinkList, limit: int) -> None:
        self._table = table
        self._partitions = _partitions(which)
        self._since = milliseconds(which.since)
        self._until = milliseconds(which.until) - 1
        self._limit = limit
        self._queries = 0

    def take(self, position: Position | None) -> tuple[list[str], Position | None]:
        """Return the page's rids and the position of the next page, None at the end. Raises ValueError."""
        stage, places = self._read(position)
        rids: list[str] = []
        while stage < self._partitions.stages:
            for entry in heapq.merge(*self._merged(stage, places)):
                places[str(entry.partition)] = entry.place
                if entry.sk in {LINK, NUMBERED} or entry.sk.startswith(LISTED):
                    rids.append(entry.pk)
                if len(rids) == self._limit:
                    return rids, (stage, places)
            stage, places = stage + 1, {}
            if self._queries >= _MOST_QUERIES:
                break
        return rids, (stage, {}) if stage < self._partitions.stages else None

    def _merged(self, stage: int, places: Mapping[str, tuple[str, str, int]]) -> list[Iterator[_Listed]]:
        partitions = self._partitions.keys(stage)
        size = self._limit if len(partitions) == 1 else max(4, self._limit // 4)
        return [self._entries(number, key, places.get(str(number)), size) for number, key in enumerate(partitions)]

    def _entries(self, number: int, key: str, after: tuple[str, str, int] | None, size: int) -> Iterator[_Listed]:
        parameters: dict[str, Any] = {
            "IndexName": self._partitions.index,
            "KeyConditionExpression": "#key = :key AND created_at BETWEEN :since AND :until",
            "ExpressionAttributeNames": {"#key": self._partitions.attribute},
            "ExpressionAttributeValues": {
                ":key": {"S": key},
                ":since": {"N": str(self._since)},
                ":until": {"N": str(self._until)},
            },
            "ScanIndexForward": False,
            "Limit": size,
        }
        if after:
            pk, sk, created_at = after
            parameters["ExclusiveStartKey"] = self._start_key(key, pk, sk, created_at)
        while True:
            self._queries += 1
            items, last = self._table.query(**parameters)
            for item in items:
                yield _Listed(-item["created_at"], item["pk"], item["sk"], number)
            if last is None:
                return
            parameters["ExclusiveStartKey"] = self._start_key(key, last["pk"], last["sk"], last["created_at"])

    def _start_key(self, key: str, pk: str, sk: str, created_at: int) -> Item:
        return {
            "pk": {"S": pk},
            "sk": {"S": sk},
            self._partitions.attribute: {"S": key},
            "created_at": {"N": str(created_at)},
        }

    def _read(self, position: Position | None) -> tuple[int, dict[str, tuple[str, str, int]]]:
        """Read a position that a caller sent back. Raises ValueError if it cannot be one of ours."""
        if position is None:
            return 0, {}
        match position:
            case [int() as stage, dict() as given] if 0 <= stage < self._partitions.stages:
                known = {str(number) for number in range(len(self._partitions.keys(stage)))}
                return stage, {number: self._place(place) for number, place in given.items() if number in known}
            case _:
                raise ValueError("position")

    def _place(self, place: object) -> tuple[str, str, int]:
        match place:
            case [str() as pk, str() as sk, int() as created_at] if (
                0 < len(pk) <= _LONGEST_KEY and 0 < len(sk) <= _LONGEST_KEY and self._since <= created_at <= self._until
            ):
                return pk, sk, created_at
            case _:
                raise ValueError("position")


@dataclass(frozen=True, slots=True)
class _Partitions:
    """Partitions of a list: the index, its partition attribute, and the keys for each stage."""

    index: str
    attribute: str
    stages: int
    keys: Callable[[int], list[str]]


def _partitions(which: LinkList) -> _Partitions:
    lists = which.lists
    if milliseconds(which.since) >= milliseconds(which.until):
        return _Partitions("", "", 0, lambda _: [])  # DynamoDB rejects a range that ends before it begins
    if which.resource:
        resource = resource_key(lists, *which.resource)
        return _Partitions("by_resource", "resource_key", 1, lambda _: [resource])
    if which.recipient:
        recipient = recipient_key(lists, which.recipient)
        return _Partitions("by_recipient", "recipient_key", 1, lambda _: [recipient])
    if which.number is not None:
        number = number_key(lists, which.number)
        return _Partitions("by_recipient", "recipient_key", 1, lambda _: [number])
    if which.campaign:
        named = [campaign_key(lists, which.campaign, shard) for shard in range(shards_of(lists))]
        shards = [key for key in named if is_possible_key(key, "")]
        return _Partitions("by_resource", "resource_key", 1, lambda _: shards)
    newest = which.until - timedelta(milliseconds=1)
    months = 12 * (newest.year - which.since.year) + newest.month - which.since.month + 1
    return _Partitions(
        "by_month",
        "month_key",
        max(0, months),
        lambda stage: [month_key(lists, _months_before(newest, stage), shard) for shard in range(shards_of(lists))],
    )


def _months_before(moment: datetime, months: int) -> datetime:
    """Return a moment in the month that many months earlier."""
    month = 12 * moment.year + moment.month - 1 - months
    return moment.replace(year=month // 12, month=month % 12 + 1, day=1)


def further_entries(link: Link, addresses: Iterable[str]) -> list[Item]:
    """Build the entries that list a link by its number, its recipient's phone number and `addresses`."""
    recipient = link.recipient
    keys = {recipient_key(link.lists, address) for address in (recipient.phone, *addresses) if address}
    own = recipient.email or recipient.phone
    further = sorted(keys - ({recipient_key(link.lists, own)} if own else set()))
    entries = {LISTED + key: key for key in further}
    if link.number is not None:
        entries[NUMBERED] = number_key(link.lists, link.number)
    return [
        {
            "pk": link.rid,
            "sk": sk,
            "recipient_key": key,
            "created_at": milliseconds(link.created_at),
            "ttl": epoch_seconds(link.ttl),
        }
        for sk, key in entries.items()
    ]
