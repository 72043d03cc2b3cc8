"""A person's latest searches keep their numbers, whichever tab was faster, and end with the day's work."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from linkgate.store.staff.searches import KEPT, DynamoSearches
from tests.support.cloud import table_of

if TYPE_CHECKING:
    from tests.support.cloud import Cloud

NOW = datetime(2026, 11, 28, tzinfo=UTC)


def searches(cloud: Cloud) -> DynamoSearches:
    return DynamoSearches(table_of(cloud))


def test_searches_of_several_tabs_share_no_number(real_cloud: Cloud) -> None:
    kept = searches(real_cloud)
    with ThreadPoolExecutor(3) as tabs:
        numbers = list(tabs.map(lambda text: kept.add("t", "p", text, NOW), ["a", "b", "c"]))

    assert sorted(numbers) == ["1", "2", "3"]
    assert kept.latest("t", "p", NOW) == dict(sorted(zip(numbers, ["a", "b", "c"], strict=True), reverse=True))


def test_the_latest_are_kept_for_a_days_work_and_for_nobody_else(cloud: Cloud) -> None:
    kept = searches(cloud)
    for number in range(1, KEPT + 3):
        assert kept.add("t", "p", f"text {number}", NOW) == str(number)

    latest = kept.latest("t", "p", NOW + timedelta(hours=9))

    assert next(iter(latest.items())) == ("12", "text 12")
    assert [*latest] == [str(number) for number in range(12, 2, -1)]
    assert kept.latest("t", "p", NOW + timedelta(hours=10)) == {}
    assert (kept.latest("t", "other", NOW), kept.latest("other", "p", NOW)) == ({}, {})
