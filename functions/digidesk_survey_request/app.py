"""POST /api/survey_requests/ and /api/v1/survey_requests/: DigiDesk's "survey request"."""

from linkgate.dialects import digidesk
from linkgate.endpoint import endpoint
from linkgate.ports.deps import Deps
from linkgate.usecases.authentication import authenticate
from linkgate.usecases.issuing.every_fault import with_every_fault
from linkgate.usecases.issuing.survey_links import invite_to_survey
from linkgate.wire.message import Reply, Request


@endpoint(digidesk)
def handler(request: Request, deps: Deps) -> Reply:
    """201 with the survey request's id, in JSON or XML; 400, 401, 413, 422, 429, 503."""
    caller = authenticate(digidesk.credentials(request), deps)
    issued = with_every_fault(
        lambda: digidesk.parse_survey_request(request, caller), invite_to_survey, deps, digidesk.FIELDS
    )
    return digidesk.render_link(issued, request)
