"""The form in which tenants, their keys and definitions are stored. Later releases read it: no name may change."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from linkgate.model.hours import Hours
from linkgate.model.link import Channel
from linkgate.model.policy import Tier
from linkgate.model.tenant import Agent, Campaign, Category, Contact, Credential, Media, Process, ResourceType, Tenant
from linkgate.store import tenant_items as stored

NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)
MS = 1795867200000
KEY = ("p", "s")
RECORDS: list[tuple[Any, dict[str, object]]] = [
    (
        Tenant(
            id="t",
            name="Acme",
            customer_names=frozenset({"b", "a"}),
            sms_countries=frozenset({"MX", "GB"}),
            frame_origins=frozenset({"https://a.example"}),
            texts={"sms": "Hi"},
            finders=frozenset(),
            four_eyes=frozenset({"erase"}),
            tiers={"x": Tier("x", timedelta(days=1), timedelta(days=2), 3, 4, code_digits=6)},
            unsubscribe="u",
        ),
        {
            "id": "t",
            "name": "Acme",
            "customer_names": ["a", "b"],
            "sms_countries": ["GB", "MX"],
            "frame_origins": ["https://a.example"],
            "texts": {"sms": "Hi"},
            "finders": [],
            "four_eyes": ["erase"],
            "unsubscribe": "u",
            "retention_days": 30,
            "tiers": {
                "x": {
                    "name": "x",
                    "default_life": 86400,
                    "greatest_life": 172800,
                    "default_views": 3,
                    "greatest_views": 4,
                    "code_digits": 6,
                    "second_channel": False,
                    "renewable": True,
                }
            },
        },
    ),
    (
        Credential(
            hash="h",
            id="i",
            tenant="t",
            dialect="ocular",
            salt=b"s",
            scopes=frozenset({"b", "a"}),
            expires_at=NOW,
            created_at=NOW + timedelta(milliseconds=1),
            test=True,
        ),
        {"hash": "h", "salt": b"s", "scopes": ["a", "b"], "expires_at": MS, "created_at": MS + 1, "test": True},
    ),
    (
        Process(
            "p",
            "P",
            channels=(Channel.SMS,),
            schema={"maximum": 0.5},
            submitters=frozenset({"", "agent"}),
            roles=("b", "a"),
            reminders=(timedelta(days=1), timedelta(hours=1)),
        ),
        {
            "id": "p",
            "channels": ["sms"],
            "schema": '{"maximum": 0.5}',
            "submitters": ["", "agent"],
            "roles": ["b", "a"],
            "reminders": [86400, 3600],
        },
    ),
    (
        Campaign("c", "C", schema={"type": "object"}, reminders=(timedelta(seconds=90),)),
        {"schema": '{"type": "object"}', "reminders": [90]},
    ),
    (ResourceType("r", "R", titles={"es": "Ere"}, documents="later"), {"titles": {"es": "Ere"}, "documents": "later"}),
    (Agent("a", "Ann", queues=frozenset({"q", "p"})), {"queues": ["p", "q"]}),
    (
        Category(
            "d",
            "D",
            hours=Hours("Europe/Madrid", {"mon": ("09:00-13:00",)}, frozenset({date(2026, 12, 25)})),
            patience=timedelta(minutes=2),
            media=Media.AUDIO,
        ),
        {
            "hours": {"timezone": "Europe/Madrid", "weekly": {"mon": ["09:00-13:00"]}, "closed": ["2026-12-25"]},
            "patience": 120,
            "media": "audio",
        },
    ),
    (Contact(7, "Ada", email="ada@example.com"), {"id": 7, "contact_type": "Customer", "email": "ada@example.com"}),
]


@pytest.mark.parametrize(("record", "form"), RECORDS, ids=[type(record).__name__ for record, _ in RECORDS])
def test_a_record_is_written_in_its_form_and_read_back(record: Any, form: dict[str, object]) -> None:
    item = stored.record_item(KEY, record)

    assert {name: item[name] for name in form} == form
    assert (item["pk"], item["sk"]) == KEY
    assert None not in item.values()
    assert stored.record_of(type(record), {**item, "another": 1}) == record


def test_keys_are_what_they_were() -> None:
    assert stored.TENANTS == "tenants"
    assert stored.tenant_key("t") == ("tenant#t", "tenant")
    assert stored.credential_key("h") == ("credential#h", "credential")
    assert stored.credential_entry_key("t", "i") == ("tenant#t", "credential#i")
    assert stored.contact_key("t", 7) == ("tenant#t", "contact#7")
    assert stored.contact_phone_key("t", 7) == ("tenant#t", "contact_phone#7")
    kinds = {Process: "process", ResourceType: "resource_type", Campaign: "campaign", Agent: "agent"}
    for kind, word in {**kinds, Category: "category"}.items():
        assert stored.definition_key(kind, "t", "n") == ("tenant#t", f"{word}#n")
        assert stored.version_key(kind, "t", "n", "v") == ("tenant#t", f"version#{word}#n#v")
    assert stored.version_key(Process, "t", "n", stored.LAST_VERSION) == ("tenant#t", "version#process#n#")


@pytest.mark.parametrize(
    ("sort_key", "contact"), [("contact#7", 7), ("contact_phone#8", 8), ("link", None), ("listed#9", None)]
)
def test_an_entry_names_its_contact(sort_key: str, contact: int | None) -> None:
    assert stored.contact_id_of(sort_key) == contact


def test_a_version_follows_from_the_content_alone() -> None:
    first = stored.versioned(Process("p", "P", schema={"a": 1, "b": 2}))

    assert re.fullmatch("[0-9a-f]{16}", first.version or "")
    assert stored.versioned(first) == first
    assert stored.versioned(Process("p", "Q", schema={"a": 1, "b": 2})).version != first.version
    assert stored.versioned(Process("p", "P", schema={"a": 1, "b": 3})).version != first.version
