"""Resources are described, and files are attached to resources and links, read and deleted."""

from __future__ import annotations

import base64
import hashlib
import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from linkgate import wiring
from linkgate.ports.files import place_of_resource
from linkgate.ports.links import NotChanged
from local.demo import DEMO
from tests.files.test_arrival import PDF, send
from tests.management.conftest import UID, Manager
from tests.support.vendor_calls import GENERATE

if TYPE_CHECKING:
    from tests.support.cloud import Cloud

RESOURCE = f"/resources/Invoice/{UID}"
INVOICE = {"title": "Invoice for October", "number": "2026-7", "due": "2026-12-01", "keepDays": 30}
AMOUNT = {"amount": {"value": "120.50", "currency": "EUR"}}
NEW = {
    "name": "Invoice.pdf",
    "type": "application/pdf",
    "size": len(PDF),
    "sha256": hashlib.sha256(PDF).hexdigest(),
}


def call(manager: Manager, method: str, path: str, content: object, status: int, **headers: str) -> dict[str, Any]:
    response = manager.raw(method, path, json.dumps(content), headers)
    assert response.status == status, response.body
    found: dict[str, Any] = response.json()
    return found


def attach(manager: Manager, path: str, content: bytes = PDF, **different: object) -> dict[str, Any]:
    """Attach a file and put its bytes, as an integrator does, and return the file."""
    about = {**NEW, "size": len(content), "sha256": hashlib.sha256(content).hexdigest(), **different}
    made = call(manager, "POST", f"{path}/files", about, 201)
    put(manager.cloud, made["upload"], content)
    return dict(made["file"])


def put(cloud: Cloud, upload: dict[str, Any], content: bytes) -> None:
    headers = {name: value for name, value in upload["headers"].items() if name != "content-length"}
    assert send(cloud, upload["method"], upload["url"], content, **headers).status == 200
    cloud.settle()


def test_a_resource_is_described_shown_and_deleted(manager: Manager) -> None:
    manager.get(RESOURCE, 404)

    kept = call(manager, "PUT", RESOURCE, {**INVOICE, **AMOUNT}, 200)

    assert kept == manager.get(RESOURCE)
    assert kept == {
        **{name: value for name, value in INVOICE.items() if name != "keepDays"},
        **AMOUNT,
        "type": "Invoice",
        "uid": UID,
        "note": None,
        "keptUntilUtc": kept["keptUntilUtc"],
        "files": [],
    }
    in_capitals = f"{UID[:8]}-{UID[8:12]}-{UID[12:16]}-{UID[16:20]}-{UID[20:]}".upper()
    again = call(manager, "PUT", f"/resources/Invoice/{in_capitals}", {"title": "Other"}, 200)
    assert (again["title"], again["number"], again["amount"], again["uid"]) == ("Other", None, None, UID)
    assert manager.raw("DELETE", RESOURCE).status == 204
    assert manager.raw("DELETE", RESOURCE).status == 204
    manager.get(RESOURCE, 404)


@pytest.mark.parametrize(
    ("content", "fields"),
    [
        ({}, ["title"]),
        ({"title": " "}, ["title"]),
        ({**INVOICE, "due": "1 December"}, ["due"]),
        ({**INVOICE, "due": "2026-02-30"}, ["due"]),
        ({**INVOICE, "amount": {"value": "1,5", "currency": "euro"}}, ["amount.value", "amount.currency"]),
        ({**INVOICE, "amount": {"value": 1.5, "currency": "EUR"}}, ["amount.value"]),
        ({**INVOICE, "amount": "1.5 EUR"}, ["amount"]),
        ({**INVOICE, "keepDays": 0}, ["keepDays"]),
        ({**INVOICE, "note": "x" * 1001, "colour": "red"}, ["note", "colour"]),
    ],
)
def test_every_fault_of_a_description_is_told(manager: Manager, content: object, fields: list[str]) -> None:
    refused = call(manager, "PUT", RESOURCE, content, 400)

    assert [fault["field"] for fault in refused["fields"]] == fields
    manager.get(RESOURCE, 404)


@pytest.mark.parametrize("name", [f"Nothing/{UID}", "Invoice/0123", f"Invoice/{'g' * 32}"])
def test_what_names_no_resource_is_not_found(manager: Manager, name: str) -> None:
    path = f"/resources/{name}"
    call(manager, "PUT", path, INVOICE, 404)
    call(manager, "POST", f"{path}/files", NEW, 404)


