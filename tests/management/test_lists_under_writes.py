"""Lists on the real DynamoDB Local repeat and lose nothing while links are written, at a constant price."""

from __future__ import annotations

import itertools
import secrets
import threading
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from linkgate import wiring
from linkgate.model.link import Kind, Link, Recipient
from linkgate.ports.management import LinkList
from linkgate.store.attribute_values import to_item
from linkgate.store.link_items import link_item
from linkgate.store.management.link_lists import DynamoLists
from linkgate.store.table import Table
from linkgate.tokens import token

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from linkgate.ports.management import LinkLists
    from tests.support.cloud import Cloud

TENANT = "a" * 32
UID = "b" * 32
NOW = datetime(2026, 11, 15, 12, tzinfo=UTC)
LISTS = {
    "all": {},
    "resource": {"resource": ("Invoice", UID)},
    "recipient": {"recipient": "ada@example.com"},
    "campaign": {"campaign": "c"},
}

KINDS = (Kind.RESOURCE, Kind.SURVEY)
KINDS_OF = {"resource": (Kind.RESOURCE,), "campaign": (Kind.SURVEY,)}
"""Kinds of link on a list, if not all."""


def listed(name: str) -> LinkList:
    """Return a list of all times that the links below have."""
    since, until = NOW - timedelta(days=60), NOW + timedelta(days=60)
    return LinkList(lists=TENANT, since=since, until=until, **LISTS[name])  # type: ignore[arg-type] # each list has its own


def link(at: datetime, kind: Kind = Kind.RESOURCE) -> Link:
    rid = token(secrets.token_bytes(16))
    return Link(
        rid=rid,
        master_rid=rid,
        tenant=TENANT,
        kind=kind,
        dialect="manage",
        definition_id="Invoice" if kind is Kind.RESOURCE else "c",
        tier="standard",
        portal="https://links.example.com",
        recipient=Recipient(email="ada@example.com"),
        created_at=at,
        expires_at=at + timedelta(days=7),
        ttl=at + timedelta(days=37),
        max_views=100,
        created_by="c" * 32,
        claim=token(secrets.token_bytes(16)),
        reference=UID if kind is Kind.RESOURCE else None,
    )


def fill(cloud: Cloud, links: Sequence[Link]) -> None:
    """Write many links fast."""
    client, table = cloud.aws.client("dynamodb"), cloud.template.tables[0]["TableName"]
    for start in range(0, len(links), 25):
        puts = [{"PutRequest": {"Item": to_item(link_item(each))}} for each in links[start : start + 25]]
        assert not client.batch_write_item(RequestItems={table: puts})["UnprocessedItems"]


def walk(lists: LinkLists, which: LinkList, limit: int) -> Iterator[list[str]]:
    """Yield the rids of each page."""
    position: Any = None
    while True:
        page = lists.page(which, position, limit)
        yield [each.rid for each in page.links]
        if page.following is None:
            return
        stage, places = page.following
        # The position as it comes back from a cursor.
        position = [stage, {name: list(place) for name, place in places.items()}]


def test_pages_show_each_link_once_while_a_thousand_are_written(real_cloud: Cloud) -> None:
    """All lists are walked in turn. A resource's has one half of the links, and a campaign's the other."""
    # Several links per millisecond, in as many months as a walk has stages.
    at_start = [link(NOW - timedelta(hours=number // 3), kind) for number in range(400) for kind in KINDS]
    fill(real_cloud, at_start)
    store = wiring.deps().new_links
    done = threading.Event()

    def write() -> None:
        chance = secrets.SystemRandom()
        try:
            for number in range(1000):
                kind = KINDS[number % len(KINDS)]
                store.create([link(NOW - timedelta(minutes=chance.randrange(12_000)), kind)], None)
        finally:
            done.set()

    writer = threading.Thread(target=write)
    writer.start()
    lists = wiring.deps().lists
    walks = 0
    while not done.is_set() or walks < len(LISTS):
        name = sorted(LISTS)[walks % len(LISTS)]
        seen = [rid for page in walk(lists, listed(name), 17) for rid in page]
        assert len(seen) == len(set(seen)), name
        assert {each.rid for each in at_start if each.kind in KINDS_OF.get(name, KINDS)} <= set(seen), name
        walks += 1
    writer.join()
    for name in LISTS:
        whole = [rid for page in walk(lists, listed(name), 100) for rid in page]
        assert len(whole) == 900 * len(KINDS_OF.get(name, KINDS)), name


@pytest.mark.usefixtures("real_cloud")
def test_a_window_that_ends_before_it_begins_is_empty() -> None:
    """DynamoDB refuses such a range, but moto finds nothing in it."""
    lists, found = wiring.deps().lists, {}
    lengths = (timedelta(), timedelta(microseconds=1), timedelta(seconds=-1))
    for name, length in itertools.product(LISTS, lengths):
        which = LinkList(lists=TENANT, since=NOW, until=NOW + length, **LISTS[name])  # type: ignore[arg-type] # each list has its own
        page = lists.page(which, None, 10)
        found[name, length] = (page.links, page.following)

    assert found == dict.fromkeys(itertools.product(LISTS, lengths), ((), None))


class Meter:
    """Table whose reads are counted like DynamoDB counts them."""

    def __init__(self, cloud: Cloud) -> None:
        self.units = 0.0
        self.calls: list[str] = []
        client = cloud.aws.client("dynamodb")
        self._inner = client
        self.table = Table(cloud.template.tables[0]["TableName"], lambda: self)  # type: ignore[arg-type,return-value] # stands in for a client

    def query(self, **parameters: Any) -> Any:
        return self._counted("query", self._inner.query(**parameters, ReturnConsumedCapacity="TOTAL"))

    def batch_get_item(self, **parameters: Any) -> Any:
        return self._counted("batch_get_item", self._inner.batch_get_item(**parameters, ReturnConsumedCapacity="TOTAL"))

    def _counted(self, call: str, reply: Any) -> Any:
        self.calls.append(call)
        capacity = reply["ConsumedCapacity"]
        self.units += sum(part["CapacityUnits"] for part in (capacity if isinstance(capacity, list) else [capacity]))
        return reply


def price(cloud: Cloud, name: str, limit: int) -> tuple[float, list[str]]:
    """Return the cost of a list's second page, and its calls."""
    meter = Meter(cloud)
    which = LinkList(lists=TENANT, since=NOW - timedelta(days=31), until=NOW + timedelta(days=1), **LISTS[name])  # type: ignore[arg-type] # each list has its own
    lists = DynamoLists(meter.table)
    position = lists.page(which, None, limit).following
    meter.units, meter.calls = 0.0, []
    assert len(lists.page(which, position, limit).links) == limit
    return meter.units, meter.calls


def test_a_page_costs_the_same_however_many_links_there_are(real_cloud: Cloud) -> None:
    prices = {}
    written = 0
    for size in (500, 5_000):
        more = [link(NOW - timedelta(seconds=20 * number)) for number in range(written, size)]
        fill(real_cloud, more)
        written = size
        prices[size] = {name: price(real_cloud, name, 50) for name in ("all", "resource", "recipient")}

    small, large = prices.values()
    for name in small:
        assert small[name][0] == pytest.approx(large[name][0], rel=0.1)
        assert len(small[name][1]) == pytest.approx(len(large[name][1]), abs=2)
    assert large["resource"][1] == large["recipient"][1] == ["query", "batch_get_item"]
    assert len(large["all"][1]) <= 8 * 2 + 1
