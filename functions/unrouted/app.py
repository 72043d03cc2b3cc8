"""$default: spellings that the gateway cannot route, known paths with another verb, and a 404 for the rest."""

from linkgate.endpoint import endpoint
from linkgate.ports.deps import Deps
from linkgate.routes import unrouted
from linkgate.wire.message import Reply, Request


@endpoint(unrouted, wildcard=True, cors=True)
def handler(request: Request, deps: Deps) -> Reply:
    """The answer of the path's own function, 405, or 404."""
    return unrouted.answer(request, deps)
