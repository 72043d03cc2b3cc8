"""A tenant's webhooks: where its events are told, signed with which secrets, and when telling is tried again."""

from __future__ import annotations

from dataclasses import field
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from linkgate.lazy_dataclass import dataclass

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
"""Between one try and the next, less or more by `JITTER` of it: three days and a few hours in all."""

JITTER = 0.1
TRIES = len(WAITS) + 1

LONGEST_HEEDED = timedelta(hours=2)
"""Of what a receiver asks for with Retry-After: it can lengthen the first waits, not the three days by much."""

OVERLAP = timedelta(hours=24)
"""How long an event is signed with the secret before the newest one, too."""

TEST = "webhook.test"
DISABLED = "webhook.disabled"


class Because(StrEnum):
    """Why a webhook is disabled."""

    OPERATOR = "operator"
    GONE = "gone"
    """The receiver answered 410."""
    FAILING = "failing"
    """An event was tried for three days, and nothing got through in between."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Webhook:
    """One receiver of a tenant's events. Its secrets are derived, not kept: see `tokens.webhook_secret`."""

    id: str
    tenant: str
    url: str = field(repr=False)
    """May hold a token of the receiver's, so it is never logged."""
    events: frozenset[str] = frozenset()
    """The types it is told, such as `link.opened`; none named: all."""
    created_at: datetime
    secret_version: int = 1
    earlier_versions: Mapping[str, datetime] = field(default_factory=dict)
    """Versions that sign until then, too; the keys are numbers in decimal."""
    disabled_at: datetime | None = None
    disabled_because: Because | None = None
    disabled_by: str | None = None
    """The event that was its last, so that whoever handles it again tells again that the webhook is disabled."""
    failing_since: datetime | None = None
    """The first try that failed after the last one that did not."""

    def wants(self, kind: str) -> bool:
        """Whether it is told events of that type now."""
        return self.disabled_at is None and (not self.events or kind in self.events)

    def signing_versions(self, now: datetime) -> list[int]:
        """Of its secret, newest first."""
        earlier = [int(version) for version, until in self.earlier_versions.items() if until > now]
        return [self.secret_version, *sorted(earlier, reverse=True)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """An event on its way to one webhook: what waits in the queue. No secret, address or name."""

    tenant: str
    webhook: str
    event: str
    """The event's id, the same however often it is told."""
    body: str
    """As it is signed and sent."""
    not_before: datetime
    tries: int = 0
    """Those that failed."""
    began: datetime | None = None
    """The first of them."""


def wait_after(tries: int, random: bytes, asked: timedelta | None = None) -> timedelta:
    """How long to wait after that many failed tries (1 or more), in whole milliseconds.

    `random` are two bytes that spread it; `asked` is what the receiver would rather have.
    """
    spread = int.from_bytes(random, "big") / 0xFFFF * 2 - 1
    wait = WAITS[min(max(tries, 1), len(WAITS)) - 1] * (1 + JITTER * spread)
    if asked is not None:
        wait = max(wait, min(asked, LONGEST_HEEDED))
    return timedelta(milliseconds=wait // timedelta(milliseconds=1))
