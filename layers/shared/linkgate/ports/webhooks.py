"""Telling a tenant's own systems what happened: its webhooks, the queue of what they are told, and the way there."""

from __future__ import annotations

from dataclasses import field
from typing import TYPE_CHECKING, Protocol

from linkgate.lazy_dataclass import dataclass

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime, timedelta

    from linkgate.model.webhook import Because, Notice, Webhook

_SUCCESS = range(200, 300)
_GONE = 410


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came of one POST: a status, or the reason why there is none."""

    status: int | None = None
    reason: str | None = None
    """A code: `forbidden`, `unresolved`, `unreachable`, `tls`, `timeout`, `protocol`."""
    retry_after: timedelta | None = None
    body: bytes = field(default=b"", repr=False)
    """Its beginning, a few KB; a stranger's text, never logged."""

    @property
    def delivered(self) -> bool:
        """Only what HTTP calls success is one; a redirect is not."""
        return self.status in _SUCCESS

    @property
    def gone(self) -> bool:
        """The receiver wants nothing any more."""
        return self.status == _GONE


class WebhookStore(Protocol):
    """Webhooks, as telling events needs them. Every change is one conditional write that says what it insists on.

    All methods raise Unavailable when the table cannot be reached.
    """

    def of(self, tenant: str) -> Sequence[Webhook]:
        """All of a tenant's, disabled ones too; through a cache of 60 s."""

    def get(self, tenant: str, webhook: str) -> Webhook | None:
        """Strongly consistent."""

    def begin_failing(self, webhook: Webhook, since: datetime) -> None:
        """Note the first failure; a later one changes nothing."""

    def end_failing(self, webhook: Webhook) -> None:
        """Forget the failures that `webhook` knows of, and no newer ones."""

    def disable(
        self, webhook: Webhook, because: Because, event: str, now: datetime, *, failing_since: datetime | None = None
    ) -> bool:
        """Disable it where it still has the same URL and is not disabled; False where it is left as it is.

        `failing_since`: only if it has failed since then or longer.
        """


class WebhookQueue(Protocol):
    """What webhooks are still to be told."""

    def put(self, notices: Sequence[Notice], now: datetime) -> None:
        """Each is handed on at its `not_before` or somewhat earlier, at least once. Raises Unavailable."""


class WebhookSender(Protocol):
    """The way to receivers: a single POST a call, never repeated by itself."""

    def send(self, webhook: Webhook, event: str, body: str, now: datetime) -> Answer:
        """Sign and POST; a receiver's faults are answers. Raises Unavailable where the signing key cannot be read."""
