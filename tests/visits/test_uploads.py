"""Files in forms: reserved for one question, sent straight to the bucket, and checked before the form is recorded."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest

from linkgate import wiring
from linkgate.model.file import FileState
from linkgate.model.policy import VISIT_LIFE
from linkgate.model.tenant import Process
from linkgate.ports.files import Outcome, place_of_link
from linkgate.store.tenants import DynamoTenants
from local import demo
from tests.support.documents import PDF
from tests.support.form_posts import sent_by
from tests.support.visitor import JSON, Visitor, process_link

if TYPE_CHECKING:
    from collections.abc import Mapping

    from linkgate.model.file import File, Place
    from local.http_messages import HttpResponse
    from tests.support.cloud import Cloud

FILE = {"type": "string", "format": "file", "title": "Payslip", "x-file": {"kinds": ["pdf", "image"], "max": 1000}}
SCHEMA = {
    "type": "object",
    "required": ["payslip"],
    "properties": {
        "name": {"type": "string", "title": "Name"},
        "payslip": FILE,
        "photos": {
            "type": "array",
            "maxItems": 2,
            "title": "Photos",
            "items": {"type": "string", "format": "file", "x-file": {"kinds": ["image"], "camera": True}},
        },
    },
    "x-steps": [{"title": "About you", "fields": ["/name"]}, {"title": "Papers", "fields": ["/payslip", "/photos"]}],
}
JPEG = b"\xff\xd8\xff\xe0" + b"x" * 40


@pytest.fixture(autouse=True)
def process(cloud: Cloud) -> None:  # noqa: ARG001 - its table
    tenants = wiring.deps().tenants
    assert isinstance(tenants, DynamoTenants)
    tenants.put_definition(demo.DEMO.id, Process("papers", "Papers", schema=SCHEMA))


def link(cloud: Cloud) -> str:
    return process_link(cloud, {}, processId="papers")


def declared(content: bytes = PDF, **different: Any) -> dict[str, Any]:
    digest = hashlib.sha256(content).hexdigest()
    kind = "application/pdf" if content.startswith(b"%PDF") else "image/jpeg"
    return {
        "field": "/payslip",
        "name": "../../Payslip\u202e.exe",
        "size": len(content),
        "type": kind,
        "sha256": digest,
    } | different


def program(cloud: Cloud) -> Visitor:
    visitor = Visitor(cloud, JSON)
    assert visitor.open(link(cloud)).status == 200
    return visitor


def ask(visitor: Visitor, **different: Any) -> HttpResponse:
    return visitor.post(f"{visitor.thing}/files/new", declared(**different))


def send(
    cloud: Cloud, form: Mapping[str, Any], content: bytes = PDF, different: Mapping[str, str] | None = None
) -> HttpResponse:
    """Send a form with a file, as a browser does."""
    edge = "edge"
    fields = {**form["fields"], **(different or {})}
    parts = [
        f'--{edge}\r\nContent-Disposition: form-data; name="{n}"\r\n\r\n{v}\r\n'.encode() for n, v in fields.items()
    ]
    head = f'--{edge}\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n'.encode()
    body = b"".join(parts) + head + content + f"\r\n--{edge}--\r\n".encode()
    address = urlsplit(form["url"])
    headers = {"Host": address.netloc, "Content-Type": f"multipart/form-data; boundary={edge}"}
    return cloud.request("POST", address.path, body, headers)


def place(visitor: Visitor) -> Place:
    stored = wiring.deps().links.get(visitor.rid or "")
    assert stored
    return place_of_link(stored)


def kept(visitor: Visitor) -> dict[str, File]:
    return {file.id: file for file in wiring.deps().files.store.of(place(visitor))}


def sent_file(cloud: Cloud, visitor: Visitor) -> str:
    """Send a file and make it the answer."""
    made = ask(visitor).json()
    assert send(cloud, made).status == 201
    saved = visitor.post(f"{visitor.thing}/fields", {"set": [{"f": "/payslip", "v": made["id"], "base": 0}]})
    assert saved.json()["fields"][0]["ok"]
    return str(made["id"])


def test_a_file_is_sent_checked_and_submitted(cloud: Cloud) -> None:
    visitor = program(cloud)
    file_id = sent_file(cloud, visitor)
    cloud.settle()

    assert kept(visitor)[file_id].state is FileState.CLEAN
    (told,) = visitor.get(f"{visitor.thing}/fields").json()["files"]
    assert told | {"name": ""} == {
        "id": file_id,
        "field": "/payslip",
        "name": "",
        "size": len(PDF),
        "type": "application/pdf",
        "state": "clean",
    }
    assert "/" not in told["name"]
    assert "\u202e" not in told["name"]
    assert told["name"].endswith(".pdf")
    assert visitor.post(f"{visitor.thing}/submit", {"data": {"payslip": file_id}}).status == 201


def test_a_file_that_arrived_a_moment_ago_is_looked_for_once(cloud: Cloud) -> None:
    visitor = program(cloud)
    made = ask(visitor).json()
    data = {"data": {"payslip": made["id"]}}

    early = visitor.post(f"{visitor.thing}/submit", data)
    assert (early.status, early.json()["fields"]) == (
        422,
        [{"field": "/payslip", "reason": "names a file that has not arrived"}],
    )
    assert send(cloud, made).status == 201
    assert visitor.post(f"{visitor.thing}/submit", data).status == 201


@pytest.mark.parametrize(
    ("different", "field"),
    [
        ({"field": "/name"}, "field"),
        ({"field": "/nothing"}, "field"),
        ({"field": 7}, "field"),
        ({"size": 1001}, "size"),
        ({"size": 0}, "size"),
        ({"size": "7"}, "size"),
        ({"size": True}, "size"),
        ({"type": "image/svg+xml"}, "type"),
        ({"type": "text/html"}, "type"),
        ({"type": "text/csv"}, "type"),
        ({"sha256": "A" * 64}, "sha256"),
        ({"sha256": None}, "sha256"),
        ({"name": "x" * 5001}, "name"),
    ],
)
def test_what_the_form_does_not_ask_for_is_refused_before_anything_is_written(
    cloud: Cloud, different: dict[str, Any], field: str
) -> None:
    visitor = program(cloud)

    refused = ask(visitor, **different)

    assert refused.status == 422
    assert [each["field"] for each in refused.json()["fields"]] == [field]
    assert kept(visitor) == {}


def test_the_bucket_takes_exactly_the_declared_bytes(cloud: Cloud) -> None:
    visitor = program(cloud)
    made = ask(visitor).json()
    other = PDF[:-1] + b" "

    assert send(cloud, made, other).status == 400
    assert send(cloud, made, PDF + b" ").status == 400
    assert send(cloud, made, different={"key": "l/another/key"}).status == 403
    assert send(cloud, made, different={"Content-Type": "text/html"}).status == 403
    assert send(cloud, made, different={"extra": "field"}).status == 403
    assert send(cloud, made).status == 201


def test_five_files_a_minute_may_be_reserved(cloud: Cloud) -> None:
    visitor = program(cloud)

    assert [ask(visitor).status for _ in range(5)] == [201] * 5
    slow = ask(visitor)

    assert slow.status == 429
    assert 0 < int(slow.header("retry-after")) <= 60


def test_a_file_of_another_link_or_question_is_no_answer(cloud: Cloud) -> None:
    visitor, other = program(cloud), program(cloud)
    mine, theirs = ask(visitor, field="/photos", type="image/jpeg").json()["id"], sent_file(cloud, other)

    for answer in (mine, theirs, "A" * 22):
        refused = visitor.post(f"{visitor.thing}/submit", {"data": {"payslip": answer}})
        assert (refused.status, refused.json()["fields"][0]["field"]) == (422, "/payslip")
    assert visitor.post(f"{visitor.thing}/files/{theirs}", {"as": "remove"}).status == 204
    assert theirs in kept(other)


def test_after_the_visit_files_are_taken_and_not_shown(cloud: Cloud) -> None:
    visitor = program(cloud)
    sent_file(cloud, visitor)
    cloud.clock.advance(VISIT_LIFE)

    assert ask(visitor).status == 201
    assert visitor.get(f"{visitor.thing}/fields").status == 401


@pytest.mark.parametrize(
    ("state", "sentence"), [(FileState.INFECTED, "found something"), (FileState.FAILED, "damaged")]
)
def test_a_refused_file_is_a_fault_of_its_question(cloud: Cloud, state: FileState, sentence: str) -> None:
    visitor = Visitor(cloud)
    visitor.see(link(cloud))
    script = Visitor(cloud, JSON)
    script.cookies, script.rid = visitor.cookies, visitor.rid
    file_id = sent_file(cloud, script)
    partition = place(visitor).partition
    wiring.deps().files.store.claim(partition, file_id, "v1")
    wiring.deps().files.store.settle(partition, file_id, "v1", Outcome(state))

    assert sentence in visitor.get(f"{visitor.thing}?s=2").text
    assert sentence in visitor.get(f"{visitor.thing}?s=review").text
    assert script.post(f"{script.thing}/submit", {"data": {"payslip": file_id}}).status == 422


@pytest.mark.parametrize(("content", "kind", "name"), [(JPEG, "jpeg", "Photo.jpg"), (PDF, "pdf", "Photo.pdf")])
def test_a_file_of_another_kind_that_is_taken_too_gets_that_kinds_name(
    cloud: Cloud, content: bytes, kind: str, name: str
) -> None:
    visitor = program(cloud)
    made = ask(visitor, content=content, name="Photo.png", type="image/png").json()
    assert send(cloud, made, content).status == 201
    cloud.settle()

    (file,) = kept(visitor).values()
    assert (file.state, file.kind, file.name) == (FileState.CLEAN, kind, name)
    assert (file.size, file.sha256) == (len(content), hashlib.sha256(content).hexdigest())


def test_without_a_script_a_page_of_its_own_sends_the_file(cloud: Cloud) -> None:
    visitor = Visitor(cloud)
    visitor.see(link(cloud))
    page = visitor.get(f"{visitor.thing}?s=2").text
    assert page.count('value="file:/photos"') == 2

    led = visitor.post(f"{visitor.thing}/step", {**sent_by(page), "go": "file:/payslip"})
    address = led.header("location")
    sending = visitor.get(address)
    fields = {name: texts[-1] for name, texts in sent_by(sending.text).items() if name != "file"}
    url = sending.text.partition('action="')[2].partition('"')[0]
    assert urlsplit(url).netloc in sending.header("content-security-policy").partition("form-action")[2]
    stored = send(cloud, {"url": url, "fields": fields}, JPEG)
    assert stored.status == 303, stored.text
    back = urlsplit(stored.header("location"))
    returned = visitor.get(f"{back.path}?{back.query}")
    assert (returned.status, returned.header("location").partition("#")[0]) == (303, f"{visitor.thing}?s=2")
    cloud.settle()

    (file,) = kept(visitor).values()
    assert (file.state, file.size, file.sha256) == (FileState.CLEAN, len(JPEG), hashlib.sha256(JPEG).hexdigest())
    review = visitor.get(f"{visitor.thing}?s=review").text
    assert "Payslip" in review
    assert "bytes)" in review


def test_without_a_script_a_file_is_removed(cloud: Cloud) -> None:
    visitor = Visitor(cloud)
    visitor.see(link(cloud))
    script = Visitor(cloud, JSON)
    script.cookies, script.rid = visitor.cookies, visitor.rid
    file_id = sent_file(cloud, script)
    page = visitor.get(f"{visitor.thing}?s=2").text

    visitor.post(f"{visitor.thing}/step", {**sent_by(page), "go": f"drop:{file_id}"})

    assert kept(visitor) == {}
    assert file_id not in visitor.get(f"{visitor.thing}?s=2").text


def test_a_submission_names_its_files(cloud: Cloud) -> None:
    visitor = program(cloud)
    file_id = sent_file(cloud, visitor)
    cloud.settle()
    assert visitor.post(f"{visitor.thing}/submit", {"data": {"payslip": file_id}}).status == 201

    headers = {"authorization": f"Bearer {demo.MANAGE_KEY}"}
    found = cloud.get(f"/links/{visitor.rid}/submission", **headers).json()

    assert found["data"] == {"payslip": file_id}
    assert found["files"] == [
        {
            "field": "/payslip",
            "id": file_id,
            "name": "_.._Payslip.exe.pdf",
            "kind": "pdf",
            "size": len(PDF),
            "sha256": hashlib.sha256(PDF).hexdigest(),
            "state": "clean",
        }
    ]
    assert found["signatures"] == []


def test_the_file_of_a_removed_entry_gives_its_room_back(cloud: Cloud) -> None:
    pay = {"type": "object", "properties": {"slip": FILE}}
    group = {"type": "array", "maxItems": 3, "title": "Jobs", "items": pay}
    tenants = wiring.deps().tenants
    assert isinstance(tenants, DynamoTenants)
    tenants.put_definition(demo.DEMO.id, Process("papers", "Papers", schema={"properties": {"jobs": group}}))
    visitor = program(cloud)
    keys = []
    for _ in range(2):
        added = visitor.post(f"{visitor.thing}/fields", {"add": "/jobs"}).json()
        keys.append(added["groups"][-1]["keys"][-1])
    gone, stays = (ask(visitor, field=f"/jobs/{key}/slip").json()["id"] for key in keys)

    visitor.post(f"{visitor.thing}/fields", {"remove": ["/jobs", keys[0]]})

    assert [*kept(visitor)] == [stays]
    cloud.settle()
    table = [each for each in cloud.table() if each["pk"] == place(visitor).partition and each["sk"] == "files"]
    assert [gone in str(each["ids"]) for each in table] == [False]
