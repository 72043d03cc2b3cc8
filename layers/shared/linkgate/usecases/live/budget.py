"""Day budget of a tenant's live channel, which stops a flood at about a dollar.

Each execution environment counts in memory and adds its count to the table now and then, so the sum is late by at most
fifty messages for each environment.
"""

from __future__ import annotations

import contextlib
from enum import StrEnum
from typing import TYPE_CHECKING

from linkgate.errors import Throttled, Unavailable
from linkgate.ports.measures import Measure, Metric

if TYPE_CHECKING:
    from linkgate.ports.deps import Deps


class Spent(StrEnum):
    """Part of a day's budget that is used."""

    PART = "part"
    ALL = "all"
    TWICE = "twice"
    """Connections are closed, because whoever goes on is no page of ours."""


_WAIT = 3600
"""Seconds after which a page may ask for a ticket again."""


def count_messages(tenant: str, messages: int, deps: Deps) -> Spent:
    """Count messages from and to browsers. Returns how much of the tenant's budget of the day is used."""
    now = deps.now()
    due = deps.message_rates.count(tenant, messages, now)
    if due:
        # A count that cannot be written now is lost, which only lets a few more messages pass.
        with contextlib.suppress(Unavailable):
            used = deps.live_budget.add(tenant, due, now)
            measures = [Measure(Metric.LIVE_MESSAGES, due, tenant=tenant)]
            if used > deps.live_limit >= used - due:
                measures.append(Measure(Metric.LIVE_OVER_BUDGET, tenant=tenant))
            deps.measure(measures)
            deps.message_rates.learn(tenant, used, now)
    used = deps.message_rates.used(tenant, now)
    if used > deps.live_limit:
        return Spent.TWICE if used > 2 * deps.live_limit else Spent.ALL
    return Spent.PART


def refuse_over_budget(tenant: str, deps: Deps) -> None:
    """Raise Throttled if the tenant's budget of the day is used up. Only a count of nothing tells another process."""
    now = deps.now()
    if deps.message_rates.used(tenant, now) <= deps.live_limit:
        with contextlib.suppress(Unavailable):
            deps.message_rates.learn(tenant, deps.live_budget.used(tenant, now), now)
    if deps.message_rates.used(tenant, now) > deps.live_limit:
        raise Throttled(_WAIT)
