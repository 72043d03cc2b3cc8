"""Readings of partitions: each finds its own items and nothing that stands beside them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from linkgate.model.epoch import moment
from linkgate.model.live import ChatLine, Side
from linkgate.model.tenant import Agent, Contact, ResourceType
from linkgate.ports.management import LinkList
from linkgate.store.delivery.deliveries import DynamoDeliveries
from linkgate.store.delivery.suppressions import DynamoSuppressions
from linkgate.store.desk.callbacks import DynamoCallbacks
from linkgate.store.desk.chats import DynamoChats
from linkgate.store.desk.lines import DynamoLines
from linkgate.store.desk.seats import DynamoSeats
from linkgate.store.files.files import DynamoFiles
from linkgate.store.files.waiting import DynamoWaiting
from linkgate.store.history.attempts import DynamoAttempts
from linkgate.store.history.timelines import DynamoTimelines
from linkgate.store.history.webhooks import DynamoWebhooks
from linkgate.store.live.mailbox import DynamoMailbox
from linkgate.store.live.presences import DynamoPresences
from linkgate.store.management.administration import DynamoAdministration
from linkgate.store.management.link_lists import DynamoLists
from linkgate.store.management.retention import DynamoRetention
from linkgate.store.registry import Registry
from linkgate.store.staff.journal import DynamoJournal
from linkgate.store.staff.people import DynamoPeople
from linkgate.store.staff.proposals import DynamoProposals
from linkgate.store.tenant_items import contact_key, definition_key, record_item, version_key
from linkgate.store.tenants import DynamoTenants
from linkgate.store.visits.fields import DynamoFields
from linkgate.tokens import address_hash
from tests.support.rules import desk, files, history, live, management, staff, tenants, visits
from tests.support.rules.links import LINK, RID, TENANT, stored
from tests.support.rules.rule import MS, NOW, SECONDS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from linkgate.store.attribute_values import Item
    from linkgate.store.table import Table


@dataclass(frozen=True)
class Reading:
    """Reading of a partition, and what it finds there."""

    read: Callable[[Table], object]
    items: Sequence[Item]
    found: object


def beside(*items: Item) -> list[Item]:
    """Return items, and others in their partitions, before and after them."""
    partitions = dict.fromkeys(item["pk"] for item in items)
    return [*items, *({"pk": pk, "sk": sk, "ttl": SECONDS} for pk in partitions for sk in ("!", "~"))]


def names(read: Callable[[Table], Any], name: str) -> Callable[[Table], object]:
    return lambda table: [getattr(each, name) for each in read(table)]


def of_tenants(table: Table) -> DynamoTenants:
    return DynamoTenants(table, lambda: NOW)


def facts(table: Table) -> object:
    return [entry.fact.id for entry in DynamoTimelines(table).read(RID)[0]]


def list_page(table: Table) -> object:
    since = NOW - timedelta(hours=2)
    which = LinkList(lists=TENANT, since=since, until=NOW, recipient="ada@example.com")
    return [link.rid for link in DynamoLists(table).page(which, None, 10).links]


def listed(rid: str, created: timedelta) -> Item:
    return stored(rid=rid, master_rid=rid, created_at=NOW + created)


TYPE = ResourceType("Invoice", "Invoice")
TYPE_ITEM = record_item(definition_key(ResourceType, TENANT, "Invoice"), TYPE)
VERSIONS = [
    record_item(version_key(ResourceType, TENANT, "Invoice", name), ResourceType("Invoice", name, version=name))
    for name in "ab"
]
LINE = f"line#{TENANT}#q"
WAITER = {
    "pk": LINE, "sk": "wait#1", "rid": RID, "call": 1, "turn": 0, "put_at": MS, "entered_at": MS, "tenant": TENANT,
    "queue": "q", "ttl": SECONDS,
}  # fmt: skip


def act(at: int, person: str) -> Item:
    return {
        "pk": f"journal#{TENANT}#2026-11", "sk": f"{at:014}#a", "person": person, "roles": ["admin"],
        "act": "person_ended", "about": {}, "session": "s",
    }  # fmt: skip


def mail(at: int, visit: str = "v") -> Item:
    return {"pk": "room#room", "sk": f"mail#{visit}#{at:013}.0", "text": f"{at}", "ttl": SECONDS}


ADDRESSES = ["Ada@Example.com", "bob@example.com", "eve@example.com"]


def barring(address: str, kind: str, **reason: str) -> Item:
    return {"pk": f"suppressed#{TENANT}|{address_hash(TENANT, address)}", "sk": kind, "at": MS, **reason}


BARRED = [
    barring("ada@example.com", "surveys", reason="unsubscribed", opt_out="a"),
    barring("ada@example.com", "suppressed", reason="hard_bounce"),
    barring("bob@example.com", "surveys", reason="unsubscribed", opt_out="b"),
    barring("eve@example.com", "surveys"),  # an opt-out that was undone
]
READINGS = {
    "barred addresses": Reading(
        lambda table: DynamoSuppressions(table).among(TENANT, ADDRESSES), BARRED, {ADDRESSES[0]: "hard_bounce"}
    ),
    "addresses barred for surveys": Reading(
        lambda table: DynamoSuppressions(table).among(TENANT, ADDRESSES, surveys=True),
        BARRED,
        {ADDRESSES[0]: "hard_bounce", ADDRESSES[1]: "unsubscribed"},
    ),
    "opt-outs": Reading(
        lambda table: DynamoSuppressions(table).unsubscribed(TENANT, ADDRESSES),
        BARRED,
        {ADDRESSES[0]: "a", ADDRESSES[1]: "b"},
    ),
    "numbers that an earlier release gave": Reading(
        lambda table: of_tenants(table).next_number(TENANT),
        [{"pk": f"tenant#{TENANT}", "sk": "numbers", "leased": 700}],
        701,
    ),
    "numbers": Reading(
        lambda table: of_tenants(table).next_number(TENANT),
        [
            {"pk": f"tenant#{TENANT}", "sk": "numbers", "leased": 700},
            {"pk": f"numbers#{TENANT}", "sk": "numbers", "leased": 1100},
        ],
        1101,
    ),
    "fields": Reading(lambda table: [*DynamoFields(table).of(RID)], beside(visits.FIELD), [visits.POINTER]),
    "a timeline": Reading(
        facts,
        beside(history.CLOSED_HEAD, history.EARLY, history.page(2, "f2"), history.page(3, "f3")),
        ["f1", "f2", "f3"],
    ),
    "a timeline without early entries": Reading(
        facts, beside(history.page(1, "f1"), history.page(2, "f2")), ["f1", "f2"]
    ),
    "a timeline from an entry on": Reading(
        lambda table: [entry.fact.id for entry in DynamoTimelines(table).entries_after(RID, 2, 9)],
        beside(*(history.page(number, f"f{number}") for number in (1, 2, 3, 4))),
        ["f3", "f4"],
    ),
    "attempts": Reading(
        names(lambda table: DynamoAttempts(table).of("h", NOW, 9), "at"),
        beside(
            history.FAILED,
            {**history.FAILED, "sk": f"failed#{MS - 10**11:014}#e", "at": MS - 10**11},
            {**history.FAILED, "sk": f"delivered#{MS:014}", "at": MS},
        ),
        [NOW, NOW - timedelta(milliseconds=1)],
    ),
    "webhooks": Reading(
        names(lambda table: DynamoWebhooks(table, lambda: NOW).of(TENANT), "id"), beside(history.STORED), ["h"]
    ),
    "callbacks": Reading(
        names(lambda table: DynamoCallbacks(table).waiting(TENANT, "q", 9), "rid"),
        beside({"pk": LINE, "sk": f"back#{MS:014}#r", "ttl": SECONDS}),
        ["r"],
    ),
    "chats": Reading(names(lambda table: DynamoChats(table).of(RID), "id"), beside(desk.SAID), ["1"]),
    "a note of an agent": Reading(
        lambda table: DynamoChats(table).of(RID),
        beside({**desk.SAID, "sk": "chat#1#note#1", "side": "agent", "agent": "ana", "note": True}),
        [ChatLine(rid=RID, call=1, id="1", side=Side.AGENT, at=moment(MS - 1), text="before", agent="ana", note=True)],
    ),
    "the chat of a call": Reading(
        names(lambda table: DynamoChats(table).of(RID, 1), "id"),
        beside(desk.SAID, {**desk.SAID, "sk": "chat#2#customer#2", "id": "2", "call": 2}),
        ["1"],
    ),
    "a line": Reading(names(lambda table: DynamoLines(table).first(TENANT, "q", 9), "rid"), beside(WAITER), [RID]),
    "seats": Reading(
        names(lambda table: DynamoSeats(table).serving(TENANT, "sales"), "agent"),
        [*beside({"pk": f"line#{TENANT}#sales", "sk": "seat#ana"}), desk.FREE, {**desk.FREE, "pk": f"seat#{TENANT}#~"}],
        ["ana"],
    ),
    "files": Reading(
        names(lambda table: DynamoFiles(table).of(files.PLACE), "id"), beside(files.AWAITED), [files.FILE.id]
    ),
    "messages that wait": Reading(
        names(lambda table: DynamoWaiting(table).of("p"), "rid"),
        beside({"pk": "p", "sk": "waits#r#email#1", "rid": "r", "channel": "email", "attempt": 1}),
        ["r"],
    ),
    "data of a family": Reading(
        lambda table: DynamoAdministration(table).count_data(LINK).bodies, beside(management.BODY, visits.FIELD), 2
    ),
    "mail": Reading(
        lambda table: [text for _, text in DynamoMailbox(table, lambda _: b"").after("room", "v", NOW)],
        beside(mail(MS - 1), mail(MS), mail(MS + 1), mail(MS, "w")),
        [f"{MS}", f"{MS + 1}"],
    ),
    "presences": Reading(names(lambda table: DynamoPresences(table).of("room"), "visit"), beside(live.HERE), ["visit"]),
    "versions": Reading(
        lambda table: [each.title for each in of_tenants(table).versions(ResourceType, TENANT, "Invoice")],
        beside(TYPE_ITEM, *VERSIONS),
        ["a", "b"],
    ),
    "definitions": Reading(
        names(lambda table: of_tenants(table).definitions(ResourceType, TENANT), "id"),
        beside(TYPE_ITEM, *VERSIONS),
        ["Invoice"],
    ),
    "definitions for operators": Reading(
        names(lambda table: Registry(table).definitions(ResourceType, TENANT), "id"), beside(TYPE_ITEM), ["Invoice"]
    ),
    "agents": Reading(
        names(lambda table: Registry(table).definitions(Agent, TENANT), "id"),
        beside(TYPE_ITEM, record_item(definition_key(Agent, TENANT, "ana"), Agent("ana"))),
        ["ana"],
    ),
    "contacts": Reading(
        names(lambda table: Registry(table).contacts(TENANT), "id"),
        beside(record_item(contact_key(TENANT, 7), Contact(7, "Ada"))),
        [7],
    ),
    "keys": Reading(
        names(lambda table: Registry(table).credentials(TENANT), "id"),
        [*beside({"pk": f"tenant#{TENANT}", "sk": f"credential#{tenants.OLD.id}", "hash": "old"}), tenants.KEY],
        [tenants.OLD.id],
    ),
    "people": Reading(names(lambda table: DynamoPeople(table).of(TENANT), "id"), beside(staff.KNOWN), ["a"]),
    "proposals": Reading(
        names(lambda table: DynamoProposals(table).of(TENANT, NOW), "id"), beside(staff.PROPOSED), ["1"]
    ),
    "acts before a time": Reading(
        names(lambda table: DynamoJournal(table).of(TENANT, NOW, 9), "person"),
        [act(MS - 1, "before"), act(MS, "then"), act(MS + 1, "after")],
        ["before"],
    ),
    "a list of links": Reading(
        list_page,
        [
            listed("a" * 22, timedelta(milliseconds=-1)),
            listed("b" * 22, timedelta(hours=-2)),
            listed("c" * 22, timedelta()),
            listed("d" * 22, timedelta(hours=-2, milliseconds=-1)),
        ],
        ["a" * 22, "b" * 22],
    ),
    "the link of a message": Reading(
        lambda table: DynamoDeliveries(table).rid_of_message("m1"), [{**stored(), "message_key": "m1"}], RID
    ),
    "what has ended": Reading(
        lambda table: DynamoRetention(table).delete_ended(RID, NOW),
        [management.OLD, {"pk": RID, "sk": "x", "ttl": SECONDS}, {"pk": RID, "sk": "y"}],
        1,
    ),
}
