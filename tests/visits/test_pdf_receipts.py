"""A form that was sent becomes a PDF in the background, which its recipient and its tenant get, and nobody else."""

from __future__ import annotations

import dataclasses
import hashlib
import io
import json
from datetime import timedelta
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from pypdf import PdfReader

from linkgate import wiring
from linkgate.errors import Unavailable
from linkgate.model.file import READ_TIME, FileState, object_key
from linkgate.model.reference import reference_of
from linkgate.model.tenant import Process
from linkgate.ports.files import place_of_link
from linkgate.store.tenants import DynamoTenants
from linkgate.tokens import receipt_file
from linkgate.usecases.changes import Change
from linkgate.usecases.history.link_history import record_changes
from linkgate.usecases.history.timeline import evidence_of
from linkgate.usecases.visits.pdf_receipts import PATIENCE, PdfCopy, make_pdf, pdf_copy
from local import demo
from tests.support.documents import fetch
from tests.support.form_posts import sent_by
from tests.support.visitor import JSON, Visitor, parts, process_link, words

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from linkgate.model.link import Link
    from tests.support.cloud import Cloud

SCHEMA: Mapping[str, Any] = {
    "type": "object",
    "title": "Loan",
    "required": ["name", "sign"],
    "properties": {
        "name": {"type": "string", "title": "Name", "x-i18n": {"es": {"title": "Nombre"}}},
        "note": {"type": "string", "title": "Note", "maxLength": 5000},
        "jobs": {
            "type": "array",
            "title": "Jobs",
            "items": {
                "type": "object",
                "title": "Job",
                "properties": {"employer": {"type": "string", "title": "Employer"}},
            },
        },
        "sign": {
            "type": "string",
            "format": "signature",
            "title": "Signature",
            "x-sign": {"statement": "I apply for this loan."},
        },
    },
    "x-steps": [
        {"title": "You", "x-i18n": {"es": {"title": "Usted"}}, "fields": ["/name", "/note"]},
        {"title": "Work", "fields": ["/jobs"]},
    ],
}
DATA = {"name": "Ada Lovelace", "jobs": [{"employer": "Baker"}], "sign": "path:M10 100L200 50M30 30L40 40"}


@pytest.fixture(autouse=True)
def process(cloud: Cloud) -> None:  # noqa: ARG001 - its table
    tenants = wiring.deps().tenants
    assert isinstance(tenants, DynamoTenants)
    tenants.put_definition(demo.DEMO.id, Process("paper", "Loan", schema=SCHEMA, receipt_access="link"))


def sent(cloud: Cloud, data: Mapping[str, object] = DATA, **fields: object) -> tuple[Visitor, str]:
    """Send a form as a program does. Returns a browser with the same visit, and the link."""
    url = process_link(cloud, {}, processId="paper", **fields)
    visitor = Visitor(cloud, JSON)
    visitor.open(url)
    assert visitor.post(f"{visitor.thing}/submit", {"data": dict(data)}).status == 201
    visitor.accept = "text/html"
    return visitor, url


def stored(url: str) -> Link:
    found = wiring.deps().links.get(parts(url)[0])
    assert found
    return found


def file_id(link: Link) -> str:
    assert link.submission
    return receipt_file(link.submission)


def pdf_of(cloud: Cloud, visitor: Visitor, way: str = "view") -> PdfReader:
    led = visitor.post(f"{visitor.thing}/files/receipt", {"as": way})
    assert led.status == 303
    return PdfReader(io.BytesIO(fetch(cloud, led.header("location")).body))


def text_of(reader: PdfReader) -> str:
    return "\n".join(page.extract_text() for page in reader.pages)


def test_the_page_offers_the_pdf_once_it_is_there(cloud: Cloud) -> None:
    visitor, url = sent(cloud)

    before = visitor.get(visitor.thing)
    assert "It is being made. This takes a few seconds." in words(before)
    assert "files/receipt" not in before.text
    assert visitor.post(f"{visitor.thing}/files/receipt", {"as": "view"}).status == 404
    cloud.settle()
    after = visitor.get(visitor.thing)

    assert "being made" not in after.text
    assert after.text.count(f"{visitor.thing}/files/receipt") == 2
    shown = text_of(pdf_of(cloud, visitor))
    link = stored(url)
    for part in (
        reference_of(link.master_rid),
        link.rid,
        "Ada Lovelace",
        "Employer",
        "Baker",
        "I apply for this loan.",
        "SHA-256",
    ):
        assert part in shown, part
    assert "You" in shown
    saved = visitor.post(f"{visitor.thing}/files/receipt", {"as": "download"}).header("location")
    assert f"{reference_of(link.master_rid)}.pdf" in saved
    assert f"X-Amz-Expires={int(READ_TIME.total_seconds())}" in saved


