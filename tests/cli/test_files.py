"""Documents are put on resources and links, listed, saved and deleted from the command line."""

from __future__ import annotations

import hashlib
import json
import time
from typing import TYPE_CHECKING

import pytest
import requests

from cli.api_calls import Api
from local import demo
from tests.files.test_arrival import EICAR, PDF
from tests.support.command_line import invoke
from tests.support.local_runner import Runner

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

UID = "fedcba9876543210fedcba9876543210"
RESOURCE = ("Invoice", UID)


@pytest.fixture(scope="module")
def runner(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Runner]:
    started = Runner(tmp_path_factory.mktemp("runner"))
    yield started
    started.stop()


@pytest.fixture
def pdf(tmp_path: Path) -> Path:
    path = tmp_path / "Invoice 7.pdf"
    path.write_bytes(PDF)
    return path


def linkgate(runner: Runner, *arguments: object, code: int = 0) -> str:
    result = invoke(*arguments, "--endpoint-url", runner.base, env={"LINKGATE_KEY": demo.MANAGE_KEY})
    assert result.exit_code == code, result.output
    return result.output


def test_a_document_is_put_listed_saved_and_deleted(runner: Runner, pdf: Path, tmp_path: Path) -> None:
    about = ("--title", "Invoice for May", "--amount", "7.50", "--currency", "EUR", "--due", "2026-12-01")
    said = linkgate(runner, "file", "put", *RESOURCE, pdf, *about)

    id_, state, name = said.strip().split("  ")
    assert (state, name) == ("clean", "Invoice 7.pdf")
    listed = linkgate(runner, "file", "list", *RESOURCE)
    assert listed.startswith("Invoice for May\n")
    assert f"{id_}  clean" in listed
    out = tmp_path / "saved.pdf"
    assert linkgate(runner, "file", "get", *RESOURCE, id_, "--out", out).strip() == str(out)
    assert out.read_bytes() == PDF
    assert "exists. Nothing was written" in linkgate(runner, "file", "get", *RESOURCE, id_, "--out", out, code=2)
    linkgate(runner, "file", "delete", *RESOURCE, id_, "--yes")
    assert json.loads(linkgate(runner, "file", "list", *RESOURCE, "--json"))["files"] == []


def test_a_file_is_attached_to_a_link(runner: Runner, pdf: Path) -> None:
    entry = {"kind": "resource", "resourceType": "Invoice", "resourceUid": UID, "contactId": 1}
    made = Api(runner.base, demo.MANAGE_KEY).post("/links/batch", {"links": [entry]})
    rid = made["results"][0]["rid"]

    linkgate(runner, "link", "attach", rid, pdf)

    assert "Invoice 7.pdf" in linkgate(runner, "link", "files", rid)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("page.html", b"<!doctype html>", "is of no kind that recipients may get"),
        ("empty.pdf", b"", "must have between 1 and"),
    ],
)
def test_what_nobody_may_get_is_not_sent(runner: Runner, tmp_path: Path, name: str, content: bytes, said: str) -> None:
    (tmp_path / name).write_bytes(content)

    assert said in linkgate(runner, "file", "put", *RESOURCE, tmp_path / name, code=2)


def test_an_infected_file_is_not_accepted(runner: Runner, tmp_path: Path) -> None:
    (tmp_path / "bad.pdf").write_bytes(PDF + EICAR)

    said = linkgate(runner, "file", "put", *RESOURCE, tmp_path / "bad.pdf", code=1)

    assert "bad.pdf was not accepted: malware was found in it." in said


def test_half_an_amount_is_refused(runner: Runner, pdf: Path) -> None:
    assert "together" in linkgate(runner, "file", "put", *RESOURCE, pdf, "--title", "A", "--amount", "7", code=2)
    assert "Pass --title" in linkgate(runner, "file", "put", *RESOURCE, pdf, "--number", "7", code=2)


def test_a_dry_run_changes_nothing(runner: Runner, pdf: Path) -> None:
    other = ("Invoice", "0" * 32)

    assert "would be put" in linkgate(runner, "file", "put", *other, pdf, "--dry-run")
    assert "There is no such resource" in linkgate(runner, "file", "list", *other, code=1)


def test_without_a_key_it_is_said_which_one_is_needed(pdf: Path) -> None:
    said = invoke(
        "file", "put", *RESOURCE, pdf, "--endpoint-url", "http://127.0.0.1:1", env={"LINKGATE_KEY": ""}
    ).output

    assert "--scope files:read --scope files:write" in said.replace("\n", " ")


def answer_with_file(runner: Runner, link: str) -> str:
    """Answer a survey with a file, as a program does. Returns the link's rid."""
    http = requests.Session()
    http.headers["accept"] = "application/json"
    rid, secret = link.rpartition("/l/")[2].split("#")
    thing = f"{runner.base}/v/{rid}"
    assert http.post(f"{runner.base}/l/{rid}", json={"secret": secret}).status_code == 200
    about: dict[str, str | int] = {"field": "/photo", "name": "photo.pdf", "size": len(PDF), "type": "application/pdf"}
    asked = http.post(f"{thing}/files/new", json={**about, "sha256": hashlib.sha256(PDF).hexdigest()}).json()
    assert requests.post(asked["url"], data=asked["fields"], files={"file": PDF}, timeout=10).status_code == 201
    assert http.post(f"{thing}/submit", json={"data": {"photo": asked["id"]}}).status_code == 201
    while Api(runner.base, demo.MANAGE_KEY).get(f"/links/{rid}/submission")["files"][0]["state"] != "clean":
        time.sleep(0.05)
    return rid


def test_the_files_of_answers_are_saved_with_the_results(runner: Runner, tmp_path: Path) -> None:
    campaign = {
        "id": "photos",
        "title": "Photos",
        "schema": {"properties": {"photo": {"type": "string", "format": "file"}}},
    }
    (tmp_path / "photos.yaml").write_text(json.dumps(campaign))
    linkgate(runner, "campaign", "create", tmp_path / "photos.yaml", "--tenant", demo.DEMO.id)
    entries = [{"kind": "survey", "campaign": "photos", "contact": f"{name}@example.com"} for name in ("ana", "bob")]
    made = Api(runner.base, demo.MANAGE_KEY).post("/links/batch", {"links": entries})["results"]
    answered = answer_with_file(runner, made[0]["link"])
    folder = tmp_path / "saved"

    rows = linkgate(runner, "results", "photos", "--tenant", demo.DEMO.id, "--json", "--files", folder)

    assert [json.loads(row)["rid"] == answered for row in rows.splitlines() if row[0] == "{"] == [False, True]
    assert sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*.*")) == [
        f"{answered}/1-photo.pdf",
        f"{answered}/submission.json",
    ]
    assert (folder / answered / "1-photo.pdf").read_bytes() == PDF
    again = linkgate(runner, "results", "photos", "--tenant", demo.DEMO.id, "--files", folder, code=2)
    assert "must be an empty folder" in again
