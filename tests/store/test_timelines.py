"""Timelines in the table: each fact once and in one order, whoever writes, dies or comes from an earlier release."""

from __future__ import annotations

import itertools
import random
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import TYPE_CHECKING, Any

import pytest

from linkgate.aws.clients import Clients
from linkgate.errors import Unavailable
from linkgate.model.timeline import Entry, Fact, Seal, faults_of, seal_faults
from linkgate.ports.history import NewFacts
from linkgate.store.history.timelines import DynamoTimelines
from linkgate.store.table import ConditionRefused, Table, Update
from tests.support.cloud import table_of
from tests.support.early_timelines import early_append, early_writer
from tests.support.fakes.links import NOW, RID

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from linkgate.store.attribute_values import Item
    from tests.support.cloud import Cloud

TTL = NOW + timedelta(days=30)
OTHER = "B" * 22
WRITERS, LINKS = 8, 10


def facts(*names: str) -> list[Fact]:
    return [Fact(name, "link.opened", NOW, "{}") for name in names]


def append(timelines: DynamoTimelines, rid: str, *names: str) -> list[tuple[Entry, bool]]:
    (entries,) = timelines.append([NewFacts(rid, facts(*names), TTL)])
    return entries


def told(timelines: DynamoTimelines, rid: str = RID) -> list[str]:
    """Return the ids on record in order, of a timeline without a fault."""
    entries, head = timelines.read(rid)
    assert faults_of(rid, entries, head) == []
    return [entry.fact.id for entry in entries]


@pytest.fixture
def table(cloud: Cloud) -> Table:
    return table_of(cloud)


@pytest.fixture
def timelines(table: Table) -> DynamoTimelines:
    return DynamoTimelines(table)


def test_an_append_is_a_page_and_known_facts_stay_as_they_are(table: Table, timelines: DynamoTimelines) -> None:
    append(timelines, RID, "a", "b")
    entries = append(timelines, RID, "b", "c", "d")

    assert [(entry.sequence, new) for entry, new in entries] == [(2, False), (3, True), (4, True)]
    assert table.sort_keys(RID, "timeline") == ["timeline", "timeline#000003"]
    assert told(timelines) == ["a", "b", "c", "d"]
    append(timelines, RID, "d")
    assert len(table.sort_keys(RID, "timeline")) == 2


@pytest.mark.parametrize("before", [(), ("a",)])
def test_a_page_is_refused_if_another_writer_went_on_from_the_same_end(
    timelines: DynamoTimelines, before: tuple[str, ...]
) -> None:
    append(timelines, RID, *before)
    late = timelines.append([NewFacts(OTHER, facts("x"), TTL), NewFacts(RID, facts("c", "d"), TTL)])
    next(late)  # has read both
    append(timelines, RID, "b", "c")

    entries = next(late)

    assert [(entry.fact.id, new) for entry, new in entries] == [("c", False), ("d", True)]
    assert told(timelines) == [*before, "b", "c", "d"]


def test_a_writer_who_never_comes_first_gives_up(timelines: DynamoTimelines) -> None:
    names = map(str, itertools.count())

    class Overtaken(DynamoTimelines):
        def _write(self, step: Any) -> None:
            append(timelines, RID, next(names))
            super()._write(step)

    with pytest.raises(Unavailable):
        append(Overtaken(timelines._table), RID, "mine")  # noqa: SLF001 - the same table
    assert "mine" not in told(timelines)


# ---- Timelines of earlier releases ----


def test_an_early_timeline_is_read_and_goes_on(table: Table, timelines: DynamoTimelines) -> None:
    early_append(table, RID, facts("a", "b"), TTL)
    early_append(table, RID, facts("c"), TTL)
    assert told(timelines) == ["a", "b", "c"]

    append(timelines, RID, "b", "d")
    append(timelines, RID, "e", "f")

    assert told(timelines) == ["a", "b", "c", "d", "e", "f"]
    assert table.sort_keys(RID, "timeline") == ["timeline", "timeline#000004", "timeline#000005"]