def test_a_pdf_is_tagged_and_in_the_language_of_the_page(cloud: Cloud) -> None:
    visitor = Visitor(cloud, language="es")
    page = visitor.see(process_link(cloud, {}, processId="paper")).text
    visitor.post(f"{visitor.thing}/step", {**sent_by(page), "/name": "Ana Díaz", "go": "next"})
    review = sent_by(visitor.get(f"{visitor.thing}?s=review").text)
    assert visitor.post(f"{visitor.thing}/submit", {**review, "name:/sign": "Ana Díaz"}).status == 303
    cloud.settle()

    reader = pdf_of(cloud, visitor)

    root: Any = reader.trailer["/Root"]
    assert root["/Lang"] == "es"
    assert root["/MarkInfo"]["/Marked"]
    assert "/StructTreeRoot" in root
    assert b"pdfuaid" in root["/Metadata"].get_data()
    assert reader.metadata
    assert reader.metadata.title == "Justificante"
    for part in ("Usted", "Nombre", "Ana Díaz", "firma electrónica simple", "Página 1 de 1"):
        assert part in text_of(reader), part


def test_the_page_promises_no_pdf_that_does_not_come(cloud: Cloud) -> None:
    visitor, url = sent(cloud)
    deps, link = wiring.deps(), stored(url)

    assert pdf_copy(link, deps)
    assert pdf_copy(link, dataclasses.replace(deps, makes_receipts=False)) is None
    cloud.clock.advance(PATIENCE)
    assert pdf_copy(link, deps) is None
    assert "PDF" not in words(visitor.get(visitor.thing))


@dataclasses.dataclass
class Queued:
    """`ports.files.ReceiptTasks`."""

    rids: list[str] = dataclasses.field(default_factory=list)

    def put(self, rids: Sequence[str], now: datetime) -> None:
        assert now.tzinfo
        self.rids += rids


@pytest.mark.parametrize(("made", "queued"), [(True, 1), (False, 0)])
def test_one_pdf_is_queued_when_the_main_link_is_sent_if_the_stack_makes_them(
    cloud: Cloud, *, made: bool, queued: int
) -> None:
    _, url = sent(cloud)
    link, queue, deps = stored(url), Queued(), wiring.deps()
    files: Any = SimpleNamespace(receipts=queue)
    deps = dataclasses.replace(deps, makes_receipts=made, files=files)
    before = dataclasses.replace(link, submitted_at=None)
    role = dataclasses.replace(link, rid=receipt_file("role"), role="agent")

    for old, new in ((before, link), (link, link), (dataclasses.replace(role, submitted_at=None), role)):
        record_changes([Change(old, new)], deps)

    assert queue.rids == [link.rid] * queued


def test_what_the_bucket_refuses_is_made_later_and_a_repeat_changes_nothing(cloud: Cloud) -> None:
    visitor, url = sent(cloud)
    cloud.post("/_local/faults", {"service": "s3", "error": "error", "times": 3})
    cloud.settle()

    link, deps = stored(url), wiring.deps()
    first = deps.files.store.get(place_of_link(link), file_id(link))
    make_pdf(link.rid, lambda _view: b"another", deps)
    assert deps.files.store.get(place_of_link(link), file_id(link)) == first
    assert pdf_of(cloud, visitor).pages


@pytest.mark.parametrize("reached", ["put", "write", "claim"])
def test_a_call_that_ends_between_two_steps_is_finished_by_the_next(cloud: Cloud, reached: str) -> None:
    _, url = sent(cloud)
    link, deps = stored(url), wiring.deps()
    place = place_of_link(link)
    store, objects = deps.files.store, deps.files.objects
    broken = {
        "put": SimpleNamespace(objects=Broken("write"), store=store),
        "write": SimpleNamespace(objects=objects, store=Broken("claim", store)),
        "claim": SimpleNamespace(objects=objects, store=Broken("settle", store)),
    }

    with pytest.raises(Unavailable):
        make_pdf(link.rid, lambda _view: b"%PDF-1", dataclasses.replace(deps, files=broken[reached]))
    assert pdf_copy(link, deps) == PdfCopy(None)
    make_pdf(link.rid, lambda _view: b"%PDF-1", deps)

    made = store.get(place, file_id(link))
    assert made
    assert (made.state, made.size, made.sha256) == (FileState.CLEAN, 6, hashlib.sha256(b"%PDF-1").hexdigest())
    cloud.settle()


class Broken:
    """A part of the ports that fails at one call."""

    def __init__(self, call: str, whole: object = None) -> None:
        self._call = call
        self._whole = whole

    def __getattr__(self, name: str) -> object:
        if name == self._call:
            raise Unavailable
        return getattr(self._whole, name)


