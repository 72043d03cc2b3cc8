"""$default: spellings the gateway cannot route, known paths with another verb, and one 404 for the rest."""

from linkgate.endpoint import endpoint
from linkgate.ports.deps import Deps
from linkgate.routes import unrouted
from linkgate.wire.message import Reply, Request


@endpoint(unrouted, wildcard=True, cors=True)
def handler(request: Request, deps: Deps) -> Reply:
    """What the path's own function would have answered, 405 or 404."""
    return unrouted.answer(request, deps)
