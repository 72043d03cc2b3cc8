"""The daily sweep is bounded: it reads few months, keeps its place between runs, and gives each tenant its turn."""

from __future__ import annotations

import itertools
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from linkgate import wiring
from linkgate.errors import LinkError
from linkgate.ports.management import LinkList, SweepMark
from linkgate.store.attribute_values import to_item
from linkgate.store.link_items import LINK
from linkgate.store.management.link_lists import DynamoLists
from linkgate.store.management.retention import DynamoRetention
from linkgate.store.table import Table
from linkgate.store.tenant_items import record_item, tenant_key
from linkgate.usecases.management.link_lists import BEGINNING
from linkgate.usecases.management.retention import sweep, sweep_all
from local import demo
from local.functions import Killed
from tests.support.cloud import DOMAIN, TEMPLATE, Cloud
from tests.support.fakes.links import link
from tests.support.fault_injection import Fault, Injector

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from linkgate.ports.deps import Deps

DAY = timedelta(days=1)
TENANTS = 500
RUN = timedelta(minutes=14)
NOW = datetime(2027, 3, 15, 3, 17, tzinfo=UTC)
GONE = timedelta(days=33)
"""Age at which a link of the demo tenant can be overdue: its retention and DynamoDB's lag."""
SHARDS = 8 + 1  # of real links, and of test links
ALL = LinkList(lists=demo.DEMO.id, since=BEGINNING, until=NOW)
_rids = (f"swept-link-{number:011}" for number in itertools.count())


@dataclass
class Calls:
    """A cloud whose calls are counted and can fail."""

    cloud: Cloud
    injector: Injector

    def of(self, act: Callable[[], object]) -> list[str]:
        """Return the calls that `act` makes."""
        self.injector.arm()
        act()
        self.injector.disarm()
        return self.injector.calls


@pytest.fixture
def calls() -> Iterator[Calls]:
    injector = Injector()
    with injector.installed(), Cloud(TEMPLATE, domain=DOMAIN, portal_url="") as cloud:
        yield Calls(cloud, injector)


class SlowClock:
    """A clock that every look moves forward."""

    def __init__(self, start: datetime, step: timedelta) -> None:
        self.at = start
        self._step = step

    def now(self) -> datetime:
        self.at += self._step
        return self.at


def at(now: Callable[[], datetime]) -> Deps:
    return replace(wiring.deps(), now=now, measure=lambda _measures: None)


def run(now: datetime = NOW) -> list[Mapping[str, object]]:
    """Run a sweep that has time enough."""
    return list(sweep_all(at(lambda: now), now + RUN))


def make(age: timedelta, ttl: timedelta) -> str:
    """Make a link of that age, which is kept until `ttl` from now."""
    rid = next(_rids)
    new = link(rid=rid, master_rid=rid, tenant=demo.DEMO.id, created_at=NOW - age, ttl=NOW + ttl)
    wiring.deps().new_links.create([new], None)
    return rid


def ended(age: timedelta) -> str:
    return make(age, -10 * DAY)


def living(age: timedelta) -> str:
    return make(age, 100 * DAY)


def left() -> set[str]:
    return {each.rid for each in wiring.deps().lists.page(ALL, None, 100).links}


def register(count: int) -> list[str]:
    tenants = [replace(demo.DEMO, id=f"{number:032x}") for number in range(count)]
    for tenant in tenants:
        wiring.deps().tenants.put_tenant(tenant)  # type: ignore[attr-defined] # the operators' half of the store
    return [tenant.id for tenant in tenants]


def mark() -> SweepMark:
    return wiring.deps().retention.marks([demo.DEMO.id])[demo.DEMO.id]


def begin_at(cloud: Cloud, where: SweepMark) -> None:
    """Let the first tenant's next sweep begin there, and leave the second one out."""
    key = {"pk": {"S": f"sweep#{demo.DEMO.id}"}, "sk": {"S": "sweep"}}
    cloud.aws.client("dynamodb").delete_item(TableName=cloud.environment()["TABLE_NAME"], Key=key)
    wiring.deps().retention.mark(demo.DEMO.id, where)
    wiring.deps().retention.mark(demo.OTHER.id, SweepMark(NOW, None, NOW + DAY))


