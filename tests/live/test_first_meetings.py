"""The first time that a role of a form meets the others is recorded, once for each role."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from linkgate import wiring
from linkgate.ports.links import NotChanged
from linkgate.usecases.history.timeline import details, timeline_of
from tests.live.test_polling import Poller
from tests.support.live import joined

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.support.cloud import Cloud
    from tests.support.visitor import Visitor

    Together = Callable[[], tuple[Visitor, Visitor]]


def meetings(visitor: Visitor) -> list[dict[str, object]]:
    deps = wiring.deps()
    link = deps.links.get(visitor.rid or "")
    assert link
    return [details(entry) for entry in timeline_of(link, deps) if entry.fact.kind == "cobrowse.joined"]


def test_each_role_is_recorded_once(cloud: Cloud, together: Together) -> None:
    customer, adviser = together()
    page = joined(customer)
    page.say("hello")
    cloud.settle()
    alone = meetings(customer), meetings(adviser)
    Poller(adviser).say("hello")
    joined(customer)
    cloud.settle()

    assert alone == ([{"role": ""}], [])
    assert (meetings(customer), meetings(adviser)) == ([{"role": ""}], [{"role": "adviser"}])


def test_it_is_noted_once_and_on_no_link_that_is_not_there(together: Together) -> None:
    customer, _ = together()
    deps = wiring.deps()
    deps.visits.join(customer.rid or "", deps.now())

    for rid in (customer.rid or "", "A" * 22):
        with pytest.raises(NotChanged):
            deps.visits.join(rid, deps.now())
