"""Rooms in the table, each beside its link, so that it is kept, extended and deleted with it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from linkgate.model.epoch import MILLISECOND, epoch_seconds, milliseconds, moment
from linkgate.model.live import Ending, Reason, Room, Side
from linkgate.model.means import narrower_than
from linkgate.model.tenant import Media
from linkgate.ports.desk import RoomChanged
from linkgate.store.table import ConditionRefused, Update

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import datetime

    from linkgate.model.link import Link
    from linkgate.model.live import Seat
    from linkgate.store.attribute_values import Item
    from linkgate.store.table import Table

ROOM = "live"
"""Sort key of a room."""

_GOES_ON = "#call = :call AND attribute_not_exists(ended_at)"
_WAITS = "attribute_not_exists(seat) AND attribute_not_exists(ended_at)"


class DynamoRooms:
    """`ports.desk.RoomStore` over the table."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def get(self, rid: str) -> Room | None:
        item = self._table.get(rid, ROOM)
        return room_of(item) if item else None

    def several(self, rids: Collection[str]) -> Mapping[str, Room]:
        items = self._table.batch_get([(rid, ROOM) for rid in rids], consistent=True)
        return {room.rid: room for room in map(room_of, items)}

    def enter(self, link: Link, visit: str, queue: str, before: Room | None, now: datetime) -> Room:
        if before is None:
            return self._make(link, visit, queue, now)
        update = Update(
            "SET visit = :visit, queue = :queue, entered_at = :now, waiting_at = :now, #ttl = :ttl, #call = :number"
            " REMOVE seat, person, joined_at, first_joined_at, talked, transfers, missed_at, ended_at, ended_by,"
            " reason, media, seen",
            "#call = :call AND attribute_exists(ended_at)",
            names={"call": "call", "ttl": "ttl"},
            values={
                "call": before.call,
                "number": before.call + 1,
                "visit": visit,
                "queue": queue,
                "now": milliseconds(now),
                "ttl": epoch_seconds(link.ttl),
            },
        )
        return self._write(link.rid, update)

    def _make(self, link: Link, visit: str, queue: str, now: datetime) -> Room:
        item = {
            "pk": link.rid,
            "sk": ROOM,
            "tenant": link.tenant,
            "call": 1,
            "visit": visit,
            "queue": queue,
            "entered_at": milliseconds(now),
            "waiting_at": milliseconds(now),
            "ttl": epoch_seconds(link.ttl),
        }
        try:
            self._table.put(item, "attribute_not_exists(pk)")
        except ConditionRefused as refusal:
            raise RoomChanged(room_of(refusal.item) if refusal.item else None) from refusal
        return room_of(item)

    def join(self, seat: Seat, rid: str, claim: str, now: datetime) -> Room:
        person = {"person": seat.person} if seat.person else {}
        served = {f"queue{number}": queue for number, queue in enumerate(sorted(seat.queues))}
        update = Update(
            "SET seat = :agent, joined_at = :now, accept_claim = :claim,"
            " first_joined_at = if_not_exists(first_joined_at, :now)"
            + (", person = :person" if seat.person else " REMOVE person"),
            f"tenant = :tenant AND {_WAITS} AND queue IN ({', '.join(f':{name}' for name in served)})"
            " AND (attribute_not_exists(accept_claim) OR accept_claim <> :claim)",
            values={
                "tenant": seat.tenant,
                "agent": seat.agent,
                "claim": claim,
                "now": milliseconds(now),
                **person,
                **served,
            },
        )
        try:
            return self._write(rid, update)
        except RoomChanged as changed:
            if changed.stored and changed.stored.answered_by(seat.agent) and changed.stored.claim == claim:
                return changed.stored
            raise

    def transfer(self, room: Room, queue: str, now: datetime) -> Room:
        update = Update(
            "SET waiting_at = :now, queue = :queue, talked = :talked,"
            " transfers = if_not_exists(transfers, :zero) + :one REMOVE seat, person, joined_at",
            f"{_GOES_ON} AND seat = :seat AND accept_claim = :claim",
            names={"call": "call"},
            values={
                "call": room.call,
                "seat": room.seat,
                "claim": room.claim,
                "queue": queue,
                "now": milliseconds(now),
                "talked": room.talked_until(now) // MILLISECOND,
                "zero": 0,
                "one": 1,
            },
        )
        try:
            return self._write(room.rid, update)
        except RoomChanged as changed:
            stored = changed.stored
            if stored and (stored.call, stored.transfers, stored.waiting_at) == (room.call, room.transfers + 1, now):
                return stored
            raise

    def end(self, room: Room, ending: Ending) -> Room:
        values: dict[str, object] = {
            "call": room.call,
            "at": milliseconds(ending.at),
            "by": ending.by.value,
            "reason": ending.reason.value,
            **({"seat": room.seat} if room.seat else {}),
        }
        update = Update(
            "SET ended_at = :at, ended_by = :by, reason = :reason",
            f"{_GOES_ON} AND {'seat = :seat' if room.seat else 'attribute_not_exists(seat)'}",
            names={"call": "call"},
            values=values,
        )
        try:
            return self._write(room.rid, update)
        except RoomChanged as changed:
            stored = changed.stored
            if stored and stored.call == room.call and stored.ending == ending:
                return stored
            raise

    def turn_on(self, room: Room, media: Media) -> Room:
        narrower = {f"media{number}": each.value for number, each in enumerate(narrower_than(media))}
        noted = " OR ".join(("attribute_not_exists(media)", *(f"media = :{name}" for name in narrower)))
        update = Update(
            "SET media = :media",
            f"{_GOES_ON} AND ({noted})",
            names={"call": "call"},
            values={"call": room.call, "media": media.value, **narrower},
        )
        try:
            return self._write(room.rid, update)
        except RoomChanged as changed:
            stored = changed.stored
            if stored and stored.call == room.call and stored.on and stored.media is media:
                return stored
            raise

    def see(self, room: Room) -> Room:
        update = Update(
            "SET seen = :seen",
            _GOES_ON,
            names={"call": "call"},
            values={"call": room.call, "seen": True},
        )
        return self._write(room.rid, update)

    def miss(self, room: Room, now: datetime) -> Room:
        update = Update(
            "SET missed_at = :now",
            f"#call = :call AND {_WAITS} AND attribute_not_exists(missed_at)",
            names={"call": "call"},
            values={"call": room.call, "now": milliseconds(now)},
        )
        return self._write(room.rid, update)

    def _write(self, rid: str, update: Update) -> Room:
        try:
            return room_of(self._table.update(rid, ROOM, update))
        except ConditionRefused as refusal:
            raise RoomChanged(room_of(refusal.item) if refusal.item else None) from refusal


def room_of(item: Item) -> Room:
    """Read a room."""
    return Room(
        rid=item["pk"],
        tenant=item["tenant"],
        ttl=moment(item["ttl"] * 1000),
        call=item["call"],
        visit=item["visit"],
        queue=item["queue"],
        entered_at=moment(item["entered_at"]),
        waiting_at=moment(item["waiting_at"]),
        seat=item.get("seat"),
        person=item.get("person"),
        joined_at=_optional(item, "joined_at"),
        claim=item.get("accept_claim"),
        first_joined_at=_optional(item, "first_joined_at"),
        talked=timedelta(milliseconds=item.get("talked", 0)),
        transfers=item.get("transfers", 0),
        missed_at=_optional(item, "missed_at"),
        media=Media(item["media"]) if "media" in item else None,
        seen=item.get("seen", False),
        ending=_ending(item) if "ended_at" in item else None,
    )


def _ending(item: Item) -> Ending:
    return Ending(moment(item["ended_at"]), Side(item["ended_by"]), Reason(item["reason"]))


def _optional(item: Item, name: str) -> datetime | None:
    return moment(item[name]) if name in item else None
