"""The webhooks' queue: tells tenants' own systems what happened, signed, again and again for three days."""

from linkgate.endpoint.triggers import webhook_handler
from linkgate.model.webhook import Notice
from linkgate.ports.deps import Deps
from linkgate.usecases.history.webhook_delivery import Told, deliver


@webhook_handler
def handler(notice: Notice, deps: Deps) -> Told:
    """One event for one webhook: a single POST, put off where it fails."""
    return deliver(notice, deps)
