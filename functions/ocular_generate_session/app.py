"""POST /v1/access/external/cammer/generate-session, also under /api: Ocular's "crear sesión"."""

from linkgate.dialects import ocular
from linkgate.endpoint import endpoint
from linkgate.ports.deps import Deps
from linkgate.usecases.authentication import authenticate
from linkgate.usecases.issuing.every_fault import with_every_fault
from linkgate.usecases.issuing.issue import Issued
from linkgate.usecases.issuing.session_links import StartSession, start_session
from linkgate.wire.message import Reply, Request


@endpoint(ocular)
def handler(request: Request, deps: Deps) -> Reply:
    """200 with statusCode 0, the link and the customer as sent; 400 (statusCode 2), 401 (9), 413, 422, 429, 503."""
    caller = authenticate(ocular.credentials(request), deps)
    issued, command = with_every_fault(lambda: ocular.parse_session(request, caller), _started, deps, ocular.FIELDS)
    return ocular.render_link(issued, command)


def _started(command: StartSession, deps: Deps) -> tuple[Issued, StartSession]:
    return start_session(command, deps), command
