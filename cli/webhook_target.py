"""Access to a stack's webhooks: their store, the key from which their secrets are derived, and their receivers."""

import secrets
from functools import cached_property
from typing import TYPE_CHECKING

from cli.failures import MISUSED, CommandError
from cli.target import Operator

if TYPE_CHECKING:
    from datetime import datetime

    from linkgate.model.tenant import Tenant
    from linkgate.model.webhook import Webhook
    from linkgate.ports.history import Answer
    from linkgate.sending.receiver_post import ReceiverPost
    from linkgate.store.history.webhooks import DynamoWebhooks


class WebhookDesk:
    """An operator's access to the webhooks of one stack. Each part is built on first use."""

    def __init__(self, operator: Operator) -> None:
        self._operator = operator

    @cached_property
    def store(self) -> "DynamoWebhooks":
        from linkgate.store.history.webhooks import DynamoWebhooks

        return DynamoWebhooks(self._operator.table, self._operator.now)

    @cached_property
    def post(self) -> "ReceiverPost":
        """The deployed function's own client. Loopback addresses are allowed only for a Linkgate on this machine."""
        from linkgate.sending.receiver_post import ReceiverPost

        return ReceiverPost(loopback=self._operator.endpoint_url is not None)

    def found(self, tenant: "Tenant", webhook: str) -> "Webhook":
        """Return the tenant's webhook with that id; raises CommandError."""
        known = self.store.get(tenant.id, webhook)
        if known is None:
            raise CommandError(f"{tenant.name} has no webhook {webhook!r}; see `linkgate webhook list`")
        return known

    def check_url(self, url: str) -> None:
        """Raise CommandError for a URL that no webhook may have, or whose host does not resolve."""
        from linkgate.model.receiver_urls import ForbiddenReceiverError

        try:
            self.post.check(url)
        except ForbiddenReceiverError as error:
            raise CommandError(f"The URL {error}.", MISUSED) from error
        except OSError as error:
            raise CommandError("The URL's host does not resolve.") from error

    def secret(self, webhook: "Webhook") -> str:
        """Return the webhook's newest secret."""
        from linkgate.tokens import webhook_secret

        return webhook_secret(self.key(), webhook.tenant, webhook.id, webhook.secret_version)

    def key(self) -> bytes:
        """Return the stack's key. Creates it if there is none and no webhook needs one; raises CommandError."""
        from linkgate.aws.webhook_key import DESCRIPTION, KEY_BYTES, key_of, key_text
        from linkgate.errors import Unavailable

        client, name = self._operator.client("ssm"), self._operator.environment["WEBHOOK_KEY"]
        try:
            return key_of(client.get_parameter(Name=name, WithDecryption=True)["Parameter"]["Value"])
        except Unavailable as error:
            raise CommandError(f"The parameter {name} is not a Linkgate key.") from error
        except client.exceptions.ParameterNotFound as error:
            if any(self.store.listed(tenant.id) for tenant in self._operator.registry.tenants()):
                raise CommandError(
                    f"The parameter {name} is gone, and with it every webhook's secret. Restore it, or delete the "
                    "webhooks and create them again."
                ) from error
        key = secrets.token_bytes(KEY_BYTES)
        client.put_parameter(
            Name=name,
            Description=DESCRIPTION,
            Type="SecureString",
            Value=key_text(key),
            Overwrite=False,
        )
        return key

    def send(self, webhook: "Webhook", event: str, body: str, now: "datetime") -> "Answer":
        """Send one signed POST from this machine."""
        from linkgate.sending.webhooks import SignedWebhooks

        return SignedWebhooks(self.key, self.post, self.post.check).send(webhook, event, body, now)
