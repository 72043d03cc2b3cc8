"""Ports for recording what happened to links and telling others: the table, the event bus and webhooks."""

from __future__ import annotations

from dataclasses import field
from typing import TYPE_CHECKING, Protocol

from linkgate.lazy_dataclass import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime, timedelta

    from linkgate.model.timeline import Entry, Fact, Head
    from linkgate.model.webhook import Attempt, DisableReason, Notice, Webhook

_SUCCESS = range(200, 300)
_GONE = 410


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """Answer to one POST: a status, or the reason why there is none."""

    status: int | None = None
    reason: str | None = None
    """Reason code: `forbidden`, `unresolved`, `unreachable`, `tls`, `timeout`, `protocol`."""
    retry_after: timedelta | None = None
    body: bytes = field(default=b"", repr=False)
    """First few KB of the body. It is a stranger's text and never logged."""

    @property
    def delivered(self) -> bool:
        """True for any status that HTTP calls successful. A redirect is not."""
        return self.status in _SUCCESS

    @property
    def gone(self) -> bool:
        """True if the receiver wants no more events."""
        return self.status == _GONE


class WebhookStore(Protocol):
    """Webhooks of tenants. Every change is one conditional write that states its condition.

    All methods raise Unavailable if the table cannot be reached.
    """

    def of(self, tenant: str) -> Sequence[Webhook]:
        """Return all webhooks of a tenant, including disabled ones, through a cache of 60 s."""

    def get(self, tenant: str, webhook: str) -> Webhook | None:
        """Read a webhook, strongly consistent."""

    def begin_failing(self, webhook: Webhook, since: datetime) -> None:
        """Record the first failure. A later one changes nothing."""

    def end_failing(self, webhook: Webhook) -> None:
        """Clear the failures that `webhook` knows of, but no newer ones."""

    def disable(
        self,
        webhook: Webhook,
        reason: DisableReason,
        event: str,
        now: datetime,
        *,
        failing_since: datetime | None = None,
    ) -> bool:
        """Disable a webhook if it still has the same URL and is not disabled. Returns False if it was left as it is.

        `failing_since` adds the condition that it has been failing since then or longer.
        """


class AttemptStore(Protocol):
    """Record of how receivers answered, kept for `model.webhook.ATTEMPTS_KEPT`. All methods raise Unavailable."""

    def add(self, webhook: str, attempt: Attempt) -> None:
        """Record an attempt: every failed one, and of each hour's successes the last, to the minute."""

    def of(self, webhook: str, now: datetime, limit: int) -> Sequence[Attempt]:
        """Return the newest failed attempts, up to `limit`, and as many successes, newest first."""


class WebhookQueue(Protocol):
    """Queue of notices for webhooks."""

    def put(self, notices: Sequence[Notice], now: datetime) -> None:
        """Queue notices, each handed on at least once, at `not_before` or slightly earlier. Raises Unavailable."""


class WebhookSender(Protocol):
    """Sender to receivers of webhooks. Each call is a single POST without retries."""

    def send(self, webhook: Webhook, event: str, body: str, now: datetime) -> Answer:
        """Sign and POST an event. A receiver's faults are answers. Raises Unavailable if the key cannot be read."""

    def secret(self, webhook: Webhook) -> str:
        """Return the newest secret that signs its events. Raises Unavailable if the key cannot be read."""

    def begin(self, key: bytes) -> None:
        """Store the stack's key, unless there is one. Raises Unavailable."""

    def refusal(self, url: str) -> str | None:
        """Return why a URL cannot be a webhook's, as a reason code of `Answer`, or None."""


class HeadSigner(Protocol):
    """Signer of timelines' heads. Its key never leaves where it is."""

    @property
    def key(self) -> str:
        """Name under which others find the public key."""

    def sign(self, statement: bytes) -> bytes:
        """Return the signature (RSASSA-PKCS1-v1_5 with SHA-256). Raises Unavailable."""


@dataclass(frozen=True, slots=True)
class NewFacts:
    """Facts to append to a link's timeline, which is kept until `ttl`."""

    rid: str
    facts: Sequence[Fact]
    ttl: datetime


class TimelineStore(Protocol):
    """Timelines of links. All methods raise Unavailable if the table cannot be reached."""

    def append(self, told: Sequence[NewFacts]) -> Iterator[list[tuple[Entry, bool]]]:
        """Write one link's facts after the other, and yield the entry of each fact and whether it is new.

        A fact already on record is not written again. A link is written when the iterator reaches it. If there is a
        signer, it signs the new heads of all links together, and each is written with its signature.
        """

    def read(self, rid: str) -> tuple[Sequence[Entry], Head]:
        """Return all entries in order, and the head, which names the newest one. Strongly consistent."""

    def entries_after(self, rid: str, sequence: int, limit: int) -> Sequence[Entry]:
        """Return the entries that follow this one, at most `limit`, in order. 0 begins at the first."""

    def keep(self, rid: str, ttl: datetime) -> None:
        """Keep everything stored with the link until `ttl`."""


@dataclass(frozen=True, slots=True)
class Event:
    """An event for other systems. `id` stays the same when the same event is published again."""

    id: str
    kind: str
    detail: Mapping[str, object]
    at: datetime
    test: bool = False
    """True if it is about a test link. Only test webhooks get it."""


class EventBus(Protocol):
    """Bus on which events leave."""

    def publish(self, events: Sequence[Event]) -> None:
        """Publish each event of a chosen kind at least once. Raises Unavailable."""
