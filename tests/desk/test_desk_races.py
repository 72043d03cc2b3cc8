"""Races of agents for a request to be called back, judged against the real DynamoDB Local."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from linkgate import wiring
from linkgate.ports.links import NotChanged
from local import demo
from tests.support.visitor import Visitor, parts, session_link
from tests.visits.test_callbacks import TYPED

if TYPE_CHECKING:
    from tests.support.cloud import Cloud


def test_of_twenty_agents_one_takes_a_request(real_cloud: Cloud) -> None:
    deps = wiring.deps()
    for _ in range(5):
        customer, url = Visitor(real_cloud), session_link(real_cloud)
        customer.see(url)
        customer.post(f"{customer.thing}/callback", TYPED)
        link = deps.links.get(parts(url)[0])
        assert link
        assert link.callback
        rid, asked_at = link.rid, link.callback.asked_at

        def take(number: int, rid: str = rid, asked_at: object = asked_at) -> bool:
            try:
                deps.callbacks.take(demo.DEMO.id, rid, asked_at, f"agent {number}", deps.now())  # type: ignore[arg-type] # a moment
            except NotChanged:
                return False
            return True

        with ThreadPoolExecutor(20) as pool:
            winners = [number for number, won in enumerate(pool.map(take, range(20))) if won]

        taken = deps.links.get(rid)
        assert taken
        assert taken.callback
        assert [f"agent {number}" for number in winners] == [taken.callback.taken_by]
