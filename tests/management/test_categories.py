"""Categories are kept, shown, listed and deleted, and sessions and desks follow them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from linkgate.model.tenant import SCOPE_READ
from local import demo
from tests.management.conftest import OTHER_KEY, Manager
from tests.management.test_links import limited_key
from tests.support.vendor_calls import SESSION

if TYPE_CHECKING:
    from tests.support.cloud import Cloud

HOURS = {"timezone": "Europe/Madrid", "weekly": {"mon": ["09:00-13:00", "14:00-17:30"]}, "closed": ["2026-12-25"]}
LOANS = {
    "title": "Loans",
    "tier": "confidential",
    "locale": "es",
    "hours": HOURS,
    "callbacks": False,
    "patienceMinutes": 5,
    "media": "audio",
    "relay": True,
}


def test_a_category_is_kept_shown_listed_and_deleted(manager: Manager) -> None:
    kept = manager.put("/categories/loans", LOANS)

    assert kept == {"id": "loans", **LOANS, "agents": []}
    manager.raw("PUT", "/agents/eva", json.dumps({"queues": ["loans"]}))
    assert manager.get("/categories/loans") == {**kept, "agents": ["eva"]}
    assert {**kept, "agents": ["eva"]} in manager.get("/categories")["categories"]
    assert manager.raw("DELETE", "/categories/loans").status == 204
    assert manager.raw("DELETE", "/categories/loans").status == 204
    manager.get("/categories/loans", 404)


def test_a_second_put_leaves_nothing_of_the_first(manager: Manager) -> None:
    manager.put("/categories/loans", LOANS)

    assert manager.put("/categories/loans", {"title": "Loans"}) == {
        "id": "loans",
        "title": "Loans",
        "tier": "standard",
        "locale": None,
        "hours": None,
        "callbacks": True,
        "patienceMinutes": 2,
        "media": "video",
        "relay": False,
        "agents": [],
    }


def test_a_session_leads_to_a_category_that_was_just_made(cloud: Cloud) -> None:
    Manager(cloud).put("/categories/loans", {"title": "Loans", "hours": HOURS})

    made = SESSION.make(cloud, {**SESSION.body, "categoryCode": "loans"})

    assert made.status == 200, made.text


@pytest.mark.parametrize(
    ("content", "fields"),
    [
        ({}, ["title"]),
        ({**LOANS, "title": " ", "tier": "nowhere"}, ["title", "tier"]),
        ({**LOANS, "patienceMinutes": 0}, ["patienceMinutes"]),
        ({**LOANS, "patienceMinutes": 61}, ["patienceMinutes"]),
        ({**LOANS, "media": "hologram"}, ["media"]),
        ({**LOANS, "relay": "yes"}, ["relay"]),
        ({**LOANS, "queue": "loans"}, ["queue"]),
        ({**LOANS, "hours": "always"}, ["hours"]),
        ({**LOANS, "hours": {}}, ["hours.timezone", "hours.weekly"]),
        ({**LOANS, "hours": {**HOURS, "timezone": "Mars/Base"}}, ["hours.timezone"]),
        ({**LOANS, "hours": {**HOURS, "weekly": {}}}, ["hours.weekly"]),
        ({**LOANS, "hours": {**HOURS, "weekly": {"mon": []}}}, ["hours.weekly"]),
        ({**LOANS, "hours": {**HOURS, "weekly": {"monday": ["09:00-10:00"]}}}, ["hours.weekly.monday"]),
        (
            {**LOANS, "hours": {**HOURS, "weekly": {"mon": ["9-5"], "tue": ["17:00-09:00"]}}},
            ["hours.weekly.mon", "hours.weekly.tue"],
        ),
        ({**LOANS, "hours": {**HOURS, "weekly": {"mon": ["09:00-12:00", "11:00-13:00"]}}}, ["hours.weekly.mon"]),
        ({**LOANS, "hours": {**HOURS, "weekly": {"mon": "09:00-12:00"}}}, ["hours.weekly.mon"]),
        ({**LOANS, "hours": {**HOURS, "closed": ["2026-02-30"]}}, ["hours.closed.0"]),
        ({**LOANS, "hours": {**HOURS, "closed": [20261225]}}, ["hours.closed.0"]),
        ({**LOANS, "hours": {**HOURS, "closed": ["2026-12-25"] * 401}}, ["hours.closed"]),
    ],
)
def test_every_fault_is_told(manager: Manager, content: dict[str, object], fields: list[str]) -> None:
    refused = manager.put("/categories/loans", content, 400)

    assert [each["field"] for each in refused["fields"]] == fields
    manager.get("/categories/loans", 404)


def test_a_fault_says_what_hours_must_be(manager: Manager) -> None:
    refused = manager.put("/categories/loans", {**LOANS, "hours": {**HOURS, "weekly": {"mon": ["9-5"]}}}, 400)

    assert "spans such as 09:00-17:30" in str(refused["fields"])


def test_no_tenant_sees_anothers_categories(cloud: Cloud) -> None:
    Manager(cloud).put("/categories/loans", LOANS)
    other = Manager(cloud, OTHER_KEY)

    other.get("/categories/loans", 404)
    assert "loans" not in [each["id"] for each in other.get("/categories")["categories"]]
    assert other.raw("DELETE", "/categories/loans").status == 204
    assert Manager(cloud).get("/categories/loans")["title"] == "Loans"


def test_a_key_that_may_only_read_changes_no_category(cloud: Cloud) -> None:
    reader = Manager(cloud, limited_key(Manager(cloud), SCOPE_READ))

    assert demo.OCULAR_CODE in [each["id"] for each in reader.get("/categories")["categories"]]
    assert reader.raw("PUT", "/categories/loans", json.dumps(LOANS)).status == 403
    assert reader.raw("DELETE", f"/categories/{demo.OCULAR_CODE}").status == 403