def test_a_head_is_only_closed_where_it_was_read(table: Table, timelines: DynamoTimelines) -> None:
    early_append(table, RID, facts("a"), TTL)
    late = timelines.append([NewFacts(OTHER, facts("x"), TTL), NewFacts(RID, facts("b", "c"), TTL)])
    next(late)
    early_append(table, RID, facts("b"), TTL)

    next(late)

    assert told(timelines) == ["a", "b", "c"]


def test_the_signature_of_an_early_head_is_kept(table: Table, timelines: DynamoTimelines) -> None:
    early_append(table, RID, facts("a", "b"), TTL)
    _, head = timelines.read(RID)
    seal = Seal(2, head.hash, "arn:aws:kms:eu-west-1:123456789012:key/k", b"signature")
    stored = {"sequence": seal.sequence, "hash": seal.hash, "key": seal.key, "signature": seal.signature}
    table.update(RID, "timeline", Update("SET seal = :seal", None, values={"seal": stored}))
    append(timelines, RID, "c")

    entries, head = timelines.read(RID)

    assert (head.sequence, head.seal) == (3, seal)
    assert seal_faults(RID, entries, head, lambda *_: True) == ["the entries after 2 are not signed"]


@pytest.mark.parametrize("first", [(), ("a",)])
def test_an_early_writer_cannot_go_on_beside_pages(
    table: Table, timelines: DynamoTimelines, first: tuple[str, ...]
) -> None:
    if first:
        early_append(table, RID, facts(*first), TTL)
    write = early_writer(table, RID, facts("x"), TTL)
    append(timelines, RID, "b")

    with pytest.raises(ConditionRefused):
        write()
    with pytest.raises(KeyError):
        early_append(table, RID, facts("x"), TTL)

    assert told(timelines) == [*first, "b"]


def test_everything_is_kept_as_long_as_its_link(table: Table, timelines: DynamoTimelines) -> None:
    early_append(table, RID, facts("a", "b"), TTL)
    append(timelines, RID, "c")
    append(timelines, RID, "d")

    timelines.keep(RID, TTL + timedelta(days=1))

    items = [table.get(RID, name) for prefix in ("event", "timeline") for name in table.sort_keys(RID, prefix)]
    assert {item["ttl"] for item in items if item} == {int((TTL + timedelta(days=1)).timestamp())}
    assert len(items) == 5
    assert told(timelines) == ["a", "b", "c", "d"]


@pytest.mark.parametrize("early", [0, 1, 3])
def test_entries_are_read_page_by_page(table: Table, timelines: DynamoTimelines, early: int) -> None:
    names = list("abcdefghij")
    if early:
        early_append(table, RID, facts(*names[:early]), TTL)
    for some in (names[early:4], names[4:5], names[5:8], names[8:]):
        append(timelines, RID, *some)
    whole, _ = timelines.read(RID)

    for after, limit in itertools.product(range(12), (1, 2, 3, 11)):
        assert list(timelines.entries_after(RID, after, limit)) == list(whole)[after : after + limit], (after, limit)
    assert list(timelines.entries_after(OTHER, 3, 5)) == []


@pytest.mark.parametrize("name", ["timeline", "timeline#000003", "timeline#000005"])
def test_a_page_that_is_gone_leaves_a_gap(table: Table, timelines: DynamoTimelines, name: str) -> None:
    for pair in ("ab", "cd", "ef", "g"):
        append(timelines, RID, *pair)
    table.delete(RID, name)

    entries, head = timelines.read(RID)

    first = int(name.partition("#")[2] or 1)
    assert f"entry {first} is missing" in faults_of(RID, entries, head)


# ---- Races and deaths ----


class _Careless(Table):
    """Table that writes whatever the condition."""

    def put(self, item: Item, condition: str | None = None) -> None:  # noqa: ARG002 - that is the fault
        super().put(item)


