"""POST /player/api/generate-link: EasySend's "generate a digital process link"."""

from linkgate.dialects import easysend
from linkgate.endpoint import endpoint
from linkgate.ports.deps import Deps
from linkgate.usecases.authentication import authenticate
from linkgate.usecases.issuing.every_fault import with_every_fault
from linkgate.usecases.issuing.process_links import request_process
from linkgate.wire.message import Reply, Request


@endpoint(easysend)
def handler(request: Request, deps: Deps) -> Reply:
    """200 with link, rid, masterRid and coBrowsing; 400, 401, 404 (process), 413, 422, 429, 503."""
    caller = authenticate(easysend.credentials(request), deps)
    issued = with_every_fault(lambda: easysend.parse_generate(request, caller), request_process, deps, easysend.FIELDS)
    return easysend.render_link(issued)
