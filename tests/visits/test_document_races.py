"""Races for documents, judged against the real DynamoDB Local."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from linkgate.errors import LinkClosed, LinkExhausted
from tests.visits.test_documents import BEARER, give, statement, statement_link, stored, visit_of

if TYPE_CHECKING:
    from tests.support.cloud import Cloud


def test_twenty_presses_of_four_browsers_on_three_views(real_cloud: Cloud) -> None:
    url = statement_link(real_cloud)
    file = statement()
    visits = [visit_of(url, real_cloud)[1] for _ in range(4)]

    def press(number: int) -> str:
        try:
            give(visits[number % 4], file)
        except LinkExhausted:
            return "exhausted"
        return "given"

    with ThreadPoolExecutor(20) as pool:
        outcomes = list(pool.map(press, range(80)))

    link = stored(visits[0].rid)
    assert (link.views, link.looks) == (3, outcomes.count("given"))
    assert (outcomes.count("given"), outcomes.count("exhausted")) == (60, 20)
    assert len(link.looked) == 3


def test_nothing_is_given_out_once_revoked(real_cloud: Cloud) -> None:
    url = statement_link(real_cloud)
    file = statement()
    _, visit = visit_of(url, real_cloud)

    def press(_: int) -> str:
        try:
            give(visit, file)
        except LinkClosed:
            return "closed"
        return "given"

    with ThreadPoolExecutor(8) as pool:
        presses = [pool.submit(press, number) for number in range(24)]
        revoked = real_cloud.post(f"/links/{visit.rid}/revoke", {}, BEARER)
        later = [press(0) for _ in range(3)]
        outcomes = [each.result() for each in presses]

    assert revoked.status == 200
    assert later == ["closed"] * 3
    assert stored(visit.rid).looks == outcomes.count("given")
