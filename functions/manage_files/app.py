"""Management API: a tenant's resources and the files of resources and links, for keys with the required scope."""

from linkgate.dialects import manage
from linkgate.endpoint import endpoint
from linkgate.ports.deps import Deps
from linkgate.routes.manage import answer
from linkgate.wire.message import Reply, Request


@endpoint(manage)
def handler(request: Request, deps: Deps) -> Reply:
    """200, 201 or 204; problem details (RFC 9457) on 4xx and 5xx. `GET /openapi.json` describes every operation."""
    return answer(request, deps)
