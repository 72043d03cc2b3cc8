"""Races in repeat groups, judged against the real DynamoDB Local."""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from linkgate import wiring
from linkgate.model.tenant import Process
from linkgate.ports.visits import Group, GroupFull
from linkgate.store.tenants import DynamoTenants
from local import demo
from tests.support.form_posts import sent_by
from tests.support.submission_races import statuses_of
from tests.support.visitor import JSON, Visitor, process_link
from tests.visits.test_fields import stored_link
from tests.visits.test_groups import STEPS, press
from tests.visits.test_steps import at, recorded

if TYPE_CHECKING:
    from tests.support.cloud import Cloud


@pytest.mark.parametrize("start", [[], ["0", "1", "2"]])
def test_of_sixteen_entries_added_at_once_as_many_are_kept_as_there_is_room_for(
    real_cloud: Cloud, start: list[str]
) -> None:
    deps, link = wiring.deps(), stored_link(process_link(real_cloud))
    for round_ in range(30):
        group = Group(f"/jobs{round_}", start, 10)

        def add(number: int, group: Group = group) -> bool:
            try:
                deps.fields.add_entry(link, group, f"key{number}", deps.now())
            except GroupFull:
                return False
            return True

        with ThreadPoolExecutor(16) as pool:
            kept = list(pool.map(add, range(16)))

        keys = deps.fields.of(link.master_rid)[group.pointer].keys or []
        assert len(keys) == 10
        assert set(keys) == {*start, *(f"key{number}" for number, added in enumerate(kept) if added)}
        assert keys[: len(start)] == start


def test_adding_and_removing_at_once_never_meet(real_cloud: Cloud) -> None:
    deps, link = wiring.deps(), stored_link(process_link(real_cloud))
    for round_ in range(10):
        group = Group(f"/jobs{round_}", [str(number) for number in range(8)], 20)
        order = list(range(16))
        random.Random(round_).shuffle(order)

        def act(number: int, group: Group = group) -> None:
            if number < 8:
                deps.fields.remove_entry(link, group, str(number), deps.now())
            else:
                deps.fields.add_entry(link, group, f"key{number}", deps.now())

        with ThreadPoolExecutor(16) as pool:
            list(pool.map(act, order))

        stored = deps.fields.of(link.master_rid)[group.pointer]
        assert set(stored.keys or ()) == {f"key{number}" for number in range(8, 16)}
        assert stored.version == 16


def test_a_repeat_of_an_addition_whose_answer_was_lost_succeeds_even_when_that_filled_the_group(
    real_cloud: Cloud,
) -> None:
    deps, link, group = wiring.deps(), stored_link(process_link(real_cloud)), Group("/jobs", [], 2)
    for key in ("one", "two", "two"):
        stored = deps.fields.add_entry(link, group, key, deps.now())
    assert stored.keys == ["one", "two"]
    with pytest.raises(GroupFull):
        deps.fields.add_entry(link, group, "three", deps.now())
    for _ in range(2):
        assert deps.fields.remove_entry(link, group, "one", deps.now()).keys == ["two"]


def test_a_submission_is_what_the_review_showed_whoever_changes_its_entries_meanwhile(real_cloud: Cloud) -> None:
    tenants = wiring.deps().tenants
    assert isinstance(tenants, DynamoTenants)
    tenants.put_definition(demo.DEMO.id, Process("job-steps", "Work history", schema=STEPS))
    outcomes: set[int] = set()
    for round_ in range(10):
        visitor = Visitor(real_cloud)
        page = visitor.see(process_link(real_cloud, processId="job-steps")).text
        page = at(visitor, press(visitor, page, "next", {"/name": "Ada"}))
        review = press(visitor, page, "next", {"/jobs/0/employer": "Baker"}).header("location")
        sent = sent_by(visitor.get(review).text)

        def submit(visitor: Visitor = visitor, sent: dict[str, list[str]] = sent) -> int:
            browser = Visitor(real_cloud, "text/html", cookies=dict(visitor.cookies))
            return browser.post(f"{visitor.thing}/submit", sent).status

        def write(number: int, visitor: Visitor = visitor) -> None:
            row = {"f": "/jobs/0/employer", "v": f"{number}", "base": 1}
            body = {"add": "/jobs"} if number % 2 else {"set": [row]}
            browser = Visitor(real_cloud, JSON, cookies=dict(visitor.cookies))
            browser.post(f"{visitor.thing}/fields", body)

        statuses = statuses_of(submit, write, round_)

        outcomes |= set(statuses)
        assert set(statuses) <= {303, 409, 422, 503}
        if 303 in statuses:
            assert statuses.count(303) == 1
            assert recorded(visitor) == {"name": "Ada", "jobs": [{"employer": "Baker"}]}
    assert {303, 422} <= outcomes
