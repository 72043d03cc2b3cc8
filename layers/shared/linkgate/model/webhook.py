"""A tenant's webhooks: the receivers of its events, the secrets that sign them, and the times of retries."""

from __future__ import annotations

from dataclasses import field
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from linkgate.lazy_dataclass import dataclass
from linkgate.model.pauses import varied

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

WAITS = (
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=10),
    timedelta(hours=14),
    timedelta(hours=20),
    timedelta(hours=24),
)
"""Waits from one try to the next, each varied by `JITTER` either way: three days and a few hours in all."""

JITTER = 0.1
TRIES = len(WAITS) + 1

LONGEST_HEEDED = timedelta(hours=2)
"""Longest Retry-After that we honour. A receiver can lengthen the first waits, but not the three days by much."""

OVERLAP = timedelta(hours=24)
"""Time for which events are also signed with the previous secret, unless its operator says otherwise."""

ATTEMPTS_KEPT = timedelta(days=30)
"""Time for which it is on record how a receiver answered."""

PREFIX = "wh_"
"""Beginning of every webhook's id."""

TEST = "webhook.test"
DISABLED = "webhook.disabled"


class DisableReason(StrEnum):
    """Reason why a webhook is disabled."""

    OPERATOR = "operator"
    GONE = "gone"
    """The receiver answered 410."""
    FAILING = "failing"
    """An event was tried for three days, and nothing got through in that time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Webhook:
    """One receiver of a tenant's events. Its secrets are derived, not stored: see `tokens.webhook_secret`."""

    id: str
    tenant: str
    url: str = field(repr=False)
    """Never logged, because it may hold a token of the receiver's."""
    test: bool = False
    """True if it receives the events of test links, and no others."""
    events: frozenset[str] = frozenset()
    """Event types that it receives, such as `link.opened`. Empty means all."""
    created_at: datetime
    secret_version: int = 1
    earlier_versions: Mapping[str, datetime] = field(default_factory=dict)
    """Each earlier version of the secret, as a decimal number, mapped to the time until which it also signs."""
    disabled_at: datetime | None = None
    disabled_because: DisableReason | None = None
    disabled_by: str | None = None
    """Id of the event after which it was disabled. Whoever handles that event again announces the disabling again."""
    failing_since: datetime | None = None
    """Time of the first failed try since the last success."""

    def wants(self, kind: str) -> bool:
        """Return whether it receives events of that type now."""
        return self.disabled_at is None and (not self.events or kind in self.events)

    def signing_versions(self, now: datetime) -> list[int]:
        """Return the versions of the secret that sign at `now`, newest first."""
        earlier = [int(version) for version, until in self.earlier_versions.items() if until > now]
        return [self.secret_version, *sorted(earlier, reverse=True)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """An event that waits in the queue for one webhook. Holds no secret, address or name."""

    tenant: str
    webhook: str
    event: str
    """Id of the event. It stays the same each time the event is sent."""
    body: str
    """Text that is signed and sent."""
    not_before: datetime
    tries: int = 0
    """Number of failed tries."""
    began: datetime | None = None
    """Time of the first failed try."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """A POST of an event to a receiver, and what came of it. It holds nothing of what the receiver's answer said."""

    at: datetime
    event: str
    """Id of the event."""
    kind: str
    """Type of the event."""
    rid: str | None
    """Link that the event is about."""
    delivered: bool
    status: int | None = None
    reason: str | None = None
    """Reason why there is no status, as in `ports.history.Answer`."""
    took: int
    """Milliseconds until the answer."""
    number: int
    """1 for the first try of the event."""
    next_at: datetime | None = None
    """Time of the next try, None if there is none."""


def wait_after(tries: int, random: bytes, asked: timedelta | None = None) -> timedelta:
    """Return the wait after that many failed tries (1 or more), in whole milliseconds.

    `random` is two bytes that vary the wait. `asked` is the wait that the receiver asked for.
    """
    wait = varied(WAITS[min(max(tries, 1), len(WAITS)) - 1], JITTER, random)
    return wait if asked is None else max(wait, min(asked, LONGEST_HEEDED))
