"""Documents behind a link: what their page shows, and how their bytes are given out."""

from __future__ import annotations

import re
import uuid
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from linkgate import wiring
from linkgate.model.file import FileState
from linkgate.model.file_kinds import FileKind
from linkgate.model.tenant import ResourceType
from linkgate.store.tenants import DynamoTenants
from local import demo
from tests.support.documents import PDF, fetch, put_file, put_resource
from tests.support.visitor import JSON, Visitor, outbox, parts, resource_link

if TYPE_CHECKING:
    from local.http_messages import HttpResponse
    from tests.support.cloud import Cloud

TYPE = "Statement"
ORIGIN = "http://links.example.com"


@pytest.fixture(autouse=True)
def statements(cloud: Cloud) -> None:  # noqa: ARG001 - it comes first
    tenants = wiring.deps().tenants
    assert isinstance(tenants, DynamoTenants)
    tenants.put_definition(demo.DEMO.id, ResourceType(TYPE, "Statement", tier="standard", documents="later"))


@pytest.fixture
def uid() -> str:
    """Return a resource that no other test uses."""
    return uuid.uuid4().hex


def link(cloud: Cloud, uid: str, **fields: object) -> str:
    return resource_link(cloud, resourceType=TYPE, resourceUid=uid, **fields)


def press(visitor: Visitor, file_id: str, wanted: str = "view") -> HttpResponse:
    return visitor.post(f"{visitor.thing}/files/{file_id}", {"as": wanted})


def stored(cloud: Cloud, url: str) -> dict[str, Any]:
    return next(item for item in cloud.table() if item["pk"] == parts(url)[0] and item["sk"] == "link")


def test_a_page_shows_what_the_document_is_about_and_its_files(cloud: Cloud, uid: str) -> None:
    put_resource(TYPE, uid)
    file = put_file(cloud, TYPE, uid)

    page = Visitor(cloud).see(link(cloud, uid)).text

    for text in ("<h1>Invoice for October</h1>", "2026-0042", "€1,234.50", "1 December 2026", "Invoice 42.pdf"):
        assert text in page
    assert "Thank you.\nYour bank &lt;&amp; co&gt;" in page
    assert f"PDF document, {len(PDF)} bytes" in page
    assert re.findall(r'action="(/v/[^"]+/files/[^"]+)"', page) == [f"/v/{parts_of(page)}/files/{file.id}"] * 2
    assert "On some phones, View saves the file to Downloads." in page
    assert "<iframe" not in page
    assert "<object" not in page


def parts_of(page: str) -> str:
    found = re.search(r'action="/v/([\w-]{22})/files', page)
    assert found
    return found[1]


def test_the_page_is_in_the_readers_words(cloud: Cloud, uid: str) -> None:
    put_resource(TYPE, uid, note=None)
    put_file(cloud, TYPE, uid, b"x" * 2_345_678, kind=FileKind.DOCX, name="Factura.docx")

    visitor = Visitor(cloud, language="es")
    page = visitor.see(link(cloud, uid)).text

    for text in ("1.234,50\N{NO-BREAK SPACE}€", "1 de diciembre de 2026", "Documento de Word, 2,3 MB", "Descargar"):
        assert text in page
    assert ">Ver<" not in page  # a browser cannot show it


@pytest.mark.parametrize(("wanted", "shown"), [("view", "inline"), ("download", "attachment")])
def test_a_press_leads_to_the_bytes(cloud: Cloud, uid: str, wanted: str, shown: str) -> None:
    file = put_file(cloud, TYPE, uid, name="Rechnung für Öl.pdf")
    visitor = Visitor(cloud)
    visitor.see(link(cloud, uid))

    answer = press(visitor, file.id, wanted)

    assert answer.status == 303
    given = fetch(cloud, answer.header("location"))
    assert (given.status, given.body) == (200, PDF)
    assert given.header("content-type") == "application/pdf"
    disposition = given.header("content-disposition")
    assert disposition.startswith(f'{shown}; filename="Rechnung f')
    assert disposition.endswith("filename*=UTF-8''Rechnung%20f%C3%BCr%20%C3%96l.pdf")


def test_an_address_lasts_a_minute(cloud: Cloud, uid: str) -> None:
    file = put_file(cloud, TYPE, uid)
    visitor = Visitor(cloud)
    visitor.see(link(cloud, uid))
    url = press(visitor, file.id).header("location")

    cloud.clock.advance(timedelta(seconds=61))

    assert fetch(cloud, url).status == 403


