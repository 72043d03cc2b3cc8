"""Readings are in the journal before they leave: where nothing can be written there, nothing leaves."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest

from linkgate import wiring
from linkgate.errors import Unavailable
from linkgate.model.tenant import FINDERS
from linkgate.store.tenants import DynamoTenants
from local.demo import CAMPAIGN, DEMO
from tests.management.conftest import Manager
from tests.support.documents import put_file_on_link

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from local.http_messages import HttpResponse
    from tests.support.cloud import Cloud
    from tests.support.staff_browser import StaffBrowser

CANARY = "Canary Answer"


class Full:
    """`ports.staff.Journal` to which nothing can be written."""

    def add(self, *_: object) -> None:
        raise Unavailable


class WithFull:
    """The ports of the console, with such a journal."""

    def __init__(self, parts: Any) -> None:
        self._parts = parts

    def __getattr__(self, name: str) -> Any:
        return Full() if name == "journal" else getattr(self._parts, name)


@pytest.fixture
def rid(site: Cloud) -> str:
    """Return a form that was sent in, and of which there is an answer, a file and a survey's result."""
    manager = Manager(site)
    made = manager.make(
        {"kind": "process", "process": "xxxxxxLChXYEBVg4", "notify": False, "data": {"metadata": {"name": CANARY}}}
    )[0]
    manager.submit(made["link"], {"fullName": CANARY})
    survey = manager.ask("canary@example.com", customerName=CANARY)
    manager.submit(survey["link"], {"rating": 1, "comment": CANARY})
    site.settle()
    return str(made["rid"])


@pytest.fixture
def by_name(site: Cloud) -> Iterator[None]:
    """Let the tenant's links be found by names. Fails if the table cannot be written by its operator."""
    tenants = wiring.deps().tenants
    assert isinstance(tenants, DynamoTenants)
    tenants.put_tenant(replace(DEMO, finders=FINDERS))
    site.settle()
    yield
    tenants.put_tenant(DEMO)


def read(name: str, browser: StaffBrowser, rid: str, file: str) -> HttpResponse:
    if name == "a name":
        return browser.post("/console/find", {"text": CANARY}, follow=False)
    paths = {
        "evidence": f"links/{rid}/evidence",
        "a submission": f"links/{rid}/submission",
        "a file": f"links/{rid}/files/{file}",
        "results": f"results/file?name={quote(CAMPAIGN)}",
    }
    return browser.get(f"/console/{paths[name]}", follow=False)


READERS = {
    "a name": "Sam Support",
    "evidence": "Audrey Auditor",
    "a submission": "Rita Results",
    "a file": "Rita Results",
    "results": "Rita Results",
}


@pytest.mark.usefixtures("by_name")
@pytest.mark.parametrize("name", READERS)
def test_nothing_is_read_that_the_journal_cannot_name(
    name: str, rid: str, site: Cloud, signed_in: Callable[[str], StaffBrowser]
) -> None:
    browser, deps = signed_in(READERS[name]), wiring.deps()
    link = deps.links.get(rid)
    assert link
    file = put_file_on_link(site, link).id
    assert read(name, browser, rid, file).status < 400

    wiring.use(replace(deps, staff=WithFull(deps.staff)))
    try:
        refused = read(name, browser, rid, file)
    finally:
        wiring.use(deps)

    assert refused.status == 503
    assert CANARY not in refused.text
    assert refused.header("location") == ""
