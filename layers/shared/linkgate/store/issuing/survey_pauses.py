"""Quiet time between surveys to one address. Each address has an item named by its hash."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linkgate.model.epoch import epoch_seconds, milliseconds
from linkgate.store.table import ConditionRefused, Update
from linkgate.tokens import address_hash

if TYPE_CHECKING:
    from datetime import datetime

    from linkgate.store.table import Table

_ASKED = "asked"


class DynamoSurveyPauses:
    """`ports.issuing.SurveyPauses` over the table."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def begin(self, tenant: str, address: str, until: datetime, now: datetime) -> bool:
        update = Update(
            "SET #until = :until, #ttl = :ttl",
            "attribute_not_exists(pk) OR #until <= :now",
            names={"until": "until", "ttl": "ttl"},
            values={"until": milliseconds(until), "ttl": epoch_seconds(until), "now": milliseconds(now)},
        )
        try:
            self._table.update(f"asked#{tenant}|{address_hash(tenant, address.lower())}", _ASKED, update)
        except ConditionRefused:
            return False
        return True