class EmptyTable:
    """DynamoDB with tenants, their marks, and no links. It answers at once, and counts its calls."""

    def __init__(self, tenants: int) -> None:
        records = [replace(demo.DEMO, id=f"{number:032x}") for number in range(tenants)]
        items = [record_item(tenant_key(tenant.id), tenant) for tenant in records]
        self.items = {(item["pk"], item["sk"]): to_item(item) for item in items}
        self._listed = [{"sk": {"S": tenant.id}} for tenant in records]
        self.calls: Counter[str] = Counter()

    def query(self, **query: Any) -> dict[str, Any]:
        self.calls["Query"] += 1
        return {"Items": [] if "IndexName" in query else self._listed}

    def batch_get_item(self, **batch: Any) -> dict[str, Any]:
        self.calls["BatchGetItem"] += 1
        keys = [(key["pk"]["S"], key["sk"]["S"]) for key in batch["RequestItems"]["table"]["Keys"]]
        return {"Responses": {"table": [self.items[key] for key in keys if key in self.items]}}

    def update_item(self, **update: Any) -> dict[str, Any]:
        self.calls["UpdateItem"] += 1
        values = {name[1:]: value for name, value in update["ExpressionAttributeValues"].items()}
        item = {**update["Key"], **values}
        self.items[update["Key"]["pk"]["S"], update["Key"]["sk"]["S"]] = item
        return {"Attributes": item}


def counted(table: EmptyTable, now: datetime) -> Counter[str]:
    """Return the calls of a run over that table."""
    client: Any = table
    store = Table("table", lambda: client)
    deps = replace(wiring.deps(), retention=DynamoRetention(store), lists=DynamoLists(store), now=lambda: now)
    table.calls.clear()
    rows = list(sweep_all(replace(deps, measure=lambda _measures: None), now + RUN))
    assert all(row["complete"] for row in rows)
    return Counter(table.calls)


