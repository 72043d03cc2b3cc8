"""Bytes that no item names are deleted once a week, and no others."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from linkgate import wiring
from linkgate.model.file import object_key
from linkgate.ports.files import place_of_link
from linkgate.usecases.files.orphans import sweep_orphans
from tests.files.test_arrival import PDF, objects, put, reserved, send
from tests.support.visitor import process_link
from tests.visits.test_documents import stored, visit_of

if TYPE_CHECKING:
    from linkgate.model.file import Place
    from tests.support.cloud import Cloud


@pytest.fixture
def sunday(cloud: Cloud) -> Cloud:
    """Return a cloud in the hour of a Sunday in which the buckets are looked at."""
    move(cloud, 6, 6)
    return cloud


def move(cloud: Cloud, weekday: int, hour: int) -> None:
    now = cloud.clock.now()
    day = (now + timedelta(days=7 - now.weekday() + weekday)).date()
    cloud.clock.advance(datetime(day.year, day.month, day.day, hour, 17, tzinfo=UTC) - now)


def swept() -> list[object]:
    deps = wiring.deps()
    return list(sweep_orphans(deps, deps.now() + timedelta(minutes=1)))


def place_in(cloud: Cloud) -> Place:
    _, visit = visit_of(process_link(cloud), cloud)
    return place_of_link(stored(visit.rid))


def test_bytes_without_an_item_are_deleted(sunday: Cloud) -> None:
    place, deps = place_in(sunday), wiring.deps()
    kept, lost, awaited = (reserved(place, PDF) for _ in range(3))
    put(sunday, place, kept, PDF)
    put(sunday, place, lost, PDF)
    deps.files.store.remove(place.partition, lost.id)  # and nobody told the queue
    upload = deps.files.presigner.upload(object_key(place, awaited.id), awaited, deps.now())
    headers = {name: value for name, value in upload.headers.items() if name != "content-length"}
    assert send(sunday, "PUT", upload.url, PDF, **headers).status == 200
    before = sorted(objects(sunday, place))

    (result,) = swept()

    assert before == ["FilesBucket", "FilesBucket", "IncomingBucket"]
    assert sorted(objects(sunday, place)) == ["FilesBucket", "IncomingBucket"]
    assert isinstance(result, dict)
    assert (result["deleted"], result["complete"]) == (1, True)
    (again,) = swept()
    assert isinstance(again, dict)
    assert again["deleted"] == 0


@pytest.mark.parametrize(("weekday", "hour"), [(6, 5), (0, 6), (5, 6)])
def test_other_runs_do_not_look(cloud: Cloud, weekday: int, hour: int) -> None:
    move(cloud, weekday, hour)

    assert swept() == []


def test_without_time_nothing_is_touched(sunday: Cloud) -> None:
    place, deps = place_in(sunday), wiring.deps()
    file = reserved(place, PDF)
    put(sunday, place, file, PDF)
    deps.files.store.remove(place.partition, file.id)

    (result,) = sweep_orphans(deps, deps.now())

    assert result["complete"] is False
    assert objects(sunday, place) == ["FilesBucket"]
