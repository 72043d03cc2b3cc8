"""POST /player/api/cancel-request: EasySend's cancellation of an active transaction, by rid or masterRid."""

from linkgate.dialects import easysend
from linkgate.endpoint import endpoint
from linkgate.ports.deps import Deps
from linkgate.routes import easysend_cancel
from linkgate.wire.message import Reply, Request


@endpoint(easysend)
def handler(request: Request, deps: Deps) -> Reply:
    """200, even if it is already cancelled; 404 for a rid that the tenant does not have; 409 once submitted."""
    return easysend_cancel.cancel_request(request, deps)