@pytest.mark.usefixtures("cloud")
def test_hundreds_of_tenants_cost_a_few_queries_each_once_a_day() -> None:
    table = EmptyTable(TENANTS)
    reading = {"Query": 1, "BatchGetItem": 2 * TENANTS // 100}

    first = counted(table, NOW)
    next_day = counted(table, NOW + DAY)
    same_day = counted(table, NOW + DAY + timedelta(hours=1))

    months = 12 * (NOW.year - BEGINNING.year) + NOW.month - BEGINNING.month
    assert first["Query"] <= 1 + TENANTS * SHARDS * months
    assert next_day == {**reading, "Query": 1 + TENANTS * SHARDS, "UpdateItem": TENANTS}
    assert same_day == reading


def test_only_the_first_sweep_of_a_tenant_reads_every_month(calls: Calls) -> None:
    months = 12 * (NOW.year - BEGINNING.year) + NOW.month - BEGINNING.month
    rid = living(GONE + 40 * DAY)

    first = calls.of(lambda: run(NOW - DAY))
    second = calls.of(run)

    assert 2 * SHARDS * (months - 1) <= first.count("dynamodb.Query") <= 2 * SHARDS * (months + 1)
    assert mark() == SweepMark(NOW - GONE - 40 * DAY, None, NOW)
    assert second.count("dynamodb.Query") <= 5 * SHARDS  # of two tenants, one with a link two months older
    assert left() == {rid}


@pytest.mark.usefixtures("cloud")
def test_a_sweep_finds_what_ends_long_after_its_neighbours() -> None:
    """A link that lives on keeps its month in the sweep, and with it all that is younger."""
    old, young = make(GONE + 60 * DAY, 5 * DAY), ended(GONE + DAY)

    first, later = run(), run(NOW + 20 * DAY)

    assert [row["overdue"] for row in first if row["tenant"] == demo.DEMO.id] == [1]
    assert [row["overdue"] for row in later if row["tenant"] == demo.DEMO.id] == [1]
    assert not left() & {old, young}
    run(NOW + 21 * DAY)
    assert mark().oldest > NOW - GONE


@pytest.mark.usefixtures("cloud")
def test_short_runs_go_on_where_the_last_one_ended_until_every_link_was_seen() -> None:
    """Each run has time for a link or two, and links share milliseconds."""
    dead = {ended(GONE + timedelta(days=days // 3)) for days in range(12)}
    alive = {living(GONE + timedelta(days=10 * days)) for days in range(1, 5)}
    seen, runs, complete = 0, 0, False
    begin = SweepMark(BEGINNING)

    while not complete:
        clock = SlowClock(NOW, timedelta(seconds=1))
        swept = sweep(demo.DEMO, at(clock.now), NOW, begin=begin)
        assert swept.mark.reached is None or begin.reached is None or swept.mark.reached < begin.reached
        seen, runs, complete, begin = seen + swept.looked_at, runs + 1, swept.complete, swept.mark

    assert seen == len(dead | alive)
    assert runs > len(alive)
    assert left() == alive
    assert BEGINNING < begin.oldest <= NOW - GONE - 40 * DAY
    assert sweep(demo.DEMO, at(lambda: NOW), begin=begin).mark.oldest == NOW - GONE - 40 * DAY


def test_the_place_is_kept_between_runs(cloud: Cloud) -> None:
    dead = {ended(GONE + timedelta(days=days)) for days in range(6)}
    clock = SlowClock(NOW, timedelta(minutes=2))

    first = [row for row in sweep_all(at(clock.now), NOW + RUN) if row["tenant"] == demo.DEMO.id]

    assert [row["complete"] for row in first] == [False]
    assert mark().reached is not None
    assert mark().ended_at is None
    assert left() < dead
    run(NOW + timedelta(hours=1))
    assert not left()
    assert mark().reached is None
    assert "sweep" in {item["sk"] for item in cloud.table()}


@pytest.mark.usefixtures("cloud")
def test_who_waited_longest_comes_first_and_nobody_waits_for_ever() -> None:
    """Every run has time for a third of the tenants."""
    tenants = register(30)
    for tenant in (*tenants, demo.DEMO.id, demo.OTHER.id):
        wiring.deps().retention.mark(tenant, SweepMark(NOW - GONE))
    turns: list[set[object]] = []
    for day in range(4):
        clock = SlowClock(NOW + day * DAY, timedelta(seconds=20))
        turns.append({row["tenant"] for row in sweep_all(at(clock.now), clock.at + RUN) if row["complete"]})

    assert all(len(turn) < len(tenants) for turn in turns)
    assert set(tenants) <= set().union(*turns)


def test_a_tenant_whose_links_cannot_be_read_does_not_stop_the_others(cloud: Cloud) -> None:
    rid = ended(GONE + DAY)
    key = {"pk": {"S": rid}, "sk": {"S": LINK}}
    cloud.aws.client("dynamodb").update_item(
        TableName=cloud.environment()["TABLE_NAME"], Key=key, UpdateExpression="REMOVE expires_at"
    )
    swept: dict[object, object] = {}

    def sweep_each() -> None:
        swept.update((row["tenant"], row.get("error")) for row in sweep_all(at(lambda: NOW), NOW + RUN))

    with pytest.raises(KeyError, match="expires_at"):
        sweep_each()

    assert swept == {demo.DEMO.id: "KeyError", demo.OTHER.id: None}
    assert demo.DEMO.id not in wiring.deps().retention.marks([demo.DEMO.id])


@pytest.mark.parametrize("fault", [Fault.KILL_BEFORE, Fault.KILL_AFTER, Fault.THROTTLE])
def test_a_fault_at_any_call_leaves_nothing_unswept(calls: Calls, fault: Fault) -> None:
    kept, faults = living(GONE + 3 * DAY), 0
    for index in itertools.count():
        begin_at(calls.cloud, SweepMark(NOW - GONE - 5 * DAY))
        ended(GONE + 2 * DAY), ended(GONE + 4 * DAY)
        calls.injector.arm(index, fault)
        try:
            run()
        except (Killed, LinkError):
            faults += 1
        fired = calls.injector.fired
        calls.injector.disarm()
        run(NOW + DAY)
        assert left() == {kept}, (index, calls.injector.calls)
        assert mark().oldest <= NOW - GONE - 3 * DAY
        if not fired:
            break
    assert faults > 15


@pytest.mark.usefixtures("cloud")
def test_a_mark_never_goes_back() -> None:
    retention, far = wiring.deps().retention, SweepMark(NOW, None, NOW)
    retention.mark(demo.DEMO.id, far)

    retention.mark(demo.DEMO.id, SweepMark(NOW - DAY, NOW, None))
    assert mark() == far
    retention.mark(demo.DEMO.id, SweepMark(NOW, NOW - DAY, None))
    assert mark() == SweepMark(NOW, NOW - DAY, None)


@pytest.mark.usefixtures("real_cloud")
def test_of_sweeps_at_once_the_mark_of_the_furthest_stays() -> None:
    ages = [DAY * days for days in range(32)]

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda age: wiring.deps().retention.mark(demo.DEMO.id, SweepMark(NOW - age)), ages[::-1]))

    assert mark().oldest == NOW
