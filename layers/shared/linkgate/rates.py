"""Counts in the memory of one execution environment. They slow down floods and guessing, and are never exact."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import TYPE_CHECKING

from linkgate.errors import Throttled

if TYPE_CHECKING:
    from datetime import datetime

    from linkgate.model.tenant import Tenant

GUESSES_PER_MINUTE = 100
"""Wrong keys and secrets that one source may send to one execution environment in a minute."""
_SOURCES, _TRUSTED = 10_000, 10_000
"""Most sources and right names that are remembered at once."""


class _MinuteCounts:
    """Counts by name in the current minute."""

    def __init__(self) -> None:
        self._minute = (0, 0, 0)
        self._counts: dict[str, int] = {}

    def of(self, name: str, now: datetime) -> int:
        """Return a name's count in the minute of `now`."""
        minute = (now.day, now.hour, now.minute)
        if minute != self._minute:
            self._minute, self._counts = minute, {}
        return self._counts.get(name, 0)

    def add(self, name: str, now: datetime, names: int | None = None) -> None:
        """Count one. If `names` others are counted already, a new name is not."""
        count = self.of(name, now)
        if count or names is None or len(self._counts) < names:
            self._counts[name] = count + 1


class MinuteLimits:
    """`ports.issuing.CreateLimits`. Counts each tenant's creates in the current minute of this environment."""

    def __init__(self) -> None:
        self._taken = _MinuteCounts()
        self._lock = threading.Lock()

    def take(self, tenant: Tenant, now: datetime) -> None:
        with self._lock:
            if self._taken.of(tenant.id, now) >= tenant.creates_per_minute:
                raise Throttled(60 - now.second)
            self._taken.add(tenant.id, now)


class MinuteGuesses:
    """`ports.tenants.GuessLimit`. A minute's counts and the names of what was right are all that it keeps."""

    def __init__(self) -> None:
        self._wrong = _MinuteCounts()
        self._right: set[str] = set()
        self._lock = threading.Lock()

    def check(self, source: str, name: str, now: datetime) -> None:
        with self._lock:
            if source and self._wrong.of(source, now) >= GUESSES_PER_MINUTE and name not in self._right:
                raise Throttled(60 - now.second)

    def count(self, source: str, now: datetime) -> None:
        with self._lock:
            self._wrong.add(source, now, names=_SOURCES)

    def trust(self, name: str) -> None:
        with self._lock:
            if len(self._right) >= _TRUSTED:
                self._right.clear()
            self._right.add(name)


MESSAGES_PER_SECOND = 10
MOST_REFUSALS = 20
"""Messages of one connection that may be refused in a minute before it is closed."""
TICKETS_PER_MINUTE = 5
_BURST = 30
_CONNECTIONS = 10_000
_HELD, _HELD_FOR = 50, timedelta(seconds=10)
"""Messages of a tenant, and time, for which a count stays in memory."""
_TENANTS = 10_000


class MessageRates:
    """`ports.live.MessageRates`. A bucket for each connection, filled ten times a second."""

    def __init__(self) -> None:
        self._buckets: dict[str, tuple[float, float]] = {}
        self._refused = _MinuteCounts()
        self._tickets = _MinuteCounts()
        self._held: dict[str, tuple[int, datetime]] = {}
        self._used: dict[str, tuple[str, int]] = {}
        self._lock = threading.Lock()

    def take(self, connection: str, now: datetime) -> None:
        with self._lock:
            seconds = now.timestamp()
            left, since = self._buckets.get(connection, (float(_BURST), seconds))
            left = min(float(_BURST), left + max(0.0, seconds - since) * MESSAGES_PER_SECOND)
            if left < 1:
                raise Throttled(1)
            if len(self._buckets) >= _CONNECTIONS:
                self._buckets.clear()
            self._buckets[connection] = (left - 1, seconds)

    def refuse(self, connection: str, now: datetime) -> bool:
        with self._lock:
            self._refused.add(connection, now, names=_CONNECTIONS)
            return self._refused.of(connection, now) > MOST_REFUSALS

    def count(self, tenant: str, messages: int, now: datetime) -> int:
        with self._lock:
            held, since = self._held.get(tenant, (0, now))
            held += messages
            due = held >= _HELD or now - since >= _HELD_FOR
            self._held[tenant] = (0, now) if due else (held, since)
            return held if due else 0

    def learn(self, tenant: str, used: int, now: datetime) -> None:
        with self._lock:
            if len(self._used) >= _TENANTS:
                self._used.clear()
            self._used[tenant] = (f"{now:%Y-%m-%d}", used)

    def used(self, tenant: str, now: datetime) -> int:
        with self._lock:
            day, used = self._used.get(tenant, ("", 0))
            return used if day == f"{now:%Y-%m-%d}" else 0

    def ticket(self, visit: str, now: datetime) -> None:
        with self._lock:
            if self._tickets.of(visit, now) >= TICKETS_PER_MINUTE:
                raise Throttled(60 - now.second)
            self._tickets.add(visit, now, names=_CONNECTIONS)
