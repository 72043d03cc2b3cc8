"""Races of recipients, judged against the real DynamoDB Local."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from tests.dialects.recipient.visitor import JSON, Visitor, process_link

if TYPE_CHECKING:
    from tests.cloud import Cloud


@pytest.mark.parametrize("others", [[], ["agent"]])
def test_of_forty_parallel_submissions_one_wins(real_cloud: Cloud, others: list[str]) -> None:
    url, program = process_link(real_cloud, coBrowsingRoles=others), Visitor(real_cloud, JSON)
    program.see(url)

    def submit(number: int) -> int:
        return (
            Visitor(real_cloud, JSON, cookies=dict(program.cookies))
            .post("/v/submit", {"data": {"fullName": f"Ana {number}"}})
            .status
        )

    with ThreadPoolExecutor(40) as pool:
        statuses = sorted(pool.map(submit, range(40)))

    assert statuses.count(201) == 1
    assert set(statuses) <= {201, 409, 503}
    assert program.post("/v/submit", {"data": {}}).status == 409
