"""Items of files: each change states its rule, and holds past the use case."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest

from linkgate.model.epoch import epoch_seconds
from linkgate.model.file import FileState, Place
from linkgate.model.resource import Amount, Resource
from linkgate.ports.files import NoRoom, Outcome
from linkgate.store.files.files import DynamoFiles
from linkgate.store.files.resources import DynamoResources
from tests.support.sample_files import NOW, a_file

if TYPE_CHECKING:
    from linkgate.store.attribute_values import Item
    from linkgate.store.table import Table

CLEAN = Outcome(FileState.CLEAN)


@pytest.fixture
def files(table: Table) -> DynamoFiles:
    return DynamoFiles(table)


def room_of(table: Table, place: Place) -> Item:
    return table.get(place.partition, "files") or {}


def test_a_file_is_kept_as_it_is(files: DynamoFiles, place: Place) -> None:
    file = a_file(field="/photo", replaces="x" * 22)

    assert files.reserve(place, file) == file
    assert files.get(place, file.id) == file
    assert files.find(place.partition, file.id) == file


def test_a_repeat_takes_no_more_room(files: DynamoFiles, place: Place, table: Table) -> None:
    file = a_file()
    files.reserve(place, file)

    assert files.reserve(place, replace(file, name="other.pdf")).name == "invoice.pdf"
    assert (room_of(table, place)["ids"], room_of(table, place)["bytes"]) == ([file.id], 1000)


def test_a_repeat_takes_the_room_that_a_stopped_call_did_not(files: DynamoFiles, place: Place, table: Table) -> None:
    file = a_file()
    files.reserve(place, file)
    table.delete(place.partition, "files")

    files.reserve(place, file)

    assert room_of(table, place)["ids"] == [file.id]


def test_a_place_takes_so_many_files(files: DynamoFiles, place: Place, table: Table) -> None:
    small = replace(place, most=2)
    files.reserve(small, a_file())
    files.reserve(small, a_file())

    third = a_file()
    with pytest.raises(NoRoom):
        files.reserve(small, third)
    assert files.get(small, third.id) is None
    assert room_of(table, place)["bytes"] == 2000


def test_a_place_takes_so_many_bytes(files: DynamoFiles, place: Place) -> None:
    small = replace(place, room=2000)
    files.reserve(small, a_file(size=1000))
    with pytest.raises(NoRoom):
        files.reserve(small, a_file(size=1001))

    files.reserve(small, a_file(size=1000))


def test_a_removed_file_gives_its_room_back_once(files: DynamoFiles, place: Place, table: Table) -> None:
    kept, gone = a_file(), a_file(size=7)
    files.reserve(place, kept)
    files.reserve(place, gone)

    assert files.remove(place.partition, gone.id) == gone
    assert files.remove(place.partition, gone.id) is None
    assert (room_of(table, place)["ids"], room_of(table, place)["bytes"]) == ([kept.id], 1000)


def test_an_awaited_file_is_soon_forgotten_and_one_that_arrived_is_kept(
    files: DynamoFiles, place: Place, table: Table
) -> None:
    file = a_file()
    files.reserve(place, file)
    sk = f"file#{file.id}"
    assert (table.get(place.partition, sk) or {})["ttl"] == epoch_seconds(NOW + timedelta(days=1))

    files.claim(place.partition, file.id, "v1")

    assert (table.get(place.partition, sk) or {})["ttl"] == epoch_seconds(file.ttl)


def test_the_first_version_is_the_file(files: DynamoFiles, place: Place) -> None:
    file = a_file()
    files.reserve(place, file)

    for version in ("v1", "v1", "v2"):
        claimed = files.claim(place.partition, file.id, version)
        assert claimed
        assert (claimed.version, claimed.state) == ("v1", FileState.RECEIVED)


def test_a_file_that_is_gone_is_not_claimed_back(files: DynamoFiles, place: Place) -> None:
    file = a_file()
    files.reserve(place, file)
    files.remove(place.partition, file.id)

    assert files.claim(place.partition, file.id, "v1") is None
    assert files.settle(place.partition, file.id, "v1", CLEAN) is None
    assert files.get(place, file.id) is None


def test_a_check_of_another_version_settles_nothing(files: DynamoFiles, place: Place) -> None:
    file = a_file()
    files.reserve(place, file)
    files.claim(place.partition, file.id, "v1")

    refused = files.settle(place.partition, file.id, "v2", CLEAN)

    assert refused
    assert refused.state is FileState.RECEIVED


def test_what_a_check_found_first_stands(files: DynamoFiles, place: Place) -> None:
    file = a_file()
    files.reserve(place, file)
    early = files.settle(place.partition, file.id, "v1", CLEAN)
    assert early
    assert early.state is FileState.AWAITED

    files.claim(place.partition, file.id, "v1")
    for outcome in (Outcome(FileState.INFECTED, "threats"), CLEAN):
        settled = files.settle(place.partition, file.id, "v1", outcome)
        assert settled
        assert (settled.state, settled.reason) == (FileState.INFECTED, "threats")
    claimed = files.claim(place.partition, file.id, "v1")
    assert claimed
    assert claimed.state is FileState.INFECTED


def test_files_come_oldest_first(files: DynamoFiles, place: Place) -> None:
    newer, older = a_file(added_at=NOW + timedelta(minutes=1)), a_file()
    files.reserve(place, newer)
    files.reserve(place, older)

    assert files.of(place) == [older, newer]


def test_a_resource_is_kept_as_it_is(table: Table) -> None:
    resources = DynamoResources(table)
    resource = Resource(
        "demo", "Invoice", "17", "Invoice", NOW, "2026-17", Amount("120.50", "EUR"), date(2026, 12, 1), "Pay soon."
    )
    bare = Resource("demo", "Invoice", "18", "Invoice", NOW)
    resources.put(resource)
    resources.put(bare)

    assert resources.get("demo", "Invoice", "17") == resource
    assert resources.get("demo", "Invoice", "18") == bare
    assert resources.get("other", "Invoice", "17") is None
    assert (resources.delete("demo", "Invoice", "17"), resources.delete("demo", "Invoice", "17")) == (True, False)
    assert resources.get("demo", "Invoice", "17") is None


def test_a_file_that_linkgate_makes_is_kept_once_and_takes_no_room(
    files: DynamoFiles, place: Place, table: Table
) -> None:
    first = a_file(submission="sent")

    assert files.put(place, first) == first
    assert files.put(place, replace(first, name="other.pdf")) == first
    assert files.get(place, first.id) == first
    assert room_of(table, place) == {}
    files.claim(place.partition, first.id, "receipt")
    settled = files.settle(place.partition, first.id, "receipt", CLEAN)
    assert settled
    assert (settled.state, settled.submission) == (FileState.CLEAN, "sent")
    assert files.remove(place.partition, first.id)
    assert room_of(table, place) == {}
