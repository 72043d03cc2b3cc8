"""Agents are kept, shown, listed and deleted, and their desks follow."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from local import demo
from tests.management.conftest import OTHER_KEY, Manager

if TYPE_CHECKING:
    from tests.support.cloud import Cloud

EVA = {"name": "Eva", "email": "Eva@Example.com", "queues": [demo.OCULAR_CODE, "billing"]}


def test_an_agent_is_kept_shown_listed_and_deleted(manager: Manager) -> None:
    kept = manager.put("/agents/eva", EVA)

    assert kept == manager.get("/agents/eva")
    assert kept in manager.get("/agents")["agents"]
    assert kept["queues"] == sorted([demo.OCULAR_CODE, "billing"])
    assert manager.post("/agents/eva/desk", {}, 201)["subject"] == "eva"
    assert manager.raw("DELETE", "/agents/eva").status == 204
    assert manager.raw("DELETE", "/agents/eva").status == 204
    manager.get("/agents/eva", 404)


def test_a_second_put_leaves_nothing_of_the_first(manager: Manager) -> None:
    manager.put("/agents/eva", EVA)

    assert manager.put("/agents/eva", {}) == {
        "id": "eva",
        "name": "",
        "email": None,
        "locale": None,
        "queues": [],
        "person": None,
    }


@pytest.mark.parametrize(
    ("content", "fields"),
    [
        ({**EVA, "queues": ["nowhere"]}, ["queues"]),
        ({**EVA, "email": "eva"}, ["email"]),
        ({**EVA, "email": "eva", "queues": ["nowhere"]}, ["email", "queues"]),
        ({**EVA, "queue": "billing"}, ["queue"]),
        ({**EVA, "queues": "billing"}, ["queues"]),
    ],
)
def test_every_fault_is_told(manager: Manager, content: dict[str, object], fields: list[str]) -> None:
    refused = manager.put("/agents/eva", content, 400)

    assert [each["field"] for each in refused["fields"]] == fields


def test_no_tenant_sees_anothers_agents(cloud: Cloud) -> None:
    Manager(cloud).put("/agents/eva", EVA)
    other = Manager(cloud, OTHER_KEY)

    other.get("/agents/eva", 404)
    assert "eva" not in [agent["id"] for agent in other.get("/agents")["agents"]]
    assert other.raw("DELETE", "/agents/eva").status == 204
    assert Manager(cloud).get("/agents/eva")["name"] == "Eva"
