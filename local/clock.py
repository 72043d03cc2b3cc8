"""The runner's one clock: real time plus what was asked for, for handlers, leases, queue delays and schedules alike."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta


class Clock:
    """Runs with real time and can be moved forward, never back."""

    def __init__(self) -> None:
        self._ahead = timedelta()
        self._lock = threading.Lock()

    def now(self) -> datetime:
        """Aware UTC, whole milliseconds."""
        moment = datetime.now(UTC) + self._ahead
        return moment.replace(microsecond=moment.microsecond // 1000 * 1000)

    def timestamp(self) -> float:
        """Seconds since 1970."""
        return self.now().timestamp()

    def advance(self, by: timedelta) -> datetime:
        """Move forward; returns the new time. Raises ValueError for a negative `by`, OverflowError beyond year 9999."""
        if by < timedelta():
            raise ValueError("the clock only moves forward")
        with self._lock:
            datetime.now(UTC) + self._ahead + by
            self._ahead += by
        return self.now()
