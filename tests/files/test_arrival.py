"""Files on their way through the whole system: signed, put, checked, given out and read."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest

from linkgate import wiring
from linkgate.model.file import FileState, object_key
from linkgate.model.file_kinds import FileKind
from linkgate.ports.files import place_of_link
from local.http_messages import HttpRequest
from tests.support.sample_files import a_file
from tests.support.visitor import process_link
from tests.visits.test_documents import give, stored, visit_of

if TYPE_CHECKING:
    from linkgate.model.file import File, Place
    from local.http_messages import HttpResponse
    from tests.support.cloud import Cloud

EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
PDF = b"%PDF-1.7\nA small document."


def reserved(place: Place, content: bytes, **different: Any) -> File:
    deps = wiring.deps()
    file = a_file(
        tenant="demo",
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        added_at=deps.now(),
        ttl=deps.now().replace(year=2027),
        **different,
    )
    return deps.files.store.reserve(place, file)


def send(cloud: Cloud, method: str, url: str, body: bytes = b"", **headers: str) -> HttpResponse:
    """Send a request to a bucket, as a program does."""
    address = urlsplit(url)
    sent = {"Host": address.netloc, "Content-Length": str(len(body)), **headers}
    return cloud.handle(HttpRequest(method, f"{address.path}?{address.query}", tuple(sent.items()), body))


def put(cloud: Cloud, place: Place, file: File, content: bytes) -> HttpResponse:
    """Send the bytes to the address that is signed for them, and let the worker take them."""
    deps = wiring.deps()
    upload = deps.files.presigner.upload(object_key(place, file.id), file, deps.now())
    headers = {name: value for name, value in upload.headers.items() if name != "content-length"}
    answer = send(cloud, "PUT", upload.url, content, **headers)
    cloud.settle()
    return answer


def state_of(place: Place, file: File) -> tuple[FileState, str | None]:
    found = wiring.deps().files.store.get(place, file.id)
    assert found
    return found.state, found.reason


def objects(cloud: Cloud, place: Place) -> list[str]:
    """Return the names of the buckets in which the place has objects."""
    every = cloud.get("/_local/objects").json()
    return [each["bucket"].split("-")[-1] for each in every if each["key"].startswith(place.prefix)]


def test_what_arrived_and_was_checked_is_read(cloud: Cloud) -> None:
    _, visit = visit_of(process_link(cloud), cloud)
    place = place_of_link(stored(visit.rid))
    file = reserved(place, PDF)

    assert put(cloud, place, file, PDF).status == 200

    assert state_of(place, file) == (FileState.CLEAN, None)
    answer = send(cloud, "GET", give(visit, file).url)
    assert (answer.status, answer.body) == (200, PDF)
    assert answer.header("content-type") == "application/pdf"
    assert answer.header("content-disposition") == "inline; filename=\"invoice.pdf\"; filename*=UTF-8''invoice.pdf"
    assert len(objects(cloud, place)) == 1


def test_other_bytes_than_declared_do_not_arrive(cloud: Cloud) -> None:
    _, visit = visit_of(process_link(cloud), cloud)
    place = place_of_link(stored(visit.rid))
    file = reserved(place, PDF)

    assert put(cloud, place, file, PDF[:-1] + b"!").status == 400

    assert state_of(place, file) == (FileState.AWAITED, None)
    assert objects(cloud, place) == []


@pytest.mark.parametrize(("content", "kind"), [(b"<!doctype html>", FileKind.PDF), (b"MZ\x90\x00", FileKind.TXT)])
def test_another_kind_than_said_is_not_read(cloud: Cloud, content: bytes, kind: FileKind) -> None:
    _, visit = visit_of(process_link(cloud), cloud)
    place = place_of_link(stored(visit.rid))
    file = reserved(place, content, kind=kind)

    put(cloud, place, file, content)

    assert state_of(place, file) == (FileState.FAILED, "kind")
    assert objects(cloud, place) == []


def test_a_file_that_was_removed_leaves_no_bytes_behind(cloud: Cloud) -> None:
    _, visit = visit_of(process_link(cloud), cloud)
    place = place_of_link(stored(visit.rid))
    file = reserved(place, PDF)
    wiring.deps().files.store.remove(place.partition, file.id)

    assert put(cloud, place, file, PDF).status == 200

    assert objects(cloud, place) == []


def test_an_infected_file_is_not_read(cloud: Cloud) -> None:
    _, visit = visit_of(process_link(cloud), cloud)
    place = place_of_link(stored(visit.rid))
    content = PDF + EICAR
    file = reserved(place, content)

    put(cloud, place, file, content)

    assert state_of(place, file) == (FileState.INFECTED, "threats")
    assert objects(cloud, place) == []
