"""Whatever fails between two calls of an import, and whoever asks again, each row makes one link."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from linkgate import wiring
from linkgate.model.imports import ImportState, Part, Pause, Tally
from linkgate.model.link import Channel
from linkgate.routes.import_steps import act as do_step
from local import demo
from local.functions import FunctionFailed
from tests.support.cloud import DOMAIN, TEMPLATE, Cloud
from tests.support.fault_injection import Fault, Injector
from tests.support.imports import act, counts, links, people, results, started, step
from tests.support.sample_links import IMPORT, import_

if TYPE_CHECKING:
    from collections.abc import Iterator

    from linkgate.model.imports import Import

PART = Part(0, 0, 1, 2)
MANY = 8


@pytest.fixture
def calls() -> Iterator[tuple[Cloud, Injector]]:
    injector = Injector()
    with injector.installed(), Cloud(TEMPLATE, domain=DOMAIN, portal_url="") as cloud:
        yield cloud, injector


@pytest.mark.parametrize("fault", [Fault.KILL_BEFORE, Fault.KILL_AFTER])
def test_a_row_function_that_ends_at_any_call_makes_each_link_once(calls: tuple[Cloud, Injector], fault: Fault) -> None:
    cloud, injector = calls
    index = 0
    while True:
        id_ = started(cloud, people(1, 2), name=f"{fault} {index}")
        step(cloud, id_, "check")
        injector.arm(index, fault)
        with suppress(FunctionFailed):
            step(cloud, id_, "rows", part=0)
        injector.disarm()
        fired = injector.fired
        cloud.pump.run_machines()
        assert counts(cloud, id_) == ("finished", 2, 0, 0), injector.calls
        assert [row["result"] for row in results(cloud, id_)] == ["created", "created"], injector.calls
        if not fired:
            break
        index += 1

    assert index >= 8
    assert len(links(cloud)) == 2 * (index + 1)


@pytest.mark.parametrize("name", ["check", "finish"])
@pytest.mark.parametrize("fault", [Fault.KILL_BEFORE, Fault.KILL_AFTER, Fault.THROTTLE])
def test_a_step_that_ends_at_any_call_is_done_again(calls: tuple[Cloud, Injector], name: str, fault: Fault) -> None:
    cloud, injector = calls
    for index in range(6):
        id_ = started(cloud, people(index), name=f"{fault} {index}")
        step(cloud, id_, "check")
        if name == "finish":
            step(cloud, id_, "rows", part=0)
        injector.arm(index, fault)
        with suppress(FunctionFailed):
            step(cloud, id_, name)
        injector.disarm()
        cloud.pump.run_machines()
        cloud.clock.advance(timedelta(minutes=5))
        cloud.pump.run_machines()

        assert counts(cloud, id_) == ("finished", 1, 0, 0), injector.calls


@pytest.mark.parametrize("fault", [Fault.KILL_BEFORE, Fault.KILL_AFTER])
def test_a_start_that_ends_at_any_call_can_be_repeated(calls: tuple[Cloud, Injector], fault: Fault) -> None:
    cloud, injector = calls
    for index in range(5):
        id_ = started(cloud, people(index), name=f"{fault} {index}")
        act(cloud, id_, "pause")
        injector.arm(index, fault)
        cloud.post(f"/imports/{id_}/start", None, {"Authorization": f"Bearer {demo.MANAGE_KEY}"})
        injector.disarm()

        act(cloud, id_, "start")
        cloud.pump.run_machines()

        assert counts(cloud, id_) == ("finished", 1, 0, 0), injector.calls


def test_replayed_steps_change_nothing(cloud: Cloud) -> None:
    id_ = started(cloud, people(1, 2))
    step(cloud, id_, "check")
    for _ in range(3):
        step(cloud, id_, "rows", part=0)
    for _ in range(2):
        step(cloud, id_, "finish")
        step(cloud, id_, "rows", part=0)
        step(cloud, id_, "check")

    assert counts(cloud, id_) == ("finished", 2, 0, 0)
    assert len(links(cloud)) == 2


def test_an_engine_of_an_earlier_run_does_nothing(cloud: Cloud) -> None:
    id_ = started(cloud, people(1))
    step(cloud, id_, "check")
    act(cloud, id_, "pause")
    act(cloud, id_, "start")

    step(cloud, id_, "rows", part=0, run_number=1)
    step(cloud, id_, "finish", run_number=1)

    assert counts(cloud, id_) == ("running", 0, 0, 0)


def test_a_part_that_always_fails_pauses_the_import_which_can_go_on(cloud: Cloud) -> None:
    id_ = started(cloud, people(1))
    step(cloud, id_, "check")
    content = cloud.aws.objects
    kept = content.read("linkgate-local-ImportBucket", f"{demo.DEMO.id}/{id_}/rows")
    path = f"/linkgate-local-ImportBucket/{demo.DEMO.id}/{id_}/rows"
    content.answer("DeleteObject", "DELETE", path, {}, b"")
    for _ in range(8):
        cloud.pump.run_machines()
        cloud.clock.advance(timedelta(minutes=3))
    assert stored(id_).pause is Pause.FAILED
    assert list(cloud.aws.executions.statuses().values()) == ["FAILED"]

    content.answer("PutObject", "PUT", path, {}, kept)
    act(cloud, id_, "start")
    cloud.pump.run_machines()

    assert counts(cloud, id_) == ("finished", 1, 0, 0)


def stored(id_: str = IMPORT) -> Import:
    known = wiring.deps().imports.store.get(demo.DEMO.id, id_)
    assert known
    return known


def running(**changes: object) -> Import:
    """Write an import that runs, with one part."""
    store, made = wiring.deps().imports.store, import_(wiring.deps(), IMPORT)
    store.add(replace(made, **changes))  # type: ignore[arg-type]  # any of its fields
    begun = store.start(stored(), "c" * 32, "k" * 64)
    assert begun
    assert store.checked(replace(begun, columns=("email",), rows=1, parts=1))
    return stored()


def test_each_change_has_its_rule(cloud: Cloud) -> None:
    store, now = wiring.deps().imports.store, cloud.clock.now()
    known = running()

    assert store.start(known, "d" * 32, "k") is None  # it runs
    assert not store.finish(known, now)  # a part is missing
    earlier = replace(known, run=0)
    assert store.pause(earlier, Pause.ASKED) is None
    assert not store.checked(earlier)
    assert not store.refuse(earlier, [])
    assert not store.finish(earlier, now)

    assert store.pause(known, Pause.ASKED)
    assert store.pause(known, Pause.KEY) is None
    assert not store.refuse(known, [])
    assert stored().pause is Pause.ASKED

    store.record(known, PART, Tally(created=1))  # its links exist, whatever the state
    store.record(known, PART, Tally(created=1))
    assert (stored().parts_done, stored().tally) == (1, Tally(created=1))
    assert not store.finish(known, now)  # it is paused

    again = store.start(stored(), "d" * 32, "k")
    assert again
    assert again.created_by == "d" * 32
    assert store.finish(again, now)
    assert store.stop(again) is None
    assert store.start(stored(), "d" * 32, "k") is None
    assert stored().state is ImportState.FINISHED


@pytest.mark.usefixtures("cloud")
def test_a_refused_import_forgets_why_when_it_starts_again() -> None:
    store = wiring.deps().imports.store
    assert store.refuse(running(), [{"field": "file", "reason": "is required"}])
    assert stored().problems

    assert store.start(stored(), "c", "k")
    assert stored().problems == ()


def test_a_name_keeps_its_random_bits(cloud: Cloud) -> None:
    store, ttl = wiring.deps().imports.store, cloud.clock.now()

    salts = [store.salt(demo.DEMO.id, name, bits, ttl) for name, bits in (("a", b"1"), ("a", b"2"), ("b", b"3"))]

    assert salts == [b"1", b"1", b"3"]
    assert store.salt(demo.OTHER.id, "a", b"4", ttl) == b"4"


@pytest.mark.parametrize("_round", range(5))
def test_of_many_calls_for_one_part_one_counts(real_cloud: Cloud, _round: int) -> None:
    known = running()

    with ThreadPoolExecutor(MANY) as pool:
        list(pool.map(lambda _: wiring.deps().imports.store.record(known, PART, Tally(created=1)), range(MANY)))
        begun = list(pool.map(lambda _: wiring.deps().imports.store.finish(known, real_cloud.clock.now()), range(MANY)))

    assert (stored().parts_done, stored().tally.created) == (1, 1)
    assert begun.count(True) == 1


@pytest.mark.usefixtures("real_cloud")
def test_of_many_starts_one_begins_a_run() -> None:
    store = wiring.deps().imports.store
    assert store.pause(running(), Pause.ASKED)
    known = stored()

    with ThreadPoolExecutor(MANY) as pool:
        begun = list(pool.map(lambda _: store.start(known, "c", "k"), range(MANY)))

    assert sum(each is not None for each in begun) == 1
    assert stored().run == known.run + 1


def test_the_same_rows_in_two_imports_at_once_make_each_link_once(real_cloud: Cloud) -> None:
    ids = [started(real_cloud, content) for content in (people(1, 2, 3), people(3, 2, 1, 4))]
    for id_ in ids:
        step(real_cloud, id_, "check")

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda id_: step(real_cloud, id_, "rows", part=0), ids))

    assert sum(counts(real_cloud, id_)[1] for id_ in ids) == 4
    assert sum(counts(real_cloud, id_)[2] for id_ in ids) == 3
    assert len(links(real_cloud)) == 4


def test_many_parts_together_keep_to_the_limits(real_cloud: Cloud) -> None:
    budget, now = wiring.deps().imports.budget, real_cloud.clock.now()
    tenant = replace(demo.DEMO, creates_per_minute=1000, emails_per_day=500)

    with ThreadPoolExecutor(MANY) as pool:
        holds = list(pool.map(lambda _: budget.take(tenant, 100, {Channel.EMAIL: 100}, now), range(16)))

    assert holds.count(None) == 4
    assert {hold.limit for hold in holds if hold} == {"emails_per_day", "creates_per_minute"}


@pytest.mark.usefixtures("cloud")
def test_a_step_of_no_import_does_nothing() -> None:
    event = {"step": "rows", "tenant": demo.DEMO.id, "import": "A" * 22, "run": 1}
    assert do_step(event, wiring.deps())["wait"] == 0