def test_a_file_of_a_resource_is_read_when_it_was_checked(manager: Manager) -> None:
    made = call(manager, "POST", f"{RESOURCE}/files", {**NEW, "name": "..\\..\\a\u202etxt.exe"}, 201)
    file, upload = made["file"], made["upload"]
    path = f"{RESOURCE}/files/{file['id']}"
    assert (file["state"], file["name"], file["sha256"]) == ("awaited", "_.._atxt.exe.pdf", NEW["sha256"])
    assert manager.get(path)["url"] is None

    put(manager.cloud, upload, PDF)

    found = manager.get(path)
    assert (found["state"], found["expiresInSeconds"]) == ("clean", 60)
    assert send(manager.cloud, "GET", found["url"]).body == PDF
    assert [each["id"] for each in manager.get(RESOURCE)["files"]] == [file["id"]]
    put(manager.cloud, upload, PDF)
    assert (keys(manager.cloud), manager.get(path)["state"]) == ([file["id"]], "clean")


def test_a_deleted_file_leaves_nothing(manager: Manager) -> None:
    first, second = attach(manager, RESOURCE), attach(manager, RESOURCE)

    assert manager.raw("DELETE", f"{RESOURCE}/files/{first['id']}").status == 204
    assert manager.raw("DELETE", f"{RESOURCE}/files/{first['id']}").status == 204
    manager.cloud.settle()

    manager.get(f"{RESOURCE}/files/{first['id']}", 404)
    assert keys(manager.cloud) == [second["id"]]
    manager.raw("DELETE", RESOURCE)
    manager.cloud.settle()
    assert keys(manager.cloud) == []
    manager.get(RESOURCE, 404)


def keys(cloud: Cloud) -> list[str]:
    """Return the ids of the files of the resource that have bytes in a bucket."""
    prefix = place_of_resource(DEMO.id, "Invoice", UID).prefix
    every = cloud.get("/_local/objects").json()
    return [each["key"].removeprefix(prefix) for each in every if each["key"].startswith(prefix)]


def test_a_repeat_with_the_same_key_is_the_same_file(manager: Manager) -> None:
    path = f"{RESOURCE}/files"
    first = call(manager, "POST", path, NEW, 201, idempotency_key="7")
    in_base64 = {**NEW, "sha256": base64.b64encode(hashlib.sha256(PDF).digest()).decode()}

    again = call(manager, "POST", path, in_base64, 201, idempotency_key="7")

    assert again["file"] == first["file"]
    assert again["upload"]
    call(manager, "POST", path, {**NEW, "name": "Other.pdf"}, 422, idempotency_key="7")
    put(manager.cloud, again["upload"], PDF)
    assert call(manager, "POST", path, NEW, 201, idempotency_key="7")["upload"] is None
    assert len(manager.get(RESOURCE)["files"]) == 1


@pytest.mark.parametrize(
    ("different", "fields"),
    [
        ({"type": "text/html"}, ["type"]),
        ({"type": "image/svg+xml"}, ["type"]),
        ({"size": 0}, ["size"]),
        ({"size": 50_000_001}, ["size"]),
        ({"size": "7"}, ["size"]),
        ({"sha256": "abc"}, ["sha256"]),
        ({"name": "", "sha256": None}, ["name", "sha256"]),
        ({"name": "x" * 251}, ["name"]),
        ({"replaces": "AAAAAAAAAAAAAAAAAAAAAA"}, ["replaces"]),
        ({"replaces": "../../etc"}, ["replaces"]),
        ({"url": "https://example.com"}, ["url"]),
    ],
)
def test_every_fault_of_a_file_is_told(manager: Manager, different: dict[str, object], fields: list[str]) -> None:
    refused = call(manager, "POST", f"{RESOURCE}/files", {**NEW, **different}, 400)

    assert [fault["field"] for fault in refused["fields"]] == fields


def test_a_file_takes_the_place_of_another_once_it_is_checked(manager: Manager) -> None:
    old = attach(manager, RESOURCE)
    new = call(manager, "POST", f"{RESOURCE}/files", {**NEW, "replaces": old["id"]}, 201)
    assert len(manager.get(RESOURCE)["files"]) == 2

    put(manager.cloud, new["upload"], PDF)

    assert [each["id"] for each in manager.get(RESOURCE)["files"]] == [new["file"]["id"]]


