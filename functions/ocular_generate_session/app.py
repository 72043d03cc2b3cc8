"""POST /v1/access/external/cammer/generate-session, also under /api: Ocular's "crear sesión"."""

from linkgate.dialects import ocular
from linkgate.endpoint import endpoint
from linkgate.ports.deps import Deps
from linkgate.routes import ocular as calls
from linkgate.wire.message import Reply, Request


@endpoint(ocular)
def handler(request: Request, deps: Deps) -> Reply:
    """200 with statusCode 0, the link and the customer as sent; 400 (statusCode 2), 401 (9), 413, 422, 429, 503."""
    return calls.generate_session(request, deps)
