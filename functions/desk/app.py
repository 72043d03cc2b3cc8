"""Desk of an agent: who wants to be called back, and what the agent does about it."""

from linkgate.dialects import recipient
from linkgate.endpoint import endpoint
from linkgate.ports.deps import Deps
from linkgate.routes.desk import answer
from linkgate.wire.message import Reply, Request


@endpoint(recipient)
def handler(request: Request, deps: Deps) -> Reply:
    """A page, or JSON if the client accepts only JSON. docs/live.md lists the replies of each step."""
    return answer(request, deps)
