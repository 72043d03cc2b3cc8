"""Signed POSTs of events, by the Standard Webhooks specification and its library."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linkgate.tokens import webhook_secret

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from linkgate.model.webhook import Webhook
    from linkgate.ports.history import Answer


class SignedWebhooks:
    """`ports.history.WebhookSender`. `key` returns the stack's key; `post` sends; `check` is `ReceiverPost.check`.

    `make` stores the first key, where that is allowed.
    """

    def __init__(
        self,
        key: Callable[[], bytes],
        post: Callable[[str, Mapping[str, str], bytes, datetime], Answer],
        check: Callable[[str], None],
        make: Callable[[bytes], None] | None = None,
    ) -> None:
        self._key = key
        self._post = post
        self._check = check
        self._make = make

    def send(self, webhook: Webhook, event: str, body: str, now: datetime) -> Answer:
        headers = {
            "Content-Type": "application/json",
            "User-Agent": "linkgate-webhooks",
            "webhook-id": event,
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": self._signatures(webhook, event, body, now),
        }
        return self._post(webhook.url, headers, body.encode(), now)

    def secret(self, webhook: Webhook) -> str:
        return webhook_secret(self._key(), webhook.tenant, webhook.id, webhook.secret_version)

    def begin(self, key: bytes) -> None:
        if self._make:
            self._make(key)

    def refusal(self, url: str) -> str | None:
        from linkgate.model.receiver_urls import ForbiddenReceiverError

        try:
            self._check(url)
        except ForbiddenReceiverError:
            return "forbidden"
        except OSError:
            return "unresolved"
        return None

    def _signatures(self, webhook: Webhook, event: str, body: str, now: datetime) -> str:
        """Return a signature for each secret in use, separated by blanks."""
        from standardwebhooks import Webhook as Signer

        secrets = (
            webhook_secret(self._key(), webhook.tenant, webhook.id, version)
            for version in webhook.signing_versions(now)
        )
        return " ".join(Signer(secret).sign(event, now, body) for secret in secrets)
