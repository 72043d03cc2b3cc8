"""Files end with their link, their resource or their person, and no byte of them stays."""

from __future__ import annotations

import hashlib
import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from linkgate import wiring
from linkgate.model.file import object_key
from linkgate.ports.files import place_of_link
from tests.files.test_arrival import EICAR, PDF, objects, put, reserved, send
from tests.management.conftest import UID, Manager
from tests.management.test_files import NEW, RESOURCE, attach, call

if TYPE_CHECKING:
    from linkgate.model.file import Place
    from tests.support.cloud import Cloud


def place_of(rid: str) -> Place:
    link = wiring.deps().links.get(rid)
    assert link
    return place_of_link(link)


def items(cloud: Cloud, place: Place) -> list[str]:
    """Return the sort keys of the items about files in the partition of a place."""
    return [item["sk"] for item in cloud.table() if item["pk"] == place.partition and item["sk"].startswith("file")]


def erase(manager: Manager, **different: object) -> dict[str, Any]:
    receipt: dict[str, Any] = manager.post("/recipients/erase", {"recipient": "ada@example.com", **different})
    return receipt


def test_an_erased_person_leaves_no_file(manager: Manager) -> None:
    rid = manager.share()
    attach(manager, f"/links/{rid}")
    of_form = reserved(place_of(rid), PDF, field="/photo")
    put(manager.cloud, place_of(rid), of_form, PDF)
    attach(manager, RESOURCE)
    assert erase(manager, dryRun=True)["files"] == 2
    assert len(objects(manager.cloud, place_of(rid))) == 2

    receipt = erase(manager)
    manager.cloud.settle()

    assert (receipt["files"], receipt["resources"]) == (2, [{"type": "Invoice", "uid": UID}])
    assert (items(manager.cloud, place_of(rid)), objects(manager.cloud, place_of(rid))) == ([], [])
    assert manager.get(RESOURCE)["files"]


def test_what_the_check_finds_is_on_the_links_timeline(manager: Manager) -> None:
    rid = manager.share()
    good, bad = attach(manager, f"/links/{rid}"), attach(manager, f"/links/{rid}", PDF + EICAR)
    attach(manager, RESOURCE)
    manager.cloud.settle()

    events = [each for each in manager.get(f"/links/{rid}/events")["events"] if each["type"].startswith("file.")]

    assert [(each["type"], each["data"]["file"]) for each in events] == [
        ("file.accepted", good["id"]),
        ("file.rejected", bad["id"]),
    ]
    assert events[1]["data"]["reason"] == "threats"
    assert len(events[0]["data"]["commit"]) == 64
    assert hashlib.sha256(PDF).hexdigest() not in json.dumps(events)


def test_an_upload_on_its_way_does_not_outlive_an_erasure(manager: Manager) -> None:
    rid = manager.share()
    place, deps = place_of(rid), wiring.deps()
    before, between, after = (reserved(place, PDF) for _ in range(3))
    put(manager.cloud, place, before, PDF)
    upload = deps.files.presigner.upload(object_key(place, between.id), between, deps.now())
    headers = {name: value for name, value in upload.headers.items() if name != "content-length"}

    assert send(manager.cloud, "PUT", upload.url, PDF, **headers).status == 200
    erase(manager)
    manager.cloud.settle()
    put(manager.cloud, place, after, PDF)

    assert (items(manager.cloud, place), objects(manager.cloud, place)) == ([], [])


def test_what_is_written_by_whoever_read_the_link_before_is_deleted_later(manager: Manager) -> None:
    rid = manager.share()
    place = place_of(rid)
    erase(manager)
    manager.cloud.settle()
    late = reserved(place, PDF)
    put(manager.cloud, place, late, PDF)
    assert objects(manager.cloud, place)

    manager.cloud.clock.advance(timedelta(seconds=31))
    manager.cloud.settle()

    assert (items(manager.cloud, place), objects(manager.cloud, place)) == ([], [])


def test_a_file_that_ends_takes_its_bytes_and_gives_its_room_back(manager: Manager) -> None:
    rid = manager.share()
    place = place_of(rid)
    file = reserved(place, PDF)
    put(manager.cloud, place, file, PDF)
    delete_item(manager.cloud, place, f"file#{file.id}")  # as TTL does

    manager.cloud.settle()

    assert objects(manager.cloud, place) == []
    room = next(item for item in manager.cloud.table() if (item["pk"], item["sk"]) == (place.partition, "files"))
    assert (room["bytes"], room.get("ids")) == (0, None)


def delete_item(cloud: Cloud, place: Place, name: str) -> None:
    table = cloud.environment()["TABLE_NAME"]
    cloud.aws.client("dynamodb").delete_item(TableName=table, Key={"pk": {"S": place.partition}, "sk": {"S": name}})


def test_a_file_that_lives_longer_than_its_extended_link_stays_so(manager: Manager) -> None:
    rid = manager.share()
    file = reserved(place_of(rid), PDF)  # until next year
    put(manager.cloud, place_of(rid), file, PDF)

    manager.post(f"/links/{rid}/extend", {"hours": 24 * 8})

    (item,) = (item for item in manager.cloud.table() if item["sk"] == f"file#{file.id}")
    assert item["ttl"] == item["kept_until"] == int(file.ttl.timestamp())


def test_a_file_that_would_end_sooner_is_kept_with_its_link(manager: Manager) -> None:
    rid = manager.share()
    attach(manager, f"/links/{rid}")
    call(manager, "POST", f"/links/{rid}/files", NEW, 201)
    manager.cloud.clock.advance(timedelta(hours=1))

    manager.post(f"/links/{rid}/extend", {"hours": 24 * 8})

    link = wiring.deps().links.get(rid)
    assert link
    kept = [item for item in manager.cloud.table() if item["sk"].startswith("file")]
    assert {item["kept_until"] for item in kept if "kept_until" in item} == {int(link.ttl.timestamp())}
    ends = {item.get("state", "room"): item["ttl"] for item in kept}
    assert ends["clean"] == ends["room"] == int(link.ttl.timestamp())
    assert ends["awaited"] < ends["clean"]


def test_a_resource_without_files_is_not_named(manager: Manager) -> None:
    manager.share()

    assert erase(manager)["resources"] == []
