"""Lists of links are sorted newest first, filtered and paged, and contain no other tenant's links."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import pytest

from tests.management.conftest import UID

if TYPE_CHECKING:
    from tests.management.conftest import Manager


def listed(manager: Manager, **query: object) -> list[str]:
    """Return the rids of all pages."""
    rids: list[str] = []
    cursor: dict[str, object] = {}
    while True:
        page = manager.get(f"/links?{urlencode({**query, **cursor})}")
        rids += [link["rid"] for link in page["links"]]
        if page["cursor"] is None:
            return rids
        cursor = {"cursor": page["cursor"]}


def later(manager: Manager, seconds: int) -> None:
    manager.cloud.post("/_local/clock", {"advance_seconds": seconds})


def test_all_links_are_listed_newest_first_whatever_the_page(manager: Manager) -> None:
    rids = []
    for _ in range(25):
        rids.append(manager.share())
        later(manager, 7 * 3600)

    for limit in (1, 7, 100):
        assert listed(manager, limit=limit) == rids[::-1]


def test_a_window_is_what_it_says(manager: Manager) -> None:
    rids = []
    for _ in range(6):
        rids.append(manager.share())
        later(manager, 86400)
    created = [manager.get(f"/links/{rid}")["createdAtUtc"] for rid in rids]

    assert listed(manager, createdAfter=created[2], limit=2) == rids[:1:-1]
    assert listed(manager, createdBefore=created[2], limit=2) == rids[1::-1]
    assert listed(manager, createdAfter=created[1], createdBefore=created[4]) == rids[3:0:-1]
    assert listed(manager, createdAfter=created[4], createdBefore=created[1]) == []


def test_links_older_than_a_month_are_listed_when_asked_for(manager: Manager) -> None:
    rid = manager.share(hours=60 * 24)
    created = manager.get(f"/links/{rid}")["createdAtUtc"]
    later(manager, 40 * 86400)

    assert listed(manager) == []
    assert listed(manager, createdAfter=created) == [rid]


def test_a_very_long_window_ends_short_and_goes_on(manager: Manager) -> None:
    rid = manager.share()
    later(manager, 5 * 366 * 86400)

    page = manager.get("/links?createdAfter=2020-01-01T00:00:00Z")

    assert page["links"] == []
    assert page["cursor"] is not None
    assert listed(manager, createdAfter="2020-01-01T00:00:00Z") == [rid]


@pytest.mark.parametrize(
    "query",
    [
        {"createdAfter": "1970-01-01T00:00:00Z"},
        {"createdBefore": "9999-12-31T23:59:59Z"},
        {"createdAfter": "0001-01-01T00:00:00Z", "createdBefore": "9999-12-31T23:59:59Z"},
    ],
)
def test_a_window_that_stands_for_all_time_begins_with_the_newest_and_ends(
    manager: Manager, query: dict[str, str]
) -> None:
    rid, pages = manager.share(), 0
    page = first = manager.get(f"/links?{urlencode(query)}")
    while page["cursor"] and pages < 10:
        page, pages = manager.get(f"/links?{urlencode({**query, 'cursor': page['cursor']})}"), pages + 1

    assert [link["rid"] for link in first["links"]] == [rid]
    assert page["cursor"] is None


@pytest.mark.parametrize("path", ["/links", "/campaigns/My%20Survey%20Campaign/results"])
def test_a_window_before_any_link_is_empty(manager: Manager, path: str) -> None:
    page = manager.get(f"{path}?createdBefore=0001-01-01T00:00:00Z")

    assert (page.get("links", page.get("results")), page["cursor"]) == ([], None)


def test_a_resources_links_are_found_in_any_spelling_of_it(manager: Manager) -> None:
    rid = manager.share()
    manager.share("f" * 32)

    for uid in (UID, UID.upper(), "01234567-89ab-cdef-0123-456789abcdef"):
        assert listed(manager, resourceType="Invoice", resourceUid=uid) == [rid]
    assert listed(manager, resourceType="MedicalReport", resourceUid=UID) == []


def test_a_recipients_links_are_found_by_every_address(manager: Manager) -> None:
    rids = [manager.share(), manager.ask("Ada@Example.com")["rid"]]
    manager.ask("someone@example.com")
    manager.cloud.settle()

    assert listed(manager, recipient="ada@example.com", limit=1) == rids[::-1]
    assert listed(manager, recipient="ADA@example.com") == rids[::-1]
    assert listed(manager, recipient="+44 7700 900001") == rids[:1]
    assert listed(manager, recipient="07700900001") == rids[:1]


def test_filters_look_at_what_a_link_is_now(manager: Manager) -> None:
    shared, form = manager.share(), manager.request_form()
    manager.submit(form["link"], {})
    revoked = manager.share()
    manager.post(f"/links/{revoked}/revoke")

    assert listed(manager, kind="process") == [form["rid"]]
    assert listed(manager, status="Submitted") == [form["rid"]]
    assert listed(manager, status="Active", limit=1) == [shared]
    assert listed(manager, kind="resource", status="Revoked") == [revoked]
    later(manager, 8 * 86400)
    assert listed(manager, status="Expired") == [shared]


def test_a_tenant_sees_its_own_links_only(manager: Manager, other: Manager) -> None:
    mine, theirs = manager.share(), other.share()
    manager.cloud.settle()

    assert listed(manager) == [mine]
    assert listed(other) == [theirs]
    assert listed(other, resourceType="Invoice", resourceUid=UID) == [theirs]
    assert listed(other, recipient="ada@example.com") == []


def cursor_of(manager: Manager, **query: object) -> str:
    return str(manager.get(f"/links?{urlencode({'limit': 1, **query})}")["cursor"])


def test_a_cursor_is_good_for_its_own_list_only(manager: Manager, other: Manager) -> None:
    for each in (manager, other):
        each.share()
        each.share()
    cursor = cursor_of(manager)
    foreign: list[tuple[Manager, dict[str, object]]] = [
        (other, {}),
        (manager, {"recipient": "ada@example.com"}),
        (manager, {"resourceType": "Invoice", "resourceUid": UID}),
        (manager, {"status": "Active"}),
        (manager, {"createdAfter": "2026-01-01T00:00:00Z"}),
    ]

    for caller, query in foreign:
        problem = caller.get(f"/links?{urlencode({**query, 'cursor': cursor})}", 400)
        assert problem["fields"][0]["field"] == "cursor"


@pytest.mark.parametrize("cursor", ["x", "e30", "W10", "WzEsMiwzLDRd", "9" * 4000, "%00", "WyJhIiwxLDIsbnVsbF0", "a b"])
def test_what_is_no_cursor_is_told(manager: Manager, cursor: str) -> None:
    assert manager.get(f"/links?cursor={cursor}", 400)["fields"][0]["field"] == "cursor"


@pytest.mark.parametrize(
    "position",
    [
        "null_",
        [0],
        [-1, {}],
        [999, {}],
        ["0", {}],
        [0, []],
        [0, {"0": "x"}],
        [0, {"0": ["", "link", 1]}],
        [0, {"0": ["a", "", 1]}],
        [0, {"0": ["a", "link", "1"]}],
        [0, {"0": ["a", "link", 1.5]}],
        [0, {"0": ["a", "link", 10**30]}],
        [0, {"0": ["a" * 5000, "link", 1]}],
    ],
)
def test_a_cursor_that_was_tampered_with_is_told(manager: Manager, position: object) -> None:
    import base64
    import json

    manager.share()
    manager.share()
    parts: list[Any] = json.loads(base64.urlsafe_b64decode(cursor_of(manager) + "=="))
    forged = base64.urlsafe_b64encode(json.dumps([*parts[:3], position]).encode()).decode().rstrip("=")

    assert manager.get(f"/links?limit=1&cursor={forged}", 400)["fields"][0]["field"] == "cursor"


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("limit=0", "limit"),
        ("limit=101", "limit"),
        ("limit=ten", "limit"),
        ("limit=99999999999", "limit"),
        ("kind=letter", "kind"),
        ("status=active", "status"),
        ("createdAfter=yesterday", "createdAfter"),
        ("createdAfter=0001-01-01T00:00:00%2B14:00", "createdAfter"),
        ("recipient=nobody", "recipient"),
        ("recipient=%20", "recipient"),
        ("recipient=a@example.com&resourceType=Invoice&resourceUid=1", "recipient"),
        ("resourceType=Invoice", "resourceUid"),
        ("resourceUid=1", "resourceType"),
        ("recipent=ada@example.com", "recipent"),
    ],
)
def test_a_wrong_question_is_told_by_its_parameter(manager: Manager, query: str, field: str) -> None:
    assert [fault["field"] for fault in manager.get(f"/links?{query}", 400)["fields"]] == [field]


def test_a_time_may_come_with_a_plus_that_was_not_encoded(manager: Manager) -> None:
    rid = manager.share()

    assert listed(manager, createdAfter="2020-01-01T00:00:00Z", createdBefore="2020-01-02T00:00:00Z") == []
    assert manager.get("/links?createdAfter=2026-01-01T00:00:00+00:00&limit=100")["cursor"] is None or rid
