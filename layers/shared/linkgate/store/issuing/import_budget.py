"""Share of a tenant's limits that imports use, as counters in the table that cannot pass them."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from linkgate.model.epoch import epoch_seconds
from linkgate.model.imports import DAY_SHARE, Hold
from linkgate.model.link import Channel
from linkgate.store.table import ConditionRefused, Update

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from linkgate.model.tenant import Tenant
    from linkgate.store.table import Table

_KEPT = timedelta(days=2)
_MINUTE, _DAY = timedelta(minutes=1), timedelta(days=1)


class DynamoImportBudget:
    """`ports.issuing.ImportBudget` over the table. A repeated part counts twice, which is safe."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def take(self, tenant: Tenant, rows: int, messages: Mapping[Channel, int], now: datetime) -> Hold | None:
        minute = now.replace(second=0, microsecond=0)
        day = minute.replace(hour=0, minute=0)
        rate = max(tenant.creates_per_minute, 1)
        if not self._add(f"creates_per_minute#{tenant.id}", f"{minute:%Y-%m-%dT%H:%M}", rows, rate, now):
            return Hold("creates_per_minute", minute + _MINUTE)
        # A channel that may send nothing makes nobody wait: its messages are refused, as in any other call.
        shares = {
            "emails_per_day": (messages.get(Channel.EMAIL, 0), int(tenant.emails_per_day * DAY_SHARE)),
            "sms_per_day": (messages.get(Channel.SMS, 0), int(tenant.sms_per_day * DAY_SHARE)),
        }
        for setting, (count, share) in shares.items():
            if count and share and not self._add(f"{setting}#{tenant.id}", f"{day:%Y-%m-%d}", count, share, now):
                return Hold(setting, day + _DAY)
        return None

    def _add(self, whose: str, period: str, count: int, limit: int, now: datetime) -> bool:
        """Count, exactly under any concurrency. What is more than a whole period takes a period for itself."""
        update = Update(
            "SET taken = if_not_exists(taken, :none) + :count, #ttl = :ttl",
            "attribute_not_exists(taken) OR taken <= :rest",
            names={"ttl": "ttl"},
            values={"none": 0, "count": count, "rest": max(limit - count, 0), "ttl": epoch_seconds(now + _KEPT)},
        )
        try:
            self._table.update(f"imports#{whose}", period, update)
        except ConditionRefused:
            return False
        return True
