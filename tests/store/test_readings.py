"""Pages of links that a person opens are counted once each, whoever else is counted, and a long list is cut safely."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from linkgate.store.staff.readings import DynamoReadings
from tests.support.cloud import table_of

if TYPE_CHECKING:
    from tests.support.cloud import Cloud

NOW = datetime(2026, 11, 28, tzinfo=UTC)
FIVE = timedelta(minutes=5)


def readings(cloud: Cloud) -> DynamoReadings:
    return DynamoReadings(table_of(cloud))


def test_what_several_tabs_open_at_once_is_all_counted(real_cloud: Cloud) -> None:
    kept = readings(real_cloud)
    with ThreadPoolExecutor(8) as tabs:
        counts = list(tabs.map(lambda _: kept.add("t", "p", NOW, FIVE), range(24)))

    assert sorted(counts) == list(range(1, 25))


def test_only_the_last_minutes_of_the_same_person_count(cloud: Cloud) -> None:
    kept = readings(cloud)
    for minute in range(6):
        kept.add("t", "p", NOW + timedelta(minutes=minute), FIVE)

    assert kept.add("t", "p", NOW + timedelta(minutes=6), FIVE) == 5
    assert (kept.add("t", "other", NOW, FIVE), kept.add("other", "p", NOW, FIVE)) == (1, 1)


def test_a_long_list_is_cut_unless_it_grew_meanwhile(cloud: Cloud) -> None:
    kept = readings(cloud)
    counts = [kept.add("t", "p", NOW, FIVE) for _ in range(102)]
    assert counts[-2:] == [101, 51]

    kept._shorten(("staff#t", "readings#p"), [0] * 101)  # noqa: SLF001 - as a slower tab would, which read it before

    assert kept.add("t", "p", NOW, FIVE) == 52
