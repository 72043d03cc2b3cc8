"""Webhook queue: sends signed events to tenants' own systems, with retries for three days."""

from linkgate.endpoint.triggers import webhook_handler
from linkgate.model.webhook import Notice
from linkgate.ports.deps import Deps
from linkgate.usecases.history.webhook_delivery import NoticeResult, deliver


@webhook_handler
def handler(notice: Notice, deps: Deps) -> NoticeResult:
    """Send one event to one webhook with a single POST. A failed try is repeated later."""
    return deliver(notice, deps)
