"""Pauses of whole channels and turns to send, which all workers share."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING

from linkgate.model.delivery_rules import PROBE
from linkgate.model.epoch import epoch_seconds, milliseconds, moment
from linkgate.store.delivery.message_budget import take_one
from linkgate.store.table import ConditionRefused, Update

if TYPE_CHECKING:
    from datetime import datetime

    from linkgate.model.link import Channel
    from linkgate.store.table import Table

_CACHED = timedelta(seconds=30)
_PAUSED = "paused"
_TURNS = "turns"
_KEPT = timedelta(hours=1)


class DynamoSendingPauses:
    """`ports.delivery.SendingPauses` over the table."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self._known: dict[Channel, tuple[datetime, datetime | None]] = {}
        self._probing: set[Channel] = set()

    def begin(self, channel: Channel, until: datetime) -> None:
        self._known.pop(channel, None)
        self._probing.discard(channel)
        update = Update(
            "SET #until = :until, #ttl = :ttl",
            "attribute_not_exists(pk) OR #until < :until",
            names={"until": "until", "ttl": "ttl"},
            values={"until": milliseconds(until), "ttl": epoch_seconds(until + _KEPT)},
        )
        with suppress(ConditionRefused):
            self._table.update(*_key(channel), update)

    def until(self, channel: Channel, now: datetime) -> datetime | None:
        read_at, end = self._known.get(channel, (None, None))
        if read_at is None or now - read_at >= _CACHED:
            item = self._table.get(*_key(channel), consistent=False)
            end = moment(item["until"]) if item else None
            self._known[channel] = (now, end)
        if end is None or end > now:
            return end
        return None if self._probes(channel, end, now) else now + PROBE

    def went_out(self, channel: Channel) -> None:
        if channel in self._probing:
            self._probing.discard(channel)
            self._known.pop(channel, None)
            self._table.delete(*_key(channel))

    def _probes(self, channel: Channel, end: datetime, now: datetime) -> bool:
        """Claim the message that finds out whether a pause is over. Only one worker gets it."""
        self._known.pop(channel, None)
        update = Update(
            "SET #until = :probe",
            "#until = :end",
            names={"until": "until"},
            values={"probe": milliseconds(now + PROBE), "end": milliseconds(end)},
        )
        try:
            self._table.update(*_key(channel), update)
        except ConditionRefused as refusal:
            return refusal.item is None
        self._probing.add(channel)
        return True


class DynamoSendingTurns:
    """`ports.delivery.SendingTurns` over the table: a counter for each period."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def take(self, channel: Channel, began: datetime, most: int) -> bool:
        key = (f"{_TURNS}#{channel}#{milliseconds(began)}", _TURNS)
        return take_one(self._table, key, most, epoch_seconds(began + _KEPT))


def _key(channel: Channel) -> tuple[str, str]:
    return f"{_PAUSED}#{channel}", _PAUSED
