"""The form in which links are stored. Earlier releases wrote it, and later ones read it: no name may change."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime, timedelta
from typing import Any

from linkgate.model.callback import Callback
from linkgate.model.challenge import Challenge, CodeFailure, CodePolicy
from linkgate.model.link import Channel, Delivery, DeliveryState, Grant, Kind, Link, Look, Occasion, Recipient
from linkgate.model.receipt import Receipt
from linkgate.store.link_items import (
    callback_map,
    challenge_map,
    delivery_map,
    failure_map,
    grant_map,
    link_item,
    link_of,
    look_map,
    receipt_map,
    recipient_map,
)
from linkgate.store.link_keys import shard_of
from linkgate.tokens import address_hash, resource_hash

RID, MAIN = "r" * 22, "m" * 22
NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)
MS = 1795867200000


def at(number: int) -> datetime:
    return NOW + timedelta(milliseconds=number)


RECIPIENT = Recipient(
    name="Ada",
    email="ada@example.com",
    phone="+447700900123",
    contact_id=7,
    recipient_type="Customer",
    locale="es",
    locale_said=False,
    sms_consent=True,
    given=frozenset({Channel.SMS, Channel.EMAIL}),
    time_zone="America/Mexico_City",
)
RECIPIENT_MAP = {
    "name": "Ada",
    "email": "ada@example.com",
    "phone": "+447700900123",
    "contact_id": 7,
    "type": "Customer",
    "usual": "es",
    "sms_consent": True,
    "given": ["email", "sms"],
    "time_zone": "America/Mexico_City",
}
DELIVERY = Delivery(
    Channel.SMS,
    DeliveryState.DELAYED,
    3,
    due=at(1),
    message_id="id",
    reason="busy",
    copies=2,
    at=at(2),
    first=2,
    occasion=Occasion.REMINDER,
    spared=4,
)
DELIVERY_MAP = {
    "state": "delayed",
    "attempt": 3,
    "due": MS + 1,
    "message_id": "id",
    "reason": "busy",
    "copies": 2,
    "at": MS + 2,
    "first": 2,
    "occasion": "reminder",
    "spared": 4,
}
CHALLENGE = Challenge(
    codes=frozenset({"k"}),
    tries={"t": False},
    begun_at=at(3),
    expires_at=at(4),
    next_at=at(5),
    sent=6,
    claim="c",
    sent_via="email:1",
    outcome=DeliveryState.SENT,
)
CHALLENGE_MAP = {
    "codes": {"k": True},
    "tries": {"t": False},
    "begun_at": MS + 3,
    "expires_at": MS + 4,
    "next_at": MS + 5,
    "sent": 6,
    "claim": "c",
    "way": "email:1",
    "out": "sent",
}
LOOK = Look("l", "f", "h", at(7), shown=True)
LOOK_MAP = {"claim": "l", "file": "f", "commitment": "h", "at": MS + 7, "shown": True}
RECEIPT = Receipt("code", 8, DELIVERY, "es")
RECEIPT_MAP = {"access": "code", "reads": 8, "channel": "sms", "message": DELIVERY_MAP, "language": "es"}
CALLBACK = Callback(
    asked_at=at(9), name="Ada", phone="+1", wanted="soon", note="n", taken_at=at(10), taken_by="a", done_at=at(11)
)
CALLBACK_MAP = {"asked_at": MS + 9, "name": "Ada", "phone": "+1", "wanted": "soon", "note": "n"}
LIVED: dict[str, Any] = {
    "pk": RID,
    "sk": "link",
    "master_rid": MAIN,
    "tenant": "t",
    "kind": "resource",
    "dialect": "ocular",
    "subject": "report",
    "tier": "restricted",
    "portal": "https://links.example.com",
    "recipient": RECIPIENT_MAP,
    "created_at": MS + 20,
    "expires_at": MS + 21,
    "ttl": MS // 1000 + 22,
    "max_views": 50,
    "max_shown": 5,
    "views": 23,
    "shown": 4,
    "attached": True,
    "created_by": "k",
    "claim": "c",
    "secrets": {"s": "api"},
    "opt_outs": {"o"},
    "unsubscribed_at": MS + 24,
    "resubscribed_at": MS + 25,
    "disowned_at": MS + 26,
    "version": "v",
    "reference": "ref",
    "number": 27,
    "source": "src",
    "role": "agent",
    "roles": {"notary": MAIN},
    "body": "b",
    "code": {"channel": "sms", "digits": 8},
    "fingerprint": "fp",
    "deliveries": {"sms": DELIVERY_MAP},
    "refused": ["email:no_address"],
    "visits": {"vis": MS + 28, "old": MS + 29},
    "way#vis": "email:1",
    "seen#vis": True,
    "looks": 2,
    "look": LOOK_MAP,
    "opened_at": MS + 30,
    "opened_via": "api",
    "joined_at": MS + 31,
    "draft_at": MS + 32,
    "submitted_at": MS + 33,
    "submission": "sub",
    "submit_claim": "sc",
    "receipt": RECEIPT_MAP,
    "revoked_at": MS + 34,
    "revoked_by": "rb",
    "revoked_note": {"reason": "r"},
    "ways_revoked_at": MS + 35,
    "ways_revoked_by": "wb",
    "ways_revoked_note": {"reason": "w"},
    "locked_at": MS + 36,
    "challenges": {"bro": CHALLENGE_MAP},
    "codes_sent": [MS + 37],
    "unasked": [MS + 38],
    "code_failure": {"at": MS + 39, "reason": "no"},
    "codes_before": 3,
    "code_tries": 5,
    "renewed_as": "new",
    "renewed_at": MS + 40,
    "reopened_by": "op",
    "reopened_note": {"reason": "o"},
    "replaces": "was",
    "reopens": "sent",
    "test": True,
    "codes_from": MS + 41,
    "renewals": 1,
    "resends": 6,
    "resent_note": {"reason": "s"},
    "reminders": [MS + 42],
    "reminded": 1,
    "extended_at": MS + 43,
    "extended_by": "eb",
    "extended_note": {"reason": "e"},
    "erased_at": MS + 44,
    "erased_note": {"reason": "x"},
    "handover": {"secret_hash": "g", "expires_at": MS + 45, "claim": "gc"},
    "callback": {**CALLBACK_MAP, "taken_at": MS + 10, "taken_by": "a", "done_at": MS + 11},
}
LINK = Link(
    rid=RID,
    master_rid=MAIN,
    tenant="t",
    kind=Kind.RESOURCE,
    dialect="ocular",
    definition_id="report",
    tier="restricted",
    portal="https://links.example.com",
    recipient=RECIPIENT,
    created_at=at(20),
    expires_at=at(21),
    ttl=NOW + timedelta(seconds=22),
    max_views=5,
    max_opens=50,
    views=4,
    opens=23,
    attached=True,
    created_by="k",
    claim="c",
    secrets={"s": "api"},
    opt_outs=frozenset({"o"}),
    unsubscribed_at=at(24),
    resubscribed_at=at(25),
    disowned_at=at(26),
    version="v",
    reference="ref",
    number=27,
    source="src",
    role="agent",
    roles={"notary": MAIN},
    body_name="b",
    code=CodePolicy(Channel.SMS, 8),
    fingerprint="fp",
    deliveries={Channel.SMS: DELIVERY},
    refused=("email:no_address",),
    looked=frozenset({"vis"}),
    looks=2,
    look=LOOK,
    visits={"vis": at(28), "old": at(29)},
    visit_ways={"vis": "email:1"},
    opened_at=at(30),
    opened_via="api",
    joined_at=at(31),
    draft_at=at(32),
    submitted_at=at(33),
    submission="sub",
    submit_claim="sc",
    receipt=RECEIPT,
    revoked_at=at(34),
    revoked_by="rb",
    revoked_note={"reason": "r"},
    ways_revoked_at=at(35),
    ways_revoked_by="wb",
    ways_revoked_note={"reason": "w"},
    locked_at=at(36),
    challenges={"bro": CHALLENGE},
    codes_sent=(at(37),),
    codes_unasked=(at(38),),
    code_failure=CodeFailure(at(39), "no"),
    codes_before=3,
    code_tries=5,
    renewed_as="new",
    renewed_at=at(40),
    reopened_by="op",
    reopened_note={"reason": "o"},
    replaces="was",
    reopens="sent",
    test=True,
    codes_from=at(41),
    renewals=1,
    resends=6,
    resent_note={"reason": "s"},
    reminders=(at(42),),
    reminded=1,
    extended_at=at(43),
    extended_by="eb",
    extended_note={"reason": "e"},
    erased_at=at(44),
    erased_note={"reason": "x"},
    grant=Grant("g", at(45), "gc"),
    callback=CALLBACK,
)
BARE: dict[str, Any] = {
    "pk": RID,
    "sk": "link",
    "tenant": "t",
    "kind": "process",
    "dialect": "easysend",
    "subject": "p",
    "tier": "standard",
    "portal": "https://links.example.com",
    "recipient": {"locale": "en"},
    "created_at": MS,
    "expires_at": MS,
    "ttl": MS // 1000,
    "max_views": 100,
    "views": 0,
    "created_by": "k",
    "claim": "c",
    "secrets": {},
    "visits": {},
}
BARE_LINK = Link(
    rid=RID,
    master_rid=RID,
    tenant="t",
    kind=Kind.PROCESS,
    dialect="easysend",
    definition_id="p",
    tier="standard",
    portal="https://links.example.com",
    recipient=Recipient(),
    created_at=NOW,
    expires_at=NOW,
    ttl=NOW,
    max_views=100,
    created_by="k",
    claim="c",
)


def present(item: dict[str, Any]) -> dict[str, Any]:
    """Return the attributes that are written: None is left out, also within maps."""
    return {
        name: present(value) if isinstance(value, dict) else value for name, value in item.items() if value is not None
    }


def test_every_fact_of_a_link_is_read() -> None:
    assert link_of(LIVED) == LINK
    for each in dataclasses.fields(LINK):
        assert getattr(LINK, each.name) not in (each.default, {}), f"say a value of {each.name} that is not its default"


def test_what_an_item_lacks_has_not_happened() -> None:
    assert link_of(BARE) == BARE_LINK


def test_a_new_link_is_written_as_it_is_read() -> None:
    item = present(link_item(dataclasses.replace(LINK, role=None, code_tries=5)))

    later = {name for name in LIVED if name not in item}
    assert later == {
        *(
            "role",
            "way#vis",
            "seen#vis",
            "looks",
            "look",
            "unasked",
            "code_failure",
            "reminded",
            "handover",
            "callback",
        ),
        *(
            f"{act}_at"
            for act in ("opened", "joined", "draft", "submitted", "revoked", "ways_revoked", "locked", "renewed")
        ),
        *("unsubscribed_at", "resubscribed_at", "disowned_at", "extended_at", "erased_at"),
        *("opened_via", "submission", "submit_claim", "receipt", "renewed_as", "reopened_by", "resends"),
        *("revoked_by", "ways_revoked_by", "extended_by", "revoked_note", "ways_revoked_note", "reopened_note"),
        *("resent_note", "extended_note", "erased_note"),
    }
    begun: dict[str, object] = {"challenges": {}, "codes_sent": []}
    keys = {
        "resource_key": resource_hash("t#test", "report", "ref"),
        "month_key": "t#test|2026-11|0",
        "recipient_key": address_hash("t#test", "ada@example.com"),
    }
    assert item == {**{name: value for name, value in LIVED.items() if name in item}, **begun, **keys}


def test_a_new_link_of_a_role_is_on_no_list_and_tells_of_no_message() -> None:
    item = present(link_item(LINK))

    assert item["role"] == "agent"
    assert item.keys().isdisjoint({"deliveries", "resource_key", "month_key", "recipient_key"})


def test_a_new_plain_link_says_only_what_it_must() -> None:
    item = present(link_item(BARE_LINK))

    assert item == BARE | {"deliveries": {}, "month_key": f"t|2026-11|{shard_of('t', RID)}"}


def test_maps_inside_a_link_are_written_as_they_are_read() -> None:
    assert present(recipient_map(RECIPIENT)) == RECIPIENT_MAP
    assert present(recipient_map(Recipient())) == {"locale": "en"}
    assert delivery_map(DELIVERY) == DELIVERY_MAP
    assert delivery_map(Delivery(Channel.SMS, DeliveryState.SENT, 1)) == {
        "state": "sent",
        "attempt": 1,
        "copies": 0,
        "first": 1,
    }
    assert challenge_map(CHALLENGE) == CHALLENGE_MAP
    assert "out" not in challenge_map(dataclasses.replace(CHALLENGE, outcome=None))
    assert look_map(LOOK) == LOOK_MAP
    assert receipt_map(RECEIPT) == RECEIPT_MAP
    assert receipt_map(Receipt()) == {"reads": 0}
    assert callback_map(CALLBACK) == CALLBACK_MAP
    assert grant_map(Grant("g", at(45), "gc")) == {"secret_hash": "g", "expires_at": MS + 45}
    assert failure_map(CodeFailure(at(39), "no")) == {"at": MS + 39, "reason": "no"}
    assert failure_map(CodeFailure(at(39))) == {"at": MS + 39}


def test_what_maps_lack_has_not_happened() -> None:
    lived = link_of(
        BARE
        | {
            "deliveries": {"sms": {"state": "sent", "attempt": 1, "copies": 0, "first": 1}},
            "receipt": {"reads": 0},
            "challenges": {"bro": {name: value for name, value in CHALLENGE_MAP.items() if name != "out"}},
            "code_failure": {"at": MS},
            "handover": {"secret_hash": "g", "expires_at": MS},
            "callback": CALLBACK_MAP,
        }
    )

    assert lived.deliveries == {Channel.SMS: Delivery(Channel.SMS, DeliveryState.SENT, 1)}
    assert lived.receipt == Receipt()
    assert lived.challenges == {"bro": dataclasses.replace(CHALLENGE, outcome=None)}
    assert lived.code_failure == CodeFailure(NOW)
    assert lived.grant == Grant("g", NOW)
    assert lived.callback == dataclasses.replace(CALLBACK, taken_at=None, taken_by=None, done_at=None)
