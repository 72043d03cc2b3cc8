"""DigiDesk's call. Its function answers it, and `unrouted` if it has a slash that the gateway did not route."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linkgate.dialects import digidesk
from linkgate.usecases.authentication import authenticate
from linkgate.usecases.issuing.every_fault import with_every_fault
from linkgate.usecases.issuing.survey_links import invite_to_survey

if TYPE_CHECKING:
    from linkgate.ports.deps import Deps
    from linkgate.wire.message import Reply, Request


def request_survey(request: Request, deps: Deps) -> Reply:
    """Make a survey's link and send it to the customer."""
    caller = authenticate(digidesk.credentials(request), deps)
    issued = with_every_fault(
        lambda: digidesk.parse_survey_request(request, caller), invite_to_survey, deps, digidesk.FIELDS
    )
    return digidesk.render_link(issued, request)
