"""POST /player/api/cancel-request: EasySend's cancellation of an active transaction, by rid or masterRid."""

from linkgate.dialects import easysend
from linkgate.endpoint import endpoint
from linkgate.model.tenant import SCOPE_WRITE
from linkgate.ports.deps import Deps
from linkgate.usecases.authentication import authenticate
from linkgate.usecases.management.revocation import revoke_link
from linkgate.wire.message import Reply, Request


@endpoint(easysend)
def handler(request: Request, deps: Deps) -> Reply:
    """200, even if it is already cancelled; 404 for a rid that the tenant does not have; 409 once submitted."""
    caller = authenticate(easysend.cancel_credentials(request), deps, SCOPE_WRITE)
    return easysend.render_cancelled(revoke_link(easysend.parse_cancel(request, caller), deps))
