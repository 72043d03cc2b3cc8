"""POST /api/survey_requests/ and /api/v1/survey_requests/: DigiDesk's "survey request"."""

from linkgate.dialects import digidesk
from linkgate.endpoint import endpoint
from linkgate.ports.deps import Deps
from linkgate.routes import digidesk as calls
from linkgate.wire.message import Reply, Request


@endpoint(digidesk)
def handler(request: Request, deps: Deps) -> Reply:
    """201 with the survey request's id, in JSON or XML; 400, 401, 413, 422, 429, 503."""
    return calls.request_survey(request, deps)
