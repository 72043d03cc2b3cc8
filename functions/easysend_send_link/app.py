"""POST /player/api/send-link: EasySend's "generate a digital process link with customer notification"."""

from linkgate.dialects import easysend
from linkgate.endpoint import endpoint
from linkgate.ports.deps import Deps
from linkgate.routes import easysend as calls
from linkgate.wire.message import Reply, Request


@endpoint(easysend)
def handler(request: Request, deps: Deps) -> Reply:
    """200 like generate-link, with deliveryErrors if sending failed; 400 if the model names no contact."""
    return calls.send_link(request, deps)
