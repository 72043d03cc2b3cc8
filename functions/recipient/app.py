"""Recipient's steps from the landing page to the receipt: /l/{rid}, its code and renewal, /v/{rid}, and grants."""

from linkgate.dialects import recipient
from linkgate.endpoint import endpoint
from linkgate.ports.deps import Deps
from linkgate.routes.recipient import answer
from linkgate.wire.message import Reply, Request


@endpoint(recipient)
def handler(request: Request, deps: Deps) -> Reply:
    """A page, or JSON if the client accepts only JSON. docs/recipient.md lists the replies of each step."""
    return answer(request, deps)