def raced(cloud: Cloud, kind: type[Table]) -> list[str]:
    """Let writers tell overlapping facts of the same links at once, and return what is wrong afterwards.

    Half of the links have a timeline of an earlier release, which one of the writers closes.
    """
    client, name = Clients().dynamodb, cloud.environment()["TABLE_NAME"]
    rids = [f"{number:022}" for number in range(LINKS)]
    for rid in rids[::2]:
        early_append(table_of(cloud), rid, facts("early"), TTL)
    barrier = Barrier(WRITERS, timeout=60)

    def write(number: int) -> Counter[tuple[str, str]]:
        chance, new = random.Random(number), Counter[tuple[str, str]]()
        store = DynamoTimelines(kind(name, lambda: client))
        for rid in rids:
            news = NewFacts(rid, facts(*chance.sample("abcdefgh", 3), f"own{number}"), TTL)
            barrier.wait()
            for _ in range(WRITERS):  # the stream tells a failed batch again
                try:
                    (entries,) = store.append([news])
                except Unavailable:
                    continue
                new.update((rid, entry.fact.id) for entry, is_new in entries if is_new)
                break
        return new

    with ThreadPoolExecutor(WRITERS) as pool:
        new = sum(pool.map(write, range(WRITERS)), Counter[tuple[str, str]]())
    faults = [f"{rid}: {id_} was new {times} times" for (rid, id_), times in new.items() if times > 1]
    for rid in rids:
        entries, head = DynamoTimelines(table_of(cloud)).read(rid)
        faults += [f"{rid}: {fault}" for fault in faults_of(rid, entries, head)]
        on_record = [entry.fact.id for entry in entries]
        faults += [f"{rid}: {id_} is on record {times} times" for id_, times in Counter(on_record).items() if times > 1]
        wanted = {id_ for each, id_ in new if each == rid} | {f"own{number}" for number in range(WRITERS)}
        faults += [f"{rid}: {id_} is lost" for id_ in wanted - set(on_record)]
    return faults


def test_writers_at_once_record_each_fact_once(real_cloud: Cloud) -> None:
    assert raced(real_cloud, Table) == []


def test_without_the_condition_the_same_race_loses_facts(real_cloud: Cloud) -> None:
    assert raced(real_cloud, _Careless)


class _Death(BaseException):
    """The process ended."""


class _Dying:
    """Client of DynamoDB whose process ends before or after one of its calls."""

    def __init__(self, client: Any, index: int, *, after: bool) -> None:
        self._client, self._left, self._after = client, index, after

    def __call__(self) -> Any:
        return self

    def __getattr__(self, name: str) -> Callable[..., Any]:
        def call(**parameters: Any) -> Any:
            dies = self._left == 0
            self._left -= 1
            if dies and not self._after:
                raise _Death
            reply = getattr(self._client, name)(**parameters)
            if dies:
                raise _Death
            return reply

        return call


@pytest.mark.parametrize("early", [(), ("a", "x")])
@pytest.mark.parametrize("after", [False, True])
def test_death_at_any_call_loses_and_repeats_nothing(cloud: Cloud, early: Sequence[str], *, after: bool) -> None:
    name, client = cloud.environment()["TABLE_NAME"], Clients().dynamodb
    healthy = DynamoTimelines(table_of(cloud))
    batches = [("a", "b"), ("b", "c"), ("c",), ("d", "a")]
    for index in itertools.count():
        rid = f"{index:021}{'A' if early else 'B'}"
        if early:
            early_append(table_of(cloud), rid, facts(*early), TTL)
        mortal, died = DynamoTimelines(Table(name, _Dying(client, index, after=after))), False
        for batch in batches:
            try:
                append(healthy if died else mortal, rid, *batch)
            except _Death:
                died = True
                append(healthy, rid, *batch)
        assert sorted(told(healthy, rid)) == sorted({"a", "b", "c", "d", *early})
        if not died:
            break
    assert index >= len(batches)
