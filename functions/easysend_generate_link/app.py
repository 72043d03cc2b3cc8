"""POST /player/api/generate-link: EasySend's "generate a digital process link"."""

from linkgate.dialects import easysend
from linkgate.endpoint import endpoint
from linkgate.ports.deps import Deps
from linkgate.routes import easysend as calls
from linkgate.wire.message import Reply, Request


@endpoint(easysend)
def handler(request: Request, deps: Deps) -> Reply:
    """200 with link, rid, masterRid and coBrowsing; 400, 401, 404 (process), 413, 422, 429, 503."""
    return calls.generate_link(request, deps)
