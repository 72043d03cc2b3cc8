"""Links are deleted when their retention has ended, even if DynamoDB's own deletion left them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from linkgate import wiring
from linkgate.ports.measures import Measure, Metric
from linkgate.usecases.management.retention import sweep, sweep_all
from local.demo import DEMO, OTHER

if TYPE_CHECKING:
    from tests.management.conftest import Manager
    from tests.support.cloud import Cloud

DAY = timedelta(days=1)
LIFE, RETENTION, LAG = 7, DEMO.retention_days, 3
RID_LENGTH = 22


def of_links(cloud: Cloud) -> list[dict[str, Any]]:
    return [item for item in cloud.table() if len(item["pk"]) == RID_LENGTH]


@pytest.fixture
def used(manager: Manager) -> str:
    """Create a link with a body, a submission, a timeline and an entry for its phone, and return its rid."""
    made = manager.request_form(fullName="Ada")
    manager.submit(made["link"], {"fullName": "Ada"})
    manager.share(contactId=1)
    manager.cloud.settle()
    return str(made["rid"])


def test_the_day_after_ttl_is_late_nothing_is_left(manager: Manager, used: str) -> None:
    others = [item for item in manager.cloud.table() if len(item["pk"]) != RID_LENGTH]
    assert len({item["sk"] for item in of_links(manager.cloud) if item["pk"] == used}) > 3

    manager.cloud.clock.advance((LIFE + RETENTION + LAG) * DAY + timedelta(hours=25))
    manager.cloud.settle()

    assert of_links(manager.cloud) == []
    kept = {(item["pk"], item["sk"]) for item in manager.cloud.table()}
    assert {(item["pk"], item["sk"]) for item in others} <= kept


def test_nothing_is_taken_that_dynamodb_may_still_delete_by_itself(manager: Manager, used: str) -> None:
    manager.cloud.clock.advance((LIFE + RETENTION + LAG) * DAY - timedelta(hours=2))
    manager.cloud.settle()

    assert used in {item["pk"] for item in of_links(manager.cloud)}


def test_what_was_extended_stays_with_all_that_belongs_to_it(manager: Manager) -> None:
    rid = manager.share(contactId=1, channels=["email"])
    manager.post(f"/links/{rid}/extend", {"hours": 24 * 60})
    manager.cloud.settle()
    before = of_links(manager.cloud)

    manager.cloud.clock.advance(50 * DAY)
    manager.cloud.settle()

    assert of_links(manager.cloud) == before


def test_co_browsing_roles_go_with_their_link(cloud: Cloud) -> None:
    easysend = {
        "apiVersion": 1,
        "apiKey": "11111111-2222-3333-4444-123456789000",
        "customerId": "customer-name",
        "processId": "xxxxxxLChXYEBVg4",
        "serializedModel": {"metadata": {"email": "ana@example.com"}},
        "coBrowsingRoles": ["agent"],
    }
    assert cloud.post("/player/api/generate-link", easysend).status == 200
    cloud.clock.advance(45 * DAY)
    cloud.settle()

    assert of_links(cloud) == []


def test_each_tenant_has_its_own(manager: Manager, other: Manager) -> None:
    manager.share(contactId=1)
    theirs = other.make({"kind": "survey", "campaign": "My Survey Campaign", "contact": "ada@example.com"})[0]["rid"]
    manager.cloud.settle()
    manager.cloud.clock.advance(45 * DAY)

    swept = sweep(DEMO, wiring.deps())

    assert (swept.looked_at, swept.overdue, swept.complete) == (1, 1, True)
    assert {item["pk"] for item in of_links(manager.cloud)} == {theirs}
    assert sweep(OTHER, wiring.deps(), delete=False).overdue == 1
    assert {item["pk"] for item in of_links(manager.cloud)} == {theirs}
    assert sweep(DEMO, wiring.deps()).overdue == 0


def test_it_stops_in_time_and_goes_on_later(manager: Manager) -> None:
    manager.share(contactId=1)
    manager.cloud.clock.advance(45 * DAY)
    deps = wiring.deps()

    assert not sweep(DEMO, deps, deadline=deps.now()).complete
    assert sweep(DEMO, deps, deadline=deps.now() + DAY).overdue == 1


def test_only_items_that_have_ended_go(manager: Manager) -> None:
    rid = manager.share(contactId=1, channels=["email"])
    deps = wiring.deps()
    link = deps.links.get(rid)
    assert link is not None

    assert deps.retention.delete_ended(rid, link.ttl) == 0
    assert deps.links.get(rid) == link
    assert deps.retention.delete_ended(rid, link.ttl + timedelta(seconds=1)) == 1
    assert deps.links.get(rid) is None


def test_what_is_overdue_is_measured_and_said(manager: Manager) -> None:
    manager.share(contactId=1)
    manager.cloud.clock.advance(45 * DAY)
    measured: list[Measure] = []
    deps = replace(wiring.deps(), measure=measured.extend)

    said = list(sweep_all(deps, deps.now() + DAY))

    assert {measure.tenant: measure.value for measure in measured} == {DEMO.id: 1, OTHER.id: 0}
    assert {measure.metric for measure in measured} == {Metric.LINKS_OVERDUE}
    assert [(line["tenant"], line["overdue"], line["deleted"]) for line in said] == [(DEMO.id, 1, 1), (OTHER.id, 0, 0)]
