"""Links are found by every name that a caller was given, and by no other tenant."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from linkgate.tokens import token_guid
from tests.management.conftest import UID
from tests.support.vendor_calls import CUSTOMER_LINK, SURVEY

if TYPE_CHECKING:
    from tests.management.conftest import Manager
    from tests.support.cloud import Cloud
    from tests.support.vendor_calls import Call


def number_of(reply: dict[str, Any]) -> int:
    """Return the number that Trendsic's caller got."""
    return int(reply["link"]["customerLinkId"])


def dashed(guid: str) -> str:
    return "-".join((guid[:8], guid[8:12], guid[12:16], guid[16:20], guid[20:]))


def test_the_digits_of_a_guid_name_a_link_with_and_without_dashes(manager: Manager, other: Manager) -> None:
    rid = manager.share()
    guid = token_guid(rid)

    for name in (rid, guid, guid.upper(), dashed(guid)):
        assert manager.get(f"/links/{name}")["rid"] == rid
        other.get(f"/links/{name}", 404)
    assert manager.post(f"/links/{dashed(guid)}/revoke")["status"] == "Revoked"


@pytest.mark.parametrize("call", [CUSTOMER_LINK, SURVEY], ids=["trendsic", "digidesk"])
def test_the_number_that_a_vendors_caller_got_names_the_link(cloud: Cloud, manager: Manager, call: Call) -> None:
    body = call.make(cloud).json()
    number = number_of(body) if call is CUSTOMER_LINK else body["data"]
    cloud.settle()

    found = manager.get(f"/links/{number}")

    assert found["number"] == number
    assert manager.get(f"/links/{found['rid']}/events")["rid"] == found["rid"]
    for unknown in (number + 1, f"0{number}", -number, f"{number}.0", "9" * 11, "9" * 40):
        manager.get(f"/links/{unknown}", 404)


def test_a_number_is_a_tenants_own(cloud: Cloud, manager: Manager, other: Manager) -> None:
    manager.share()
    response = CUSTOMER_LINK.make(cloud).json()
    cloud.settle()

    other.get(f"/links/{number_of(response)}", 404)


def test_an_erased_link_and_an_extended_one_keep_their_number(cloud: Cloud, manager: Manager) -> None:
    response = CUSTOMER_LINK.make(cloud).json()
    number = number_of(response)
    cloud.settle()
    rid = manager.get(f"/links/{number}")["rid"]

    manager.post(f"/links/{rid}/extend", {"hours": 24 * 20})
    cloud.settle()
    entries = {item["sk"]: item["ttl"] for item in cloud.table() if item["pk"] == rid and "created_at" in item}
    assert len(set(entries.values())) == 1, entries
    manager.post("/recipients/erase", {"recipient": "jane@example.com"})
    cloud.settle()

    assert manager.get(f"/links/{number}")["recipient"]["email"] is None
    assert manager.get("/links?recipient=jane@example.com")["links"] == []


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/recipients/erase", {"recipient": "ada@example.com", "dry_run": True}),
        ("/links/{rid}/resend", {"phone": "+447700900123"}),
        ("/links/{rid}/revoke", {"why": "wrong person"}),
        ("/links/{rid}/extend", {"hours": 2, "days": 1}),
        ("/links/{rid}/revoke-way", {"way": "api", "channel": "sms"}),
    ],
)
def test_an_unknown_member_is_refused_and_nothing_is_done(
    cloud: Cloud, manager: Manager, path: str, body: dict[str, object]
) -> None:
    rid = manager.share(email="ada@example.com", contactId=None)
    cloud.settle()
    before = manager.get(f"/links/{rid}")

    refused = manager.post(path.replace("{rid}", rid), body, 400)

    (unknown,) = set(body) - {"recipient", "hours", "way"}
    assert refused["fields"] == [{"field": unknown, "reason": "is unknown"}]
    cloud.settle()
    assert manager.get(f"/links/{rid}") == before


def test_unknown_members_of_contacts_and_entries_are_refused(manager: Manager) -> None:
    reply = manager.raw("PUT", "/contacts/7", b'{"name": "Ada", "e_mail": "ada@example.com"}')
    assert reply.status == 400
    entry = {"kind": "resource", "resourceType": "Invoice", "resourceUid": UID, "contactId": 1, "chanels": ["sms"]}

    made = manager.post("/links/batch", {"links": [entry]})
    refused = manager.post("/links/batch", {"links": [], "dryRun": True}, 400)

    assert made["results"][0]["problem"]["fields"] == [{"field": "chanels", "reason": "is unknown"}]
    assert refused["fields"] == [{"field": "dryRun", "reason": "is unknown"}]


def test_a_dry_run_of_an_erasure_counts_and_changes_nothing(cloud: Cloud, manager: Manager) -> None:
    manager.request_form("ada@example.com", name="Ada")
    cloud.settle()
    before = cloud.table()

    counted = manager.post("/recipients/erase", {"recipient": "Ada@Example.com", "dryRun": True})

    assert cloud.table() == before
    done = manager.post("/recipients/erase", {"recipient": "ada@example.com"})
    assert counted == done
    assert counted["links"] == 1
    assert counted["bodies"] == 1