def test_a_program_gets_the_facts_and_the_address(cloud: Cloud, uid: str) -> None:
    put_resource(TYPE, uid)
    file = put_file(cloud, TYPE, uid)
    program = Visitor(cloud, JSON)
    seen = program.see(link(cloud, uid)).json()

    given = press(program, file.id, "download").json()

    assert seen["document"] == {
        "title": "Invoice for October",
        "number": "2026-0042",
        "amount": {"value": "1234.5", "currency": "EUR"},
        "due": "2026-12-01",
        "note": "Thank you.\nYour bank <& co>",
        "files": [
            {
                "id": file.id,
                "name": "Invoice 42.pdf",
                "type": "application/pdf",
                "size": len(PDF),
                "sha256": file.sha256,
            }
        ],
    }
    assert (given["expiresInSeconds"], given["sha256"]) == (60, file.sha256)
    assert fetch(cloud, given["url"]).body == PDF


def test_a_view_is_a_document_that_was_given_out(cloud: Cloud, uid: str) -> None:
    file = put_file(cloud, TYPE, uid)
    url, visitor = link(cloud, uid), Visitor(cloud)
    visitor.see(url)
    assert stored(cloud, url)["shown"] == 0

    for wanted in ("view", "download"):
        assert press(visitor, file.id, wanted).status == 303

    assert (stored(cloud, url)["shown"], stored(cloud, url)["looks"]) == (1, 2)


def test_a_missing_document_is_not_promised_and_costs_no_view(cloud: Cloud, uid: str) -> None:
    url, visitor = link(cloud, uid), Visitor(cloud)
    page = visitor.see(url).text

    assert "has not attached the document yet" in page
    assert "View" not in re.sub("<script>.*?</script>", "", page, flags=re.DOTALL)
    assert stored(cloud, url)["shown"] == 0


def test_a_message_promises_a_document_that_is_there(cloud: Cloud, uid: str) -> None:
    link(cloud, uid)
    cloud.settle()
    assert outbox(cloud) == []

    put_file(cloud, TYPE, uid)
    link(cloud, uid)
    cloud.settle()
    assert "View the document" in next(each for each in outbox(cloud) if each["channel"] == "email")["text"]


@pytest.mark.parametrize("state", [FileState.INFECTED, FileState.FAILED])
def test_a_file_that_did_not_pass_its_check_is_never_offered(cloud: Cloud, uid: str, state: FileState) -> None:
    file = put_file(cloud, TYPE, uid, state=state)
    visitor = Visitor(cloud)

    assert file.id not in visitor.see(link(cloud, uid)).text
    assert press(visitor, file.id).status == 404


def test_a_file_that_is_gone_leads_back_to_what_is_there(cloud: Cloud, uid: str) -> None:
    put_file(cloud, TYPE, uid)
    visitor = Visitor(cloud)
    visitor.see(link(cloud, uid))

    answer = press(visitor, "0123456789abcdefABCDEF")

    assert answer.status == 404
    assert "This document is not here any more" in answer.text
    assert f'href="{visitor.thing}"' in answer.text


def test_a_file_of_another_link_is_not_given(cloud: Cloud, uid: str) -> None:
    put_file(cloud, TYPE, uid)
    other = put_file(cloud, TYPE, "another uid")
    visitor = Visitor(cloud)
    visitor.see(link(cloud, uid))

    assert press(visitor, other.id).status == 404


@pytest.mark.parametrize("fields", [{}, {"as": "read"}, {"as": ""}])
def test_a_press_says_how_the_file_is_wanted(cloud: Cloud, uid: str, fields: dict[str, str]) -> None:
    file = put_file(cloud, TYPE, uid)
    for accept in ("text/html", JSON):
        visitor = Visitor(cloud, accept)
        visitor.see(link(cloud, uid))

        assert visitor.post(f"{visitor.thing}/files/{file.id}", fields).status == 422


def test_without_a_visit_nothing_is_given(cloud: Cloud, uid: str) -> None:
    file = put_file(cloud, TYPE, uid)
    url = link(cloud, uid)
    stranger = Visitor(cloud)
    stranger.rid = parts(url)[0]

    assert press(stranger, file.id).status == 401
    assert stored(cloud, url)["shown"] == 0


def test_only_a_page_with_files_may_lead_to_the_bucket(cloud: Cloud, uid: str) -> None:
    url = link(cloud, uid)
    without = Visitor(cloud).see(url).header("content-security-policy")
    put_file(cloud, TYPE, uid)
    with_file = Visitor(cloud).see(url).header("content-security-policy")

    assert f"form-action 'self' {ORIGIN};" in with_file
    assert ORIGIN not in without
