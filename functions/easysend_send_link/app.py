"""POST /player/api/send-link: EasySend's "generate a digital process link with customer notification"."""

from linkgate.dialects import easysend
from linkgate.endpoint import endpoint
from linkgate.ports.deps import Deps
from linkgate.usecases.authentication import authenticate
from linkgate.usecases.issuing.process_links import request_process
from linkgate.wire.message import Reply, Request


@endpoint(easysend)
def handler(request: Request, deps: Deps) -> Reply:
    """200 like generate-link, with deliveryErrors if sending failed; 400 if the model names no contact."""
    caller = authenticate(easysend.credentials(request), deps)
    return easysend.render_link(request_process(easysend.parse_send(request, caller), deps))