def test_a_role_gets_no_pdf_because_it_may_not_see_every_answer(cloud: Cloud) -> None:
    visitor, url = sent(cloud)
    cloud.settle()
    link, deps = stored(url), wiring.deps()

    assert pdf_copy(link, deps)
    assert pdf_copy(dataclasses.replace(link, role="agent"), deps) is None
    # Nor is it a document of the link, whose own id would lead to it.
    assert visitor.post(f"{visitor.thing}/files/{file_id(link)}", {"as": "view"}).status == 404


def test_erasing_a_person_erases_their_pdf(cloud: Cloud) -> None:
    _, url = sent(cloud)
    cloud.settle()
    link, deps = stored(url), wiring.deps()
    key = object_key(place_of_link(link), file_id(link))
    assert key in list(deps.files.objects.keys())

    deps.administration.erase(link, "operator", deps.now())
    cloud.settle()
    cloud.clock.advance(timedelta(seconds=31))
    cloud.settle()

    assert key not in list(deps.files.objects.keys())
    make_pdf(link.rid, lambda _view: b"%PDF-", deps)
    assert key not in list(deps.files.objects.keys())


def test_a_form_that_was_opened_again_has_a_pdf_of_each_submission(cloud: Cloud) -> None:
    _, url = sent(cloud)
    cloud.settle()
    key = {"Authorization": f"Bearer {demo.MANAGE_KEY}"}
    again = cloud.post(f"/links/{parts(url)[0]}/reopen", {"channels": []}, key).json()
    visitor = Visitor(cloud, JSON)
    visitor.open(again["link"])
    changed = {"data": {**DATA, "name": "Ada King"}}
    assert visitor.post(f"{visitor.thing}/submit", changed).status == 201
    cloud.settle()
    visitor.accept = "text/html"

    assert "Ada King" in text_of(pdf_of(cloud, visitor))
    files = wiring.deps().files.store.of(place_of_link(stored(url)))
    assert [file.state for file in files] == [FileState.CLEAN] * 2
    assert len({file.submission for file in files}) == 2


def test_a_pdf_that_is_made_after_its_form_was_opened_again_is_kept_as_long_as_the_new_link(cloud: Cloud) -> None:
    _, url = sent(cloud)
    cloud.clock.advance(timedelta(days=2))
    key = {"Authorization": f"Bearer {demo.MANAGE_KEY}"}
    again = cloud.post(f"/links/{parts(url)[0]}/reopen", {"channels": []}, key).json()

    cloud.settle()

    (file,) = wiring.deps().files.store.of(place_of_link(stored(url)))
    assert file.ttl == stored(again["link"]).ttl > stored(url).ttl


def test_evidence_proves_that_a_pdf_is_the_one_of_which_the_timeline_speaks(cloud: Cloud) -> None:
    visitor, url = sent(cloud)
    cloud.settle()
    led = visitor.post(f"{visitor.thing}/files/receipt", {"as": "download"}).header("location")
    content = fetch(cloud, led).body

    evidence: Any = evidence_of(stored(url), wiring.deps(), wiring.deps().now())

    (proof,) = evidence["files"]
    told = json.loads(evidence["entries"][-1]["details"])
    digest = hashlib.sha256(content).digest()
    assert proof["sha256"] == digest.hex()
    assert told["commit"] == hashlib.sha256(b"linkgate.file.v1" + bytes.fromhex(proof["salt"]) + digest).hexdigest()
    assert (told["file"], proof["commit"]) == (proof["id"], told["commit"])


def test_a_tenant_finds_the_pdf_among_the_links_files_where_it_takes_no_room(cloud: Cloud) -> None:
    _, url = sent(cloud)
    cloud.settle()
    rid = parts(url)[0]

    key = {"Authorization": f"Bearer {demo.MANAGE_KEY}"}

    (listed,) = cloud.get(f"/links/{rid}/files", **key).json()["files"]

    assert cloud.get(f"/links/{rid}/submission", **key).json()["receipt"] == listed["id"]
    assert (listed["id"], listed["type"], listed["state"]) == (file_id(stored(url)), "application/pdf", "clean")
    address = cloud.get(f"/links/{rid}/files/{listed['id']}", **key).json()["url"]
    assert hashlib.sha256(fetch(cloud, address).body).hexdigest() == listed["sha256"]
    assert not [each for each in cloud.table() if each["pk"] == rid and each["sk"] == "files"]
    assert [each["type"] for each in cloud.get(f"/links/{rid}/events", **key).json()["events"]][-1] == "receipt.made"
