"""The form in which rooms of sessions are stored. A release reads what the former one wrote."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime, timedelta
from typing import Any

from linkgate.model.live import Ending, Reason, Room, Side
from linkgate.model.tenant import Media
from linkgate.store.desk.rooms import room_of

NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)
MS = 1795867200000


def at(number: int) -> datetime:
    return NOW + timedelta(milliseconds=number)


WAITING: dict[str, Any] = {
    "pk": "r",
    "sk": "live",
    "tenant": "t",
    "ttl": MS // 1000 + 1,
    "call": 2,
    "visit": "v",
    "queue": "q",
    "entered_at": MS + 3,
    "waiting_at": MS + 4,
}
ROOM = Room(
    rid="r",
    tenant="t",
    ttl=at(1000),
    call=2,
    visit="v",
    queue="q",
    entered_at=at(3),
    waiting_at=at(4),
)
TALKED: dict[str, Any] = {
    "seat": "ana",
    "person": "p",
    "joined_at": MS + 5,
    "accept_claim": "c",
    "first_joined_at": MS + 6,
    "talked": 7,
    "transfers": 8,
    "missed_at": MS + 9,
    "media": "video",
    "seen": True,
    "ended_at": MS + 10,
    "ended_by": "customer",
    "reason": "left",
}


def test_every_fact_of_a_room_is_read() -> None:
    assert room_of(WAITING) == ROOM
    assert room_of(WAITING | TALKED) == dataclasses.replace(
        ROOM,
        seat="ana",
        person="p",
        joined_at=at(5),
        claim="c",
        first_joined_at=at(6),
        talked=timedelta(milliseconds=7),
        transfers=8,
        missed_at=at(9),
        media=Media.VIDEO,
        seen=True,
        ending=Ending(at(10), Side.CUSTOMER, Reason.LEFT),
    )
