"""POST /player/api/generate-link: EasySend's "generate a digital process link"."""

from linkgate.dialects import easysend
from linkgate.endpoint import endpoint
from linkgate.ports.deps import Deps
from linkgate.usecases.authentication import authenticate
from linkgate.usecases.issuing.process_links import request_process
from linkgate.wire.message import Reply, Request


@endpoint(easysend)
def handler(request: Request, deps: Deps) -> Reply:
    """200 with link, rid, masterRid and coBrowsing; 400, 401, 404 (process), 413, 422, 429, 503."""
    caller = authenticate(easysend.credentials(request), deps)
    return easysend.render_link(request_process(easysend.parse_generate(request, caller), deps))
