"""POST /player/api/send-link: EasySend's "generate a digital process link with customer notification"."""

from linkgate.dialects import easysend
from linkgate.endpoint import endpoint
from linkgate.ports.deps import Deps
from linkgate.usecases.authentication import authenticate
from linkgate.usecases.issuing.every_fault import with_every_fault
from linkgate.usecases.issuing.process_links import request_process
from linkgate.wire.message import Reply, Request


@endpoint(easysend)
def handler(request: Request, deps: Deps) -> Reply:
    """200 like generate-link, with deliveryErrors if sending failed; 400 if the model names no contact."""
    caller = authenticate(easysend.credentials(request), deps)
    issued = with_every_fault(lambda: easysend.parse_send(request, caller), request_process, deps, easysend.FIELDS)
    return easysend.render_link(issued)
