"""Latest searches of each person in the table: one item, which ends with the day's work."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linkgate.errors import Unavailable
from linkgate.model.epoch import epoch_seconds
from linkgate.model.person import SESSION_LIFE
from linkgate.store.table import ConditionRefused, Update

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from linkgate.store.table import Table

KEPT = 10
_TRIES = 5


class DynamoSearches:
    """`ports.staff.Searches` over the table."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def add(self, tenant: str, person: str, text: str, now: datetime) -> str:
        key = _key(tenant, person)
        for _ in range(_TRIES):
            known = self._table.get(*key)
            last = known["last"] if known else 0
            update = Update(
                "SET #last = :number, #slot = :text, #ttl = :ttl",
                "#last = :last" if known else "attribute_not_exists(pk)",
                names={"last": "last", "slot": _slot(last + 1), "ttl": "ttl"},
                values={
                    "number": last + 1,
                    "text": text,
                    "ttl": epoch_seconds(now + SESSION_LIFE),
                    **({"last": last} if known else {}),
                },
            )
            try:
                self._table.update(*key, update)
            except ConditionRefused:
                continue  # another tab of the same person was faster
            return str(last + 1)
        raise Unavailable

    def latest(self, tenant: str, person: str, now: datetime) -> Mapping[str, str]:
        known = self._table.get(*_key(tenant, person))
        if known is None or known["ttl"] <= epoch_seconds(now):
            return {}
        last = known["last"]
        return {str(number): known[_slot(number)] for number in range(last, max(0, last - KEPT), -1)}


def _key(tenant: str, person: str) -> tuple[str, str]:
    return f"staff#{tenant}", f"searches#{person}"


def _slot(number: int) -> str:
    return f"s{number % KEPT}"
