"""Management API: a tenant's own view of its links, for keys with the required scope."""

from linkgate.dialects import manage
from linkgate.endpoint import endpoint
from linkgate.ports.deps import Deps
from linkgate.routes.manage import answer
from linkgate.wire.message import Reply, Request


@endpoint(manage)
def handler(request: Request, deps: Deps) -> Reply:
    """200 or 204; problem details (RFC 9457) on 4xx and 5xx. `GET /openapi.json` describes every operation."""
    return answer(request, deps)
