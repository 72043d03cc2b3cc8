"""Every part of every conditional write is needed: each is broken alone, past the use cases."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

import pytest

from linkgate.store.attribute_values import from_item
from linkgate.store.history.timelines import DynamoTimelines
from linkgate.store.management.retention import DynamoRetention
from linkgate.store.table import Table
from tests.support.cloud import DOMAIN, TEMPLATE, Cloud, table_of
from tests.support.rules import (
    codes,
    delivery,
    desk,
    files,
    history,
    issuing,
    live,
    management,
    readings,
    staff,
    tenants,
    visits,
)
from tests.support.rules.links import RID
from tests.support.rules.rule import NOW, SECONDS, Rule, Told, at

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

    from linkgate.store.attribute_values import Item
    from linkgate.store.table import Update

ROOMS = (visits, codes, delivery, desk, files, history, issuing, live, management, staff, tenants)
RULES: dict[str, Rule] = {
    f"{room.__name__.rpartition(chr(46))[2]}: {name}": rule for room in ROOMS for name, rule in room.RULES.items()
}
BODY = "body#"
"""Beginning of the sort keys of what may be written before a rule is judged."""
AS_IT_IS = "as it is"
BROKEN = [(name, part) for name, rule in RULES.items() for part in (*rule.broken, *(() if rule.goes else (AS_IT_IS,)))]
KEPT = [(name, part) for name, rule in RULES.items() for part in rule.kept]
State = dict[tuple[str, str], "Item"]


class Shelf:
    """A table that holds what a rule starts with, and nothing else."""

    def __init__(self, cloud: Cloud) -> None:
        self.table = table_of(cloud)
        self.client: Any = cloud.aws.client("dynamodb")
        self.name = cloud.environment()["TABLE_NAME"]
        self._there: Collection[tuple[str, str]] = ()

    def state(self) -> State:
        items = self.client.scan(TableName=self.name, ConsistentRead=True)["Items"]
        state = {(item["pk"], item["sk"]): item for item in map(from_item, items)}
        self._there = state.keys()
        return state

    def fill(self, items: list[Item]) -> State:
        """Replace everything by these items, and return them as they are read."""
        for pk, sk in self._there:
            self.table.delete(pk, sk)
        for item in items:
            self.table.put(item)
        return self.state()


@pytest.fixture(scope="module")
def shelf() -> Iterator[Shelf]:
    cloud = Cloud(TEMPLATE, domain=DOMAIN, portal_url="").start(seed=False)
    try:
        yield Shelf(cloud)
    finally:
        cloud.stop()


@pytest.mark.parametrize("name", [name for name, rule in RULES.items() if rule.goes])
def test_a_write_goes_through_while_its_rule_holds(name: str, shelf: Shelf) -> None:
    rule = RULES[name]
    before = shelf.fill(rule.state())

    rule.write(shelf.table)

    after = shelf.state()
    assert after != before
    first = after.get((rule.items[0]["pk"], rule.items[0]["sk"]), {})
    assert {path: at(first, path) for path in rule.then} == dict(rule.then)


@pytest.mark.parametrize(("name", "part"), KEPT)
def test_a_write_goes_through_in_other_ways_too(name: str, part: str, shelf: Shelf) -> None:
    rule = RULES[name]
    before = shelf.fill(rule.state(rule.kept[part]))

    rule.write(shelf.table)

    assert shelf.state() != before


@pytest.mark.parametrize(("name", "part"), BROKEN)
def test_a_write_is_refused_if_one_part_of_its_rule_is_broken(name: str, part: str, shelf: Shelf) -> None:
    rule = RULES[name]
    change = rule.broken.get(part, ())
    told = change.told if isinstance(change, Told) else rule.told
    before = shelf.fill(rule.state(change))

    refused = pytest.raises(told) if isinstance(told, type) else contextlib.nullcontext()
    with refused:
        answer = rule.write(shelf.table)
        assert told is ... or answer == told

    after = shelf.state()
    assert {key: item for key, item in after.items() if key in before or not key[1].startswith(BODY)} == before


@pytest.mark.parametrize("name", readings.READINGS)
def test_a_reading_finds_its_own_items_and_nothing_beside_them(name: str, shelf: Shelf) -> None:
    reading = readings.READINGS[name]
    shelf.fill(list(reading.items))

    assert reading.read(shelf.table) == reading.found


class Counting(Table):
    """A table that counts its writes."""

    writes = 0

    def update(self, pk: str, sk: str, update: Update) -> Item:
        self.writes += 1
        return super().update(pk, sk, update)

    def delete(self, pk: str, sk: str, **condition: Any) -> Item | None:
        self.writes += 1
        return super().delete(pk, sk, **condition)


@pytest.mark.parametrize(
    "walk",
    [
        lambda table: DynamoRetention(table).delete_ended(RID, NOW),
        lambda table: DynamoTimelines(table).keep(RID, NOW),
    ],
)
def test_a_walk_over_a_partition_writes_only_what_it_changes(walk: Callable[[Table], object], shelf: Shelf) -> None:
    shelf.fill([{"pk": RID, "sk": f"{seconds}", "ttl": SECONDS + seconds} for seconds in (-1, 0, 1)])
    table = Counting(shelf.name, lambda: shelf.client)

    walk(table)

    assert table.writes == 1
