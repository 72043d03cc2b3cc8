"""Fakes of webhooks: a store in a dictionary, a queue in a list, and receivers with prepared answers."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from linkgate.errors import Unavailable
from linkgate.ports.history import Answer

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from linkgate.model.webhook import Attempt, DisableReason, Notice, Webhook


@dataclass
class FakeWebhooks:
    """`ports.history.WebhookStore`. The same contract runs over it and over the table."""

    kept: dict[tuple[str, str], Webhook] = field(default_factory=dict)
    writes: int = 0

    def add(self, webhook: Webhook) -> None:
        self.kept[webhook.tenant, webhook.id] = webhook

    def of(self, tenant: str) -> Sequence[Webhook]:
        return [webhook for webhook in self.kept.values() if webhook.tenant == tenant]

    def get(self, tenant: str, webhook: str) -> Webhook | None:
        return self.kept.get((tenant, webhook))

    def begin_failing(self, webhook: Webhook, since: datetime) -> None:
        stored = self._stored(webhook)
        if stored and stored.disabled_at is None and stored.failing_since is None:
            self.add(replace(stored, failing_since=since))

    def end_failing(self, webhook: Webhook) -> None:
        stored = self._stored(webhook)
        if stored and stored.disabled_at is None and stored.failing_since == webhook.failing_since:
            self.add(replace(stored, failing_since=None))

    def disable(
        self,
        webhook: Webhook,
        reason: DisableReason,
        event: str,
        now: datetime,
        *,
        failing_since: datetime | None = None,
    ) -> bool:
        stored = self._stored(webhook)
        if stored is None or stored.disabled_at is not None or stored.url != webhook.url:
            return False
        if failing_since is not None and (stored.failing_since is None or stored.failing_since > failing_since):
            return False
        self.add(replace(stored, disabled_at=now, disabled_because=reason, disabled_by=event))
        return True

    def _stored(self, webhook: Webhook) -> Webhook | None:
        self.writes += 1
        return self.get(webhook.tenant, webhook.id)


@dataclass
class FakeAttempts:
    """`ports.history.AttemptStore`, of which only the table keeps the rules."""

    kept: list[Attempt] = field(default_factory=list)
    down: bool = False

    def add(self, webhook: str, attempt: Attempt) -> None:
        assert webhook
        if self.down:
            raise Unavailable
        self.kept.append(attempt)

    def of(self, webhook: str, now: datetime, limit: int) -> Sequence[Attempt]:
        assert webhook
        assert now.tzinfo
        return self.kept[::-1][:limit]


@dataclass
class FakeWebhookQueue:
    """`ports.history.WebhookQueue`."""

    notices: list[Notice] = field(default_factory=list)
    down: bool = False

    def put(self, notices: Sequence[Notice], now: datetime) -> None:
        assert now.tzinfo
        if self.down:
            raise Unavailable
        self.notices += notices


@dataclass
class FakeReceivers:
    """`ports.history.WebhookSender`. It gives its answers in turn, and repeats the last one."""

    answers: list[Answer] = field(default_factory=lambda: [Answer(status=204)])
    sent: list[tuple[str, str, str]] = field(default_factory=list)
    """URL, event and body of each call."""

    def send(self, webhook: Webhook, event: str, body: str, now: datetime) -> Answer:
        assert now.tzinfo
        self.sent.append((webhook.url, event, body))
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]

    def secret(self, webhook: Webhook) -> str:
        return f"whsec_{webhook.id}"

    def begin(self, key: bytes) -> None:
        raise AssertionError(key)

    def refusal(self, url: str) -> str | None:
        return None if url.startswith("https://") else "forbidden"
