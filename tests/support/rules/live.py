"""Rules of the live channel."""

from __future__ import annotations

from datetime import timedelta

from linkgate.model.presence import Presence, Ticket
from linkgate.store.live.presences import DynamoPresences
from linkgate.store.live.tickets import DynamoTickets
from linkgate.store.table import ConditionRefused
from tests.support.rules.rule import ELSEWHERE, MS, NOW, SECONDS, Rule

TICKET = Ticket("rid", "room", "visit", "", "host", NOW + timedelta(seconds=30))
STORED = {
    "pk": "ticket#h", "sk": "ticket", "rid": "rid", "room": "room", "visit": "visit", "role": "", "host": "host",
    "expires_at": MS + 1, "ttl": SECONDS,
}  # fmt: skip
PRESENCE = Presence("room", "visit", "rid", "", "one", NOW + timedelta(minutes=3))
HERE = {
    "pk": "room#room", "sk": "here#visit", "rid": "rid", "role": "", "connection": "one", "lease": MS, "ttl": SECONDS,
}  # fmt: skip
NEWER = {"a newer connection": {"connection": "two"}}
RULES = {
    "add a ticket": Rule(
        lambda table: DynamoTickets(table).add("h", TICKET),
        ELSEWHERE,
        {"there already": [STORED]},
        told=ConditionRefused,
    ),
    "take a ticket": Rule(
        lambda table: DynamoTickets(table).take("h", NOW), STORED, {"ended": {"expires_at": MS}}, told=None
    ),
    "renew a presence": Rule(
        lambda table: DynamoPresences(table).renew(PRESENCE, PRESENCE.lease), HERE, NEWER, told=False
    ),
    "part": Rule(lambda table: DynamoPresences(table).part(PRESENCE), HERE, NEWER, told=None),
    "leave": Rule(lambda table: DynamoPresences(table).leave(PRESENCE), HERE, NEWER, told=None),
}
