"""Links are found by the reference that a customer reads out, within their tenant, until they are erased."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from linkgate import wiring
from linkgate.model.reference import reference_of
from linkgate.store.link_keys import reference_key
from local.demo import DEMO
from tests.cli.conftest import Shell

if TYPE_CHECKING:
    from tests.management.conftest import Manager


def found(manager: Manager, reference: str, **query: str) -> list[str]:
    """Return the rids of the links with this reference."""
    more = "".join(f"&{name}={value}" for name, value in query.items())
    return [link["rid"] for link in manager.get(f"/links?reference={reference}{more}")["links"]]


def kept(manager: Manager) -> list[str]:
    """Return the rids in the entries that find links by their reference."""
    return [item["sk"] for item in manager.cloud.table() if item["pk"].startswith("ref#")]


def test_a_link_is_found_by_its_reference_from_its_first_opening_on(manager: Manager, other: Manager) -> None:
    made = manager.request_form()
    reference = reference_of(made["rid"])
    manager.cloud.settle()
    assert found(manager, reference) == []

    manager.open(made["link"])
    manager.cloud.settle()

    for typed in (reference, reference.lower(), reference.replace("-", ""), reference.replace("-", "%20").lower()):
        assert found(manager, typed) == [made["rid"]]
    assert found(manager, reference, status="Submitted") == []
    assert found(other, reference) == []
    rows = Shell(manager.cloud).json("link", "find", reference.lower(), "--tenant", DEMO.id)
    assert [row["rid"] for row in rows] == [made["rid"]]


def test_links_that_share_a_reference_are_both_found(manager: Manager) -> None:
    first, second = manager.request_form(), manager.request_form("bob@example.com")
    for made in (first, second):
        manager.submit(made["link"], {"fullName": "Ana"})
    manager.cloud.settle()
    shared = reference_of(first["rid"])
    entry = {"pk": reference_key(DEMO.id, shared), "sk": second["rid"], "ttl": 2_000_000_000}
    wiring.deps().lists._table.put(entry)  # type: ignore[attr-defined] # noqa: SLF001 - no hash collides at will

    assert sorted(found(manager, shared)) == sorted([first["rid"], second["rid"]])


@pytest.mark.parametrize("typed", ["", "XK7M", "XK7M-4QR0"])
def test_what_is_no_reference_is_a_fault(manager: Manager, typed: str) -> None:
    problem = manager.get(f"/links?reference={typed}", 400)
    assert [fault["field"] for fault in problem["fields"]] == ["reference"]


def test_a_reference_and_a_recipient_are_two_lists(manager: Manager) -> None:
    manager.get("/links?reference=XK7M-4QRD&recipient=ana@example.com", 400)


def test_an_erased_link_has_no_entry_for_its_reference(manager: Manager) -> None:
    made = manager.request_form()
    manager.submit(made["link"], {"fullName": "Ana"})
    manager.cloud.settle()
    link = wiring.deps().links.get(made["rid"])
    assert link
    assert kept(manager) == [made["rid"]]

    manager.post("/recipients/erase", {"recipient": "ada@example.com"})
    assert kept(manager) == []
    # An event that was told before the erasure may be recorded after it.
    wiring.deps().administration.list_reference(link)
    manager.cloud.settle()

    assert kept(manager) == []


def test_an_extended_link_is_found_for_longer(manager: Manager) -> None:
    made = manager.request_form()
    manager.open(made["link"])
    manager.cloud.settle()
    manager.post(f"/links/{made['rid']}/extend", {"hours": 24 * 60})
    manager.cloud.settle()

    table = manager.cloud.table()
    (entry,) = (item for item in table if item["pk"].startswith("ref#"))
    (stored,) = (item for item in table if item["pk"] == made["rid"] and item["sk"] == "link")
    assert entry["ttl"] == stored["ttl"]
