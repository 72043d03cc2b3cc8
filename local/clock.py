"""Clock of the runner. Handlers, leases, queue delays and schedules all use it."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta


class Clock:
    """Real time, which can be moved forward but never back."""

    def __init__(self) -> None:
        self._ahead = timedelta()
        self._lock = threading.Lock()

    def now(self) -> datetime:
        """Return the time in UTC, in whole milliseconds."""
        moment = datetime.now(UTC) + self._ahead
        return moment.replace(microsecond=moment.microsecond // 1000 * 1000)

    def timestamp(self) -> float:
        """Return the time in seconds since 1970."""
        return self.now().timestamp()

    def advance(self, by: timedelta) -> datetime:
        """Move forward and return the new time. Raises ValueError if `by` is negative, OverflowError past year 9999."""
        if by < timedelta():
            raise ValueError("the clock only moves forward")
        with self._lock:
            datetime.now(UTC) + self._ahead + by
            self._ahead += by
        return self.now()
