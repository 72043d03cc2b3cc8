"""A link is found by whatever a customer says, as far as its tenant wants it, and by nobody else."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from linkgate import wiring
from linkgate.errors import InvalidRequest
from linkgate.model.tenant import FINDERS, Tenant
from linkgate.usecases.authentication import person_caller
from linkgate.usecases.staff.finding import FindLinks, Found, find_links
from local.demo import DEMO
from tests.management.conftest import UID, Manager

if TYPE_CHECKING:
    from tests.support.cloud import Cloud

ADA = {"id": 7, "name": "Ada María García Márquez", "email": "ada.g@example.com", "accountNumber": "ES 12-34"}


def find(text: str, limit: int = 20, finders: frozenset[str] = FINDERS, tenant: Tenant = DEMO, **more: object) -> Found:
    caller = person_caller(replace(tenant, finders=finders), "5" * 32, "support", frozenset())
    return find_links(FindLinks(caller=caller, text=text, limit=limit, **more), wiring.deps())  # type: ignore[arg-type]


def rids(found: Found) -> list[str]:
    return [link.rid for link in found.links]


@pytest.fixture
def every_finder(cloud: Cloud) -> None:
    """Let the demo tenant's links be found in every way."""
    wiring.deps().tenants.put_tenant(replace(DEMO, finders=FINDERS))  # type: ignore[attr-defined]
    cloud.settle()


@pytest.fixture
def rid(manager: Manager, every_finder: None) -> str:  # noqa: ARG001 - what was set up before the link was made
    manager.raw("PUT", "/contacts/7", json.dumps({key: ADA[key] for key in ADA if key != "id"}))
    made = manager.share(contactId=7)
    manager.cloud.settle()
    return made


@pytest.mark.parametrize(
    "text", ["es1234", "ES 12-34", "7", "García", "garcia marquez", "MARQUEZ", "Ada Márquez", UID, "ada.g@example.com"]
)
def test_any_spelling_finds(rid: str, text: str) -> None:
    assert rids(find(text)) == [rid]


@pytest.mark.parametrize("text", ["ES 12-35", "8", "Garza", "Ada Marquina", "Lovelace", UID[::-1]])
def test_others_are_not_found(rid: str, text: str) -> None:
    assert rid not in rids(find(text))


def test_a_survey_is_found_by_the_account_number_it_was_made_with(manager: Manager) -> None:
    made = manager.ask(accountNumber="ABC 123")
    manager.cloud.settle()

    assert rids(find("abc-123")) == [made["rid"]]


def test_a_name_is_found_only_where_the_tenant_wants_it(manager: Manager) -> None:
    manager.share(contactId=1)
    manager.cloud.settle()

    with pytest.raises(InvalidRequest):
        find("Ada Lovelace", finders=DEMO.finders)
    assert find("Ada Lovelace").links == ()


def test_another_tenant_finds_nothing(rid: str) -> None:
    other = replace(DEMO, id="9" * 32)

    for text in (rid, "es1234", "7", "García", UID, "ada.g@example.com"):
        assert find(text, tenant=other).links == ()


def test_nothing_is_found_after_an_erasure(manager: Manager, rid: str) -> None:
    manager.post("/recipients/erase", {"recipient": "ada.g@example.com"})
    manager.cloud.settle()

    assert not [item for item in manager.cloud.table() if item["pk"] == rid and item["sk"].startswith("listed#")]
    assert [text for text in ("es1234", "7", "García", "ada.g@example.com") if find(text).links] == []


def test_a_search_goes_on_where_it_stopped(manager: Manager) -> None:
    made = []
    for _ in range(5):
        made.append(manager.request_form()["rid"])
        manager.cloud.post("/_local/clock", {"advance_seconds": 1})
    manager.cloud.settle()

    first = find("ada@example.com", limit=2)
    second = find("ada@example.com", limit=2, before=first.older)
    last = find("ada@example.com", limit=2, before=second.older)

    assert rids(first) + rids(second) + rids(last) == made[::-1]
    assert first.older
    assert last.older is None


def test_a_search_reads_so_many_links_and_no_more(
    manager: Manager,
    every_finder: None,  # noqa: ARG001 - what was set up
) -> None:
    manager.raw("PUT", "/contacts/8", '{"name": "Bob Garza"}')
    manager.raw("PUT", "/contacts/9", '{"name": "Eve Garfield"}')
    wanted = manager.share(contactId=8)
    for _ in range(3):
        manager.cloud.post("/_local/clock", {"advance_seconds": 1})
        manager.share(contactId=9)
    manager.cloud.settle()

    first = find("Garza", candidates=2)
    assert (rids(first), first.older is not None) == ([], True)
    assert rids(find("Garza", candidates=2, before=first.older)) == [wanted]


@pytest.mark.parametrize("text", ["https://evil.example/l/AAAA#x", "https://evil.example/invoice", "www.evil.example"])
def test_a_page_that_is_not_ours_is_not_to_be_opened(cloud: Cloud, text: str) -> None:  # noqa: ARG001 - a table
    assert find(text) == Found((), foreign=True)
