"""POST, OPTIONS /v1/customerlink and its other spellings; GET /v1/customerlink/resource/{type}/{uid}: Trendsic."""

from linkgate.dialects import trendsic
from linkgate.endpoint import endpoint
from linkgate.ports.deps import Deps
from linkgate.routes.trendsic import answer
from linkgate.wire.message import Reply, Request


@endpoint(trendsic, wildcard=True, cors=True)
def handler(request: Request, deps: Deps) -> Reply:
    """200 with the link and its portalUrl, or with a resource's links; ResponseStatus on 4xx and 5xx."""
    return answer(request, deps)