def test_there_is_no_room_for_everything(manager: Manager) -> None:
    rid = manager.share()
    for _ in range(2):
        call(manager, "POST", f"/links/{rid}/files", {**NEW, "size": 50_000_000}, 201)

    refused = call(manager, "POST", f"/links/{rid}/files", NEW, 400)

    assert refused["fields"] == [
        {"field": "size", "reason": "does not fit: there may be at most 20 files with 100000000 bytes together"}
    ]
    assert len(manager.get(f"/links/{rid}/files")["files"]) == 2


def test_files_of_a_link_are_attached_listed_read_and_deleted(manager: Manager) -> None:
    rid = manager.share()
    file = attach(manager, f"/links/{rid}")

    assert [each["state"] for each in manager.get(f"/links/{rid}/files")["files"]] == ["clean"]
    assert send(manager.cloud, "GET", manager.get(f"/links/{rid}/files/{file['id']}")["url"]).body == PDF
    assert manager.raw("DELETE", f"/links/{rid}/files/{file['id']}").status == 204
    assert manager.get(f"/links/{rid}/files") == {"files": []}


def test_nothing_is_attached_to_a_link_that_has_ended(manager: Manager) -> None:
    rid = manager.share()
    manager.post(f"/links/{rid}/revoke")

    call(manager, "POST", f"/links/{rid}/files", NEW, 409)
    assert "attached" not in next(item for item in manager.cloud.table() if item["sk"] == "link")


def test_only_a_link_that_goes_on_is_noted_as_having_files(manager: Manager, other: Manager) -> None:
    """The conditions of the write, past the use case."""
    administration, now = wiring.deps().administration, manager.cloud.clock.now()
    administration.attach(DEMO.id, manager.share(), now)
    of_another = other.share()
    ended, expired, erased = (manager.share() for _ in range(3))
    manager.post(f"/links/{ended}/revoke")
    link = wiring.deps().links.get(erased)
    assert link
    administration.erase(link, "key", now)

    for rid, at in ((of_another, now), (ended, now), (expired, now + timedelta(days=400)), (erased, now), ("no", now)):
        with pytest.raises(NotChanged):
            administration.attach(DEMO.id, rid, at)


def test_every_role_of_a_form_shows_what_was_attached_to_one(manager: Manager) -> None:
    made = GENERATE.make(manager.cloud).json()
    rid = made["link"].partition("#")[0].rpartition("/")[2]

    attach(manager, f"/links/{rid}")

    links = [item for item in manager.cloud.table() if item["sk"] == "link"]
    assert len(links) > 1
    assert all(item["attached"] for item in links)


def test_no_tenant_reaches_anothers_files(manager: Manager, other: Manager) -> None:
    rid = manager.share()
    of_link, of_resource = attach(manager, f"/links/{rid}"), attach(manager, RESOURCE)

    other.get(RESOURCE, 404)
    other.get(f"/links/{rid}/files", 404)
    for path in (f"{RESOURCE}/files/{of_resource['id']}", f"/links/{rid}/files/{of_link['id']}"):
        other.get(path, 404)
        other.raw("DELETE", path)
        assert manager.get(path)["url"]
    call(other, "POST", f"/links/{rid}/files", NEW, 404)
    other.raw("DELETE", RESOURCE)
    manager.cloud.settle()
    assert keys(manager.cloud) == [of_resource["id"]]


def test_files_are_kept_as_long_as_their_resource(manager: Manager) -> None:
    attach(manager, RESOURCE)
    call(manager, "POST", f"{RESOURCE}/files", NEW, 201)
    store, place = wiring.deps().files.store, place_of_resource(DEMO.id, "Invoice", UID)
    now = manager.cloud.clock.now()
    assert {file.ttl - now > timedelta(days=364) for file in store.of(place)} == {True}

    kept = call(manager, "PUT", RESOURCE, INVOICE, 200)

    assert {file.ttl - now < timedelta(days=31) for file in store.of(place)} == {True}
    items = [item for item in manager.cloud.table() if item["pk"] == place.partition]
    ends = {item["sk"].partition("#")[0]: item["ttl"] for item in items if item.get("state") != "awaited"}
    assert len(set(ends.values())) == 1, (kept, ends)
    awaited = next(item for item in items if item.get("state") == "awaited")
    assert awaited["ttl"] < ends["file"]
