"""Seats of agents in the table, and which of them serve a queue. None of it is kept for long."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from linkgate.model.epoch import epoch_seconds, milliseconds, moment
from linkgate.model.live import CLAIM_LEASE, MOST_DESKS, Seat
from linkgate.ports.desk import SeatChanged
from linkgate.store.desk.lines import line_key
from linkgate.store.table import ConditionRefused, Update

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from linkgate.store.attribute_values import Item
    from linkgate.store.table import Table

_SEAT = "seat"
_SERVES = "seat#"
_DESKS = "desks"
_KEPT = timedelta(days=1)
_READ_AT_ONCE = 100


class DynamoSeats:
    """`ports.desk.SeatStore` over the table."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def get(self, tenant: str, agent: str) -> Seat | None:
        item = self._table.get(_key(tenant, agent), _SEAT)
        return _seat_of(item) if item else None

    def serving(self, tenant: str, queue: str) -> Sequence[Seat]:
        items, _ = self._table.query(
            KeyConditionExpression="pk = :pk AND begins_with(sk, :seat)",
            ExpressionAttributeValues={":pk": {"S": line_key(tenant, queue)}, ":seat": {"S": _SERVES}},
            Limit=_READ_AT_ONCE,
        )
        agents = [item["sk"].removeprefix(_SERVES) for item in items]
        seats = self._table.batch_get([(_key(tenant, agent), _SEAT) for agent in agents], consistent=True)
        # A seat that serves the queue no longer may still be listed under it.
        return [seat for seat in map(_seat_of, seats) if queue in seat.queues]

    def sit(self, seat: Seat) -> Seat:
        ttl = epoch_seconds(seat.lease + _KEPT)
        for queue in sorted(seat.queues):
            self._table.put({"pk": line_key(seat.tenant, queue), "sk": _SERVES + seat.agent, "ttl": ttl})
        update = Update(
            "SET on_duty = :true, #lease = :lease, desk = :desk, queues = :queues, tenant = :tenant, #agent = :agent,"
            " #ttl = :ttl, free_since = if_not_exists(free_since, :since)"
            + (", person = :person" if seat.person else " REMOVE person"),
            None,
            names={"agent": "agent", "lease": "lease", "ttl": "ttl"},
            values={
                "true": True,
                "lease": milliseconds(seat.lease),
                "desk": seat.desk,
                "queues": sorted(seat.queues),
                "tenant": seat.tenant,
                "agent": seat.agent,
                "ttl": ttl,
                "since": milliseconds(seat.free_since or seat.lease),
                **({"person": seat.person} if seat.person else {}),
            },
        )
        return self._write(seat.tenant, seat.agent, update)

    def open_desk(self, tenant: str, agent: str, visit: str, connection: str, now: datetime) -> Sequence[str]:
        pk = _key(tenant, agent)
        while True:
            item = self._table.get(pk, _DESKS) or {"open": [], "version": 0}
            others = [each for each in item["open"] if each["visit"] != visit]
            here = [*others, {"visit": visit, "connection": connection}]
            version = item["version"]
            update = Update(
                "SET #open = :open, #version = :next, #ttl = :ttl",
                "#version = :version" if version else "attribute_not_exists(pk)",
                names={"open": "open", "version": "version", "ttl": "ttl"},
                values={
                    "open": here[-MOST_DESKS:],
                    "next": version + 1,
                    "ttl": epoch_seconds(now + _KEPT),
                    **({"version": version} if version else {}),
                },
            )
            try:
                self._table.update(pk, _DESKS, update)
            except ConditionRefused:
                continue  # another desk was opened meanwhile
            return [each["connection"] for each in here[:-MOST_DESKS]]

    def rise(self, tenant: str, agent: str) -> Seat:
        seat = self._write(tenant, agent, Update("REMOVE on_duty, free_since", "attribute_exists(pk)"))
        for queue in sorted(seat.queues):
            self._table.delete(line_key(tenant, queue), _SERVES + agent)
        return seat

    def beat(self, tenant: str, agent: str, desk: str, lease: datetime) -> Seat:
        update = Update(
            "SET #lease = :lease, #ttl = :ttl",
            "desk = :desk",
            names={"lease": "lease", "ttl": "ttl"},
            values={"lease": milliseconds(lease), "ttl": epoch_seconds(lease + _KEPT), "desk": desk},
        )
        return self._write(tenant, agent, update)

    def claim(self, seat: Seat, rid: str, claim: str, now: datetime) -> Seat:
        free = "busy_claim = :stale" if seat.claim else "attribute_not_exists(busy_claim)"
        update = Update(
            "SET busy = :rid, busy_claim = :claim, busy_until = :until REMOVE free_since",
            f"on_duty = :true AND #lease > :now AND {free}",
            names={"lease": "lease"},
            values={
                "rid": rid,
                "claim": claim,
                "until": milliseconds(now + CLAIM_LEASE),
                "true": True,
                "now": milliseconds(now),
                **({"stale": seat.claim} if seat.claim else {}),
            },
        )
        try:
            return self._write(seat.tenant, seat.agent, update)
        except SeatChanged as changed:
            if changed.stored and changed.stored.claim == claim:
                return changed.stored
            raise

    def release(self, tenant: str, agent: str, claim: str, now: datetime) -> bool:
        update = Update(
            "SET free_since = :now REMOVE busy, busy_claim, busy_until",
            "busy_claim = :claim",
            values={"now": milliseconds(now), "claim": claim},
        )
        try:
            self._write(tenant, agent, update)
        except SeatChanged:
            return False
        return True

    def _write(self, tenant: str, agent: str, update: Update) -> Seat:
        try:
            return _seat_of(self._table.update(_key(tenant, agent), _SEAT, update))
        except ConditionRefused as refusal:
            raise SeatChanged(_seat_of(refusal.item) if refusal.item else None) from refusal


def _key(tenant: str, agent: str) -> str:
    return f"seat#{tenant}#{agent}"


def _seat_of(item: Item) -> Seat:
    return Seat(
        tenant=item["tenant"],
        agent=item["agent"],
        on_duty=item.get("on_duty", False),
        lease=moment(item["lease"]),
        desk=item["desk"],
        queues=frozenset(item["queues"]),
        person=item.get("person"),
        busy=item.get("busy"),
        claim=item.get("busy_claim"),
        busy_until=moment(item["busy_until"]) if "busy_until" in item else None,
        free_since=moment(item["free_since"]) if "free_since" in item else None,
    )
